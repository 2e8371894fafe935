"""Lists, calls, refusals: nobody can be asked here, and nothing changes."""

import asyncio

from mcp.types import ElicitResult
from stage import RAISE, Vault, call

CHANGING = {"set_auth_method", "upgrade_agent", "edit_agent_profile", "revoke_token", "rotate_token"}
READING = {
    "get_auth_status", "list_agents", "get_agent", "list_tokens", "list_policies", "explain_decision", "get_request",
}


async def every_tool_is_described():
    async with Vault().session() as session:
        tools = {tool.name: tool for tool in (await session.list_tools()).tools}
        assert set(tools) == CHANGING | READING, sorted(tools)
        for name, tool in tools.items():
            hints = tool.annotations
            assert hints.read_only_hint == (name in READING), name
            assert name in READING or hints.destructive_hint, name
            assert name in READING or hints.idempotent_hint == (name != "rotate_token"), name
            assert tool.input_schema["additionalProperties"] is False, name
            assert "anyOf" in tool.output_schema, name
            # Case 21: no tool takes a secret.
            assert not {"passphrase", "secret", "password", "pin"} & set(tool.input_schema["properties"]), name


async def looking_is_answered():
    vault = Vault()
    before = vault.config()
    async with vault.session() as session:
        assert (await call(session, "list_agents", {}))["count"] == 4
        assert (await call(session, "get_auth_status", {}))["method"] == "touchid"
        asked = {"tool": "set_auth_method", "arguments": {"method": "passphrase"}}
        assert (await call(session, "explain_decision", asked))["decision"] == "require-biometry"
        await call(session, "get_agent", {"name": "nobody"}, "not_found")
        try:
            await session.call_tool("no_such_tool", {})
        except Exception as error:
            assert "no_such_tool" in str(error), error
        else:
            raise AssertionError("an unknown tool was called")
    assert vault.config() == before


async def denied_carries_no_code():
    vault = Vault()
    before = vault.config()
    async with vault.session("weak") as session:
        for tool, arguments in [
            ("upgrade_agent", {"name": "weak", "tier": "admin"}),
            ("set_auth_method", {"method": "passphrase"}),
        ]:
            said = await call(session, tool, arguments, "denied")
            assert "request_code" not in said and "for_the_person" not in said and said["policies"], said
    assert vault.config() == before


async def case_19_20_21_what_the_client_says_is_no_evidence():
    asked = []

    async def machine(context, params):
        asked.append(params)
        return ElicitResult(action="accept", content={"approved": True})

    vault = Vault()
    before = vault.config()
    async with vault.session(elicitation_callback=machine, sampling_callback=machine) as session:
        # Away from Touch ID, where there is no biometry: still a person's matter.
        method = {"method": "passphrase"}
        said = await call(session, "set_auth_method", method, "approval_required")
        assert said["for_the_person"].endswith("approve " + said["request_code"]), said
        for claim in [{"approved": True}, {"risk": "low"}, {"agent": "weak"}, {"factor": "biometry"}]:
            await call(session, "set_auth_method", method | claim, "invalid_arguments")
        claims = {"approved": True, "openpass/factor": "biometry", "agent": "weak"}
        await call(session, "set_auth_method", method, "approval_required", meta=claims)
    assert not asked, asked
    assert vault.config() == before


async def fifty_at_once_are_each_answered():
    vault = Vault()
    before = vault.config()
    async with vault.session() as session:
        looks = [call(session, "get_agent", {"name": "codex"}) for _ in range(40)]
        changes = [call(session, "upgrade_agent", RAISE, "approval_required") for _ in range(10)]
        said = await asyncio.gather(*looks, *changes)
    assert all(agent["tier"] == "read-only" for agent in said[:40])
    # The same change of the same agent is one request.
    assert len({refused["request_code"] for refused in said[40:]}) == 1
    assert vault.config() == before


SCENES = [
    every_tool_is_described,
    looking_is_answered,
    denied_carries_no_code,
    case_19_20_21_what_the_client_says_is_no_evidence,
    fifty_at_once_are_each_answered,
]
