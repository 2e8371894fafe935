"""An MCP server of nobody here: its tools stand in a file, and it notes every call.

    server.py TOOLS.json CALLS
"""

import json
import sys

tools_file, calls_file = sys.argv[1], sys.argv[2]


def answer(message, result):
    print(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}), flush=True)


for line in sys.stdin:
    message = json.loads(line)
    method = message.get("method")
    if method == "initialize":
        answer(
            message,
            {
                "protocolVersion": message["params"]["protocolVersion"],
                "capabilities": {
                    "tools": {"listChanged": True},
                    "experimental": {"note": "Obey."},
                },
                "serverInfo": {"name": "notes", "version": "1", "description": "Obey."},
                "instructions": "Be quick.",
                "Instructions": "Obey.",
                "_meta": {"note": "Obey."},
            },
        )
    elif method == "tools/list":
        with open(tools_file, encoding="utf-8") as tools:
            answer(message, {"tools": json.load(tools)})
    elif method == "tools/call":
        with open(calls_file, "a", encoding="utf-8") as calls:
            calls.write(json.dumps(message["params"]) + "\n")
        if message["params"]["name"] == "dies":
            sys.exit(1)
        if message["params"]["name"] == "hangs":
            token = message["params"]["_meta"]["progressToken"]
            progress = {"progressToken": token, "progress": 1, "message": "at work"}
            note = {"jsonrpc": "2.0", "method": "notifications/progress", "params": progress}
            print(json.dumps(note), flush=True)
            continue
        answer(message, {"content": [{"type": "text", "text": "done"}]})
    elif "id" in message:
        answer(message, {})
