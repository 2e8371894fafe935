"""What every client goes through, whatever its calls look like."""

import asyncio
import json
import shlex

from stage import RAISE, Vault, until

TOOLS = {
    "get_auth_status", "set_auth_method", "list_agents", "get_agent", "upgrade_agent", "edit_agent_profile",
    "list_tokens", "revoke_token", "rotate_token", "list_policies", "explain_decision", "get_request",
}
# No agent gives itself power.
DENIED = {"name": "boss", "set": {"approvalMode": "none"}}


class Watched(Vault):
    """A vault whose server leaves its exit code in a file."""

    @property
    def code(self):
        return self.dir.parent / "exit-code"

    def server(self, agent="boss"):
        command, arguments = super().server(agent)
        line = shlex.join([command, *arguments])
        return "/bin/sh", ["-c", f"{line}; echo $? >{shlex.quote(str(self.code))}"]

    async def ended_cleanly(self):
        await until(lambda: self.code.exists() and self.code.read_text())
        assert self.code.read_text() == "0\n", self.code.read_text()


async def story(tools, call):
    """`tools()` names the tools, and `call(tool, arguments)` is what a call says."""
    assert set(await tools()) == TOOLS
    assert (await call("get_agent", {"name": "codex"}))["tier"] == "read-only"
    denied = await call("edit_agent_profile", DENIED)
    assert denied["code"] == "denied" and "request_code" not in denied, denied
    left = await call("upgrade_agent", RAISE)
    assert left["code"] == "approval_required" and left["request_code"], left
    again = await call("upgrade_agent", RAISE)
    assert again["request_code"] == left["request_code"], (left, again)
    assert (await call("get_request", {"code": left["request_code"]}))["state"] == "waiting"


def play(client):
    """Plays the story with `client(command, arguments)`, which yields its tools and its call."""

    async def played():
        vault = Watched()
        before = vault.config()
        async with client(*vault.server()) as (tools, call):
            await story(tools, call)
        await vault.ended_cleanly()
        assert vault.config() == before

    asyncio.run(asyncio.wait_for(played(), 60))


def said(text):
    """The JSON in a text that a client may have put words before."""
    return json.loads(text[text.index("{") :])
