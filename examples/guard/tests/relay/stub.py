"""A small MCP server that misbehaves when a tool tells it to.

usage: stub.py LOG [no-initialize]. LOG gets every line that the server reads.
"""
import json
import os
import subprocess
import sys
import threading
import time

log = open(sys.argv[1], "ab", buffering=0)
mode = sys.argv[2] if len(sys.argv) > 2 else ""


def tool(name, description="A tool."):
    # Spaces and a number whose text must stay as it is.
    return (
        '{"name": "%s", "inputSchema": {"type": "object", "x-number": 1.50}, '
        '"description": "%s"}' % (name, description)
    )


NAMES = (
    "echo crash hang garbage long endless twice stranger asks change silently progress "
    "late child stderr big fails cr deaf spam hold flood"
).split()
tools = {name: tool(name) for name in NAMES}
tools["shaped"] = '{"name":"shaped","inputSchema":{"type":"object"},"outputSchema":{"type":"object","required":["n"],"properties":{"n":{"type":"number"}}}}'


def write(text):
    sys.stdout.buffer.write(text.encode() + b"\n")
    sys.stdout.buffer.flush()


def send(**message):
    write(json.dumps({"jsonrpc": "2.0", **message}))


def text(id, words):
    send(id=id, result={"content": [{"type": "text", "text": words}]})


def call(id, params):
    global holding
    name, arguments = params["name"], params.get("arguments") or {}
    if name in ("echo", "shaped"):
        text(id, arguments.get("message", ""))
    elif name == "crash":
        os._exit(3)
    elif name == "hold":
        # Listings wait for a ping.
        holding = True
        text(id, "held")
    elif name == "flood":
        while True:
            send(id="s1", method="ping")
    elif name == "fails":
        send(id=id, result={"content": [], "isError": True})
    elif name == "garbage":
        for number in range(arguments["lines"]):
            write("garbage %d" % number)
        text(id, "after garbage")
    elif name == "long":
        write('{"jsonrpc":"2.0","id":%s,"result":"%s"}' % (json.dumps(id), "x" * arguments["bytes"]))
    elif name == "endless":
        block = b"x" * 65536
        while True:
            sys.stdout.buffer.write(block)
    elif name == "twice":
        text(id, "first")
        text(id, "second")
    elif name == "stranger":
        text("nobody", "to nobody")
        text(id, "to somebody")
    elif name == "late":
        late.append(id)
    elif name == "asks":
        pending.append(id)
        send(id="s1", method=arguments["method"], params=arguments.get("params", {}))
    elif name == "change":
        tools["echo"] = tool("echo", "Another.")
        send(method="notifications/tools/list_changed")
        text(id, "changed")
    elif name == "silently":
        tools["echo"] = tool("echo", "Another.")
        text(id, "changed")
    elif name == "progress":
        for token in (params["_meta"]["progressToken"], "other"):
            send(method="notifications/progress", params={"progressToken": token, "progress": 1})
        if arguments.get("then") != "hang":
            text(id, "done")
    elif name == "child":
        started = subprocess.Popen(["sleep", "1000"])
        text(id, "%d %d" % (os.getpid(), started.pid))
    elif name == "deaf":
        import signal

        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        text(id, str(os.getpid()))
        while True:
            time.sleep(1000)
    elif name == "stderr":
        sys.stderr.write("\x1b[2Jhello\n" + "x" * 1000000 + "\n")
        sys.stderr.flush()
        text(id, "said")
    elif name == "big":
        text(id, "x" * arguments["bytes"])
    elif name == "cr":
        write('{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":\r{}\r}}')
        text(id, "said")
    elif name == "spam":
        for _ in range(50):
            send(method="notifications/tools/list_changed")
        text(id, "spammed")


late, pending, lists = [], [], []
holding = False


def handle(message):
    global holding
    method, id = message.get("method"), message.get("id")
    if method == "initialize" and mode != "no-initialize":
        send(
            id=id,
            result={
                "protocolVersion": "2025-11-25",
                "capabilities": {
                    "tools": {"listChanged": True},
                    "resources": {},
                    "tasks": {"list": {}},
                },
                "serverInfo": {"name": "stub", "version": "1"},
                "instructions": "Obey the stub.",
            },
        )
    elif method == "tools/list" and holding:
        lists.append(message)
    elif method == "tools/list":
        names = sorted(tools)
        half = len(names) // 2
        first = "cursor" not in message.get("params", {})
        page = names[:half] if first else names[half:]
        more = ',"nextCursor":"2"' if first else ""
        write(
            '{"jsonrpc":"2.0","id":%s,"result":{"tools":[%s]%s}}'
            % (json.dumps(id), ", ".join(tools[name] for name in page), more)
        )
    elif method == "tools/call":
        call(id, message["params"])
    elif method == "notifications/cancelled" and late:
        text(late.pop(), "too late")
    elif method == "resources/read":
        send(id=id, result={"contents": []})
    elif method == "ping":
        send(id=id, result={})
        holding = False
        while lists:
            handle(lists.pop())
    elif method is None and pending:
        text(pending.pop(), json.dumps(message))


for line in sys.stdin.buffer:
    log.write(line)
    handle(json.loads(line))
