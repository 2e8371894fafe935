"""A client of an MCP server on stdio: one request at a time."""

import json
import os
import select
import subprocess
import time

PATIENCE = 30
HELLO = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "strangers", "version": "1"},
}


class Client:
    """Starts the server, and greets it. `hello` is its answer."""

    def __init__(self, command, environment):
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            bufsize=0,
        )
        self.unread, self.id, self.progress = b"", 0, []
        self.hello = self.ask("initialize", HELLO)["result"]
        self.send({"method": "notifications/initialized"})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def send(self, message):
        self.process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")

    def begin(self, method, params):
        """Sends a request, and returns its id."""
        self.id += 1
        self.send({"id": self.id, "method": method, "params": params})
        return self.id

    def hear(self):
        """The next message of the server."""
        end = time.monotonic() + PATIENCE
        while b"\n" not in self.unread:
            if not select.select([self.process.stdout], [], [], end - time.monotonic())[0]:
                raise TimeoutError(f"no message in {PATIENCE} s")
            read = os.read(self.process.stdout.fileno(), 1 << 16)
            if not read:
                raise EOFError("the server left")
            self.unread += read
        line, self.unread = self.unread.split(b"\n", 1)
        return json.loads(line)

    def answer(self, request):
        """The answer to a request, without its id; `progress` keeps what was told before."""
        self.progress = []
        while True:
            message = self.hear()
            if "method" not in message and message.get("id") == request:
                del message["id"]
                return message
            if message.get("method") == "notifications/progress":
                self.progress.append(message["params"])

    def ask(self, method, params):
        return self.answer(self.begin(method, params))

    def call(self, tool, arguments):
        return self.ask("tools/call", {"name": tool, "arguments": arguments})

    def tools(self):
        return self.ask("tools/list", {})["result"]["tools"]
