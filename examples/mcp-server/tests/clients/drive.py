"""Drives openpass-mcp with the `mcp` SDK: list, call, refusal, many at once."""

import asyncio
import json
import pathlib
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

SERVER, VAULT = sys.argv[1], pathlib.Path(sys.argv[2])


def config() -> bytes:
    return (VAULT / "config.yaml").read_bytes()


async def as_agent(agent, run):
    # Without these, nobody can be asked: the server has to refuse.
    server = StdioServerParameters(
        command=SERVER, args=["--vault", str(VAULT), "--agent", agent, "--log-level", "error"], env={}
    )
    async with stdio_client(server) as (read, write):
        async with ClientSession(read, write) as session:
            await session.initialize()
            await run(session)


async def call(session, tool, arguments, error=None):
    result = await session.call_tool(tool, arguments)
    assert bool(result.is_error) == (error is not None), result
    said = json.loads(result.content[0].text)
    assert result.structured_content == said
    if error:
        assert said["code"] == error, said
    return said


async def boss(session):
    tools = {tool.name: tool for tool in (await session.list_tools()).tools}
    assert len(tools) == 12, sorted(tools)
    assert tools["list_agents"].annotations.read_only_hint
    assert tools["set_auth_method"].annotations.destructive_hint
    assert (await call(session, "list_agents", {}))["count"] == 3
    assert (await call(session, "get_auth_status", {}))["method"] == "touchid"
    before = config()
    # Away from Touch ID, where there is no biometry: still a person's matter.
    said = await call(session, "set_auth_method", {"method": "passphrase"}, "approval_required")
    assert said["command"].endswith("approve " + said["requestCode"]), said
    state = await call(session, "get_request", {"code": said["requestCode"]})
    assert state["state"] == "waiting", state
    await call(session, "set_auth_method", {"method": "passphrase", "approved": True}, "invalid_arguments")
    asked = {"tool": "set_auth_method", "arguments": {"method": "passphrase"}}
    assert (await call(session, "explain_decision", asked))["decision"] == "require-biometry"
    try:
        await session.call_tool("no_such_tool", {})
        raise AssertionError("an unknown tool was called")
    except AssertionError:
        raise
    except Exception as error:
        assert "no_such_tool" in str(error), error
    many = [call(session, "get_agent", {"name": "codex"}) for _ in range(50)]
    assert all(said["tier"] == "read-only" for said in await asyncio.gather(*many))
    assert config() == before


async def weak(session):
    before = config()
    said = await call(session, "upgrade_agent", {"name": "weak", "tier": "admin"}, "denied")
    assert "requestCode" not in said and said["policies"], said
    assert config() == before


asyncio.run(asyncio.wait_for(as_agent("boss", boss), 120))
asyncio.run(asyncio.wait_for(as_agent("weak", weak), 60))
print("the Python SDK: list, call, refusal, 50 at once: as expected")
