"""A person decides in a terminal of their own, while the session goes on."""

import asyncio
import json
import shlex
import subprocess

from stage import BIN, PASSPHRASE, RAISE, Vault, call
from terminal import Terminal


async def state(session, code):
    return (await call(session, "get_request", {"code": code}))["state"]


async def approve_makes_the_change_and_the_agent_hears_of_it():
    vault = Vault()
    before = vault.config()
    async with vault.session() as session:
        said = await call(session, "set_auth_method", {"method": "passphrase"}, "approval_required")
        code = said["request_code"]
        assert await state(session, code) == "waiting"
        terminal = Terminal(shlex.split(said["for_the_person"]))
        await asyncio.to_thread(terminal.sees, 'Somebody left this as a request of agent "boss"')
        await asyncio.to_thread(terminal.sees, "Passphrase: ")
        # The prompt is up: the agent is answered all the same, and nothing is done yet.
        assert await state(session, code) == "waiting"
        assert vault.config() == before
        terminal.types(PASSPHRASE + "\r")
        assert await asyncio.to_thread(terminal.ends) == 0, terminal.screen
        assert "Approved" in terminal.screen and PASSPHRASE not in terminal.screen, terminal.screen
        assert await state(session, code) == "approved"
        assert (await call(session, "get_auth_status", {}))["method"] == "passphrase"
    assert vault.config() == before.replace("touchid", "passphrase")


async def a_wrong_answer_approves_nothing():
    vault = Vault()
    before = vault.config()
    async with vault.session() as session:
        said = await call(session, "upgrade_agent", RAISE, "approval_required")
        terminal = Terminal(shlex.split(said["for_the_person"]))
        await asyncio.to_thread(terminal.sees, "Passphrase: ")
        terminal.types("wrong horse\r")
        await asyncio.to_thread(terminal.sees, "Attempt 2 of 3")
        await asyncio.to_thread(terminal.sees, "Passphrase: ")
        terminal.types("\x03")
        assert await asyncio.to_thread(terminal.ends) == 10, terminal.screen
        assert await state(session, said["request_code"]) == "waiting"
    assert vault.config() == before


async def case_22_the_terminal_shows_what_a_client_writes_escaped():
    reason = "ok\u202edone\x1b[2J\u200b\r\n\u3164 " + "x" * 900
    async with Vault().session() as session:
        said = await call(session, "upgrade_agent", RAISE | {"reason": reason}, "approval_required")
        terminal = Terminal(shlex.split(said["for_the_person"]))
        await asyncio.to_thread(terminal.sees, "Passphrase: ")
        terminal.types("\x03")
        assert await asyncio.to_thread(terminal.ends) == 10, terminal.screen
    assert "ok\\u{202e}done\\u{1b}[2J\\u{200b}\\u{d}\\u{a}\\u{3164}" in terminal.screen, terminal.screen
    assert not {"\u202e", "\u200b", "\u3164"} & set(terminal.screen), terminal.screen
    assert "\x1b[2J" not in terminal.screen and "x" * 800 not in terminal.screen, terminal.screen


async def deny_ends_it():
    vault = Vault()
    before = vault.config()
    async with vault.session() as session:
        said = await call(session, "upgrade_agent", RAISE, "approval_required")
        code = said["request_code"]
        openpass = [BIN / "openpass", "--vault", vault.dir]
        subprocess.run([*openpass, "deny", code], check=True, stdout=subprocess.DEVNULL)
        assert await state(session, code) == "denied"
        again = subprocess.run([*openpass, "approve", code], capture_output=True, text=True)
        assert again.returncode == 1 and "denied" in again.stderr, again
    assert vault.config() == before


async def a_request_is_its_own_agents_business():
    vault = Vault()
    async with vault.session() as session:
        said = await call(session, "upgrade_agent", RAISE, "approval_required")
    async with vault.session("peer") as session:
        await call(session, "get_request", {"code": said["request_code"]}, "not_found")


async def a_subscriber_is_told_of_the_decision():
    told = asyncio.Queue()

    async def heard(message):
        await told.put(message)

    vault = Vault()
    async with vault.session(message_handler=heard) as session:
        said = await call(session, "upgrade_agent", RAISE, "approval_required")
        [listed] = (await session.list_resources()).resources
        name = str(listed.uri)
        assert name == "openpass://requests/" + said["request_code"], listed
        await session.subscribe_resource(name)
        openpass = [BIN / "openpass", "--vault", vault.dir]
        subprocess.run([*openpass, "deny", said["request_code"]], check=True, stdout=subprocess.DEVNULL)
        update = await told.get()
        assert str(update.params.uri) == name, update
        read = await session.read_resource(name)
        assert json.loads(read.contents[0].text)["state"] == "denied", read


SCENES = [
    approve_makes_the_change_and_the_agent_hears_of_it,
    a_wrong_answer_approves_nothing,
    case_22_the_terminal_shows_what_a_client_writes_escaped,
    deny_ends_it,
    a_request_is_its_own_agents_business,
    a_subscriber_is_told_of_the_decision,
]
