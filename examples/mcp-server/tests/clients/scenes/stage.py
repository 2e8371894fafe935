"""What the scenes have in common: a fresh vault, a client's session, and the
person in front of the dialog."""

import asyncio
import contextlib
import json
import os
import pathlib
import shutil
import tempfile
import time

PASSPHRASE = "correct horse battery staple"
BIN = pathlib.Path(os.environ["OPENPASS_BIN"])
BASE = pathlib.Path(os.environ["OPENPASS_BASE_VAULT"])
PINENTRY = pathlib.Path(os.environ["OPENPASS_FAKE_PINENTRY"]).parent
DISPLAY = {"DISPLAY": ":7"}
RAISE = {"name": "codex", "tier": "admin"}
PATIENCE = 30


class Vault:
    """A vault of its own for one scene."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.dir = pathlib.Path(self.folder.name) / "vault"
        shutil.copytree(BASE, self.dir)

    def config(self):
        return (self.dir / "config.yaml").read_text()

    def server(self, agent="boss"):
        """The server's command and arguments."""
        return str(BIN / "openpass-mcp"), ["--vault", str(self.dir), "--agent", agent, "--log-level", "error"]

    @contextlib.asynccontextmanager
    async def session(self, agent="boss", env=None, **callbacks):
        """A session of the SDK's client; without `env` nobody can be asked."""
        from mcp import ClientSession, StdioServerParameters
        from mcp.client.stdio import stdio_client

        command, arguments = self.server(agent)
        server = StdioServerParameters(command=command, args=arguments, env=env or {})
        async with stdio_client(server) as (read, write):
            async with ClientSession(read, write, **callbacks) as session:
                await session.initialize()
                yield session


async def call(session, tool, arguments, error=None, **more):
    result = await session.call_tool(tool, arguments, **more)
    assert bool(result.is_error) == (error is not None), result
    said = json.loads(result.content[0].text)
    assert result.structured_content == said
    if error:
        assert said["code"] == error, said
    return said


async def until(is_so):
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "it did not come"
        await asyncio.sleep(0.02)


class Dialog:
    """The fake pinentry, from the person's side."""

    @staticmethod
    def person(answer):
        for file in ("up", "dialogs", "heard"):
            (PINENTRY / file).unlink(missing_ok=True)
        Dialog.answers(answer)

    @staticmethod
    def answers(answer):
        (PINENTRY / "answer.new").write_text(answer)
        (PINENTRY / "answer.new").rename(PINENTRY / "answer")

    @staticmethod
    def read(file):
        path = PINENTRY / file
        return path.read_text() if path.exists() else ""

    @staticmethod
    def opened():
        return Dialog.read("dialogs").count("opened")

    @staticmethod
    async def is_up(number=1):
        await until(lambda: Dialog.opened() >= number and Dialog.read("up"))
        return pathlib.Path("/proc") / Dialog.read("up")

    @staticmethod
    async def is_gone(dialog):
        await until(lambda: not dialog.exists())
