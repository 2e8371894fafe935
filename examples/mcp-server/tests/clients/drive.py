"""Drives openpass-mcp with the `mcp` SDK: list, call, refusal, many at once,
and a dialog that is answered, declined, cancelled, and left behind."""

import asyncio
import json
import pathlib
import sys
import time

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

SERVER, VAULT, STAGE = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])


def config() -> bytes:
    return (VAULT / "config.yaml").read_bytes()


async def as_agent(agent, run, env):
    server = StdioServerParameters(
        command=SERVER, args=["--vault", str(VAULT), "--agent", agent, "--log-level", "error"], env=env
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


def person(answer):
    (STAGE / "up").unlink(missing_ok=True)
    (STAGE / "answer").write_text(answer)


async def dialog_is_up():
    while not (STAGE / "up").exists() or not (STAGE / "up").read_text():
        await asyncio.sleep(0.02)
    return pathlib.Path("/proc") / (STAGE / "up").read_text()


async def dialog_is_gone(dialog):
    deadline = time.monotonic() + 5
    while dialog.exists():
        assert time.monotonic() < deadline, "the dialog stayed up"
        await asyncio.sleep(0.02)


METHOD = {"method": "passphrase"}


async def answered(session):
    before = config()
    person("no")
    await call(session, "set_auth_method", METHOD, "declined")
    assert config() == before
    person("correct horse battery staple")
    said = await call(session, "set_auth_method", METHOD)
    assert said["factor"] == "passphrase", said
    assert config() == before.replace(b"touchid", b"passphrase")


async def cancelled(session):
    before = config()
    person("hang")
    raise_it = {"name": "codex", "tier": "admin"}
    waiting = asyncio.create_task(session.call_tool("upgrade_agent", raise_it))
    dialog = await dialog_is_up()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await dialog_is_gone(dialog)
    # The server goes on.
    assert (await call(session, "get_agent", {"name": "codex"}))["tier"] == "read-only"
    assert config() == before


async def wrong(session):
    before = config()
    person("wrong horse")
    said = await session.call_tool("upgrade_agent", {"name": "codex", "tier": "admin"})
    assert json.loads(said.content[0].text)["code"] in ("rejected", "locked_out"), said
    # Three wrong answers, and nobody is asked for a while.
    (STAGE / "up").unlink()
    await call(session, "upgrade_agent", {"name": "codex", "tier": "admin"}, "locked_out")
    assert not (STAGE / "up").exists()
    assert config() == before


LEFT_BEHIND = []


async def leaves(session):
    person("hang")
    raise_it = {"name": "codex", "tier": "admin"}
    waiting = asyncio.create_task(session.call_tool("upgrade_agent", raise_it))
    waiting.add_done_callback(lambda task: task.cancelled() or task.exception())
    LEFT_BEHIND.append((await dialog_is_up(), waiting))


def run(agent, steps, env):
    asyncio.run(asyncio.wait_for(as_agent(agent, steps, env), 120))


# Without a display nobody can be asked.
run("boss", boss, {})
run("weak", weak, {})
display = {"DISPLAY": ":7"}
settings = VAULT / "guard" / "settings.yaml"
settings.write_text(f"pinentry: {STAGE}/pinentry\n")
run("boss", answered, display)
run("boss", cancelled, display)
before = config()
try:
    run("boss", leaves, display)
except BaseException as error:
    assert LEFT_BEHIND, error
asyncio.run(dialog_is_gone(LEFT_BEHIND[0][0]))
assert config() == before
run("boss", wrong, display)
print("the Python SDK: list, call, refusal, 50 at once; a dialog answered, declined, cancelled, left: as expected")
