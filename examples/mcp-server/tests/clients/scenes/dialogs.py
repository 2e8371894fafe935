"""The person is asked in a dialog, which the guarded setting names."""

import asyncio
import json
import urllib.parse

from stage import DISPLAY, PASSPHRASE, RAISE, Dialog, Vault, call
from terminal import Terminal

METHOD = {"method": "passphrase"}


async def a_no_changes_nothing_and_a_yes_does():
    vault = Vault()
    before = vault.config()
    async with vault.session(env=DISPLAY) as session:
        Dialog.person("no")
        await call(session, "set_auth_method", METHOD, "declined")
        assert vault.config() == before
        Dialog.person(PASSPHRASE)
        said = await call(session, "set_auth_method", METHOD)
        assert said["factor"] == "passphrase" and PASSPHRASE not in json.dumps(said), said
    assert vault.config() == before.replace("touchid", "passphrase")


async def three_wrong_answers_lock_the_next_one_out():
    vault = Vault()
    before = vault.config()
    async with vault.session(env=DISPLAY) as session:
        Dialog.person("wrong horse")
        said = await session.call_tool("upgrade_agent", RAISE)
        assert json.loads(said.content[0].text)["code"] in ("rejected", "locked_out"), said
        assert Dialog.opened() == 3
        await call(session, "upgrade_agent", RAISE, "locked_out")
        assert Dialog.opened() == 3
    assert vault.config() == before


async def case_22_the_dialog_shows_what_a_client_writes_escaped_and_bounded():
    programs = ["git\u202etxt\x1b[2J\u200b\r\n\u3164"]
    async with Vault().session(env=DISPLAY) as session:
        Dialog.person("no")
        edit = {"name": "codex", "set": {"allowedExecutables": programs}}
        await call(session, "edit_agent_profile", edit, "declined")
    shown = [line for line in Dialog.read("heard").splitlines() if line.startswith("SETDESC ")]
    text = urllib.parse.unquote(shown[0].removeprefix("SETDESC "))
    unwrapped = "".join(line.strip() for line in text.split("\n"))
    assert "git\\u{202e}txt\\u{1b}[2J\\u{200b}\\u{d}\\u{a}\\u{3164}" in unwrapped, text
    assert all(line.isprintable() for line in text.split("\n")), text
    assert len(text.split("\n")) <= 10, text


async def fifty_at_once_are_asked_one_after_the_other():
    vault = Vault()
    Dialog.person("hang")
    async with vault.session(env=DISPLAY) as session:
        quotas = [
            asyncio.create_task(call(session, "edit_agent_profile", {"name": "codex", "set": {"max_reads_per_hour": n}}))
            for n in range(1, 6)
        ]
        await Dialog.is_up()
        # A dialog is up, and all who only look are answered.
        looks = [call(session, "list_agents", {}) for _ in range(45)]
        assert len(await asyncio.gather(*looks)) == 45
        assert Dialog.opened() == 1 and not any(task.done() for task in quotas)
        Dialog.answers(PASSPHRASE)
        said = await asyncio.gather(*quotas)
    assert all(change["outcome"] == "done" for change in said)
    assert Dialog.read("dialogs").split() == ["opened", "closed"] * 5


async def case_24_fifty_changes_at_once_open_two_dialogs_for_a_person_who_declines():
    vault = Vault()
    before = vault.config()
    Dialog.person("no")
    async with vault.session(env=DISPLAY) as session:
        results = await asyncio.gather(*[session.call_tool("upgrade_agent", RAISE) for _ in range(50)])
    codes = [result.structured_content["code"] for result in results]
    # From the third on the agent is given a code instead, until a person has acted.
    assert codes.count("declined") == 2 and codes.count("approval_required") == 48, codes
    assert Dialog.opened() == 2
    assert vault.config() == before


async def progress_is_told_while_a_person_is_asked():
    heard = []

    async def progress(seconds, total, message):
        heard.append((seconds, message))
        if len(heard) == 3:
            Dialog.answers(PASSPHRASE)

    Dialog.person("hang")
    async with Vault().session(env=DISPLAY) as session:
        await call(session, "set_auth_method", METHOD, progress_callback=progress)
    seconds = [seconds for seconds, _ in heard]
    assert len(heard) >= 3 and seconds == sorted(set(seconds)), heard
    assert all(message.startswith("waiting for a person's approval; at most ") for _, message in heard), heard


async def cancel_while_it_is_up(session, number):
    waiting = asyncio.create_task(session.call_tool("upgrade_agent", RAISE))
    dialog = await Dialog.is_up(number)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await Dialog.is_gone(dialog)


async def case_23_24_a_cancel_takes_the_dialog_down_and_counts():
    vault = Vault()
    before = vault.config()
    Dialog.person("hang")
    async with vault.session(env=DISPLAY) as session:
        await cancel_while_it_is_up(session, 1)
        # The server goes on.
        assert (await call(session, "get_agent", {"name": "codex"}))["tier"] == "read-only"
        await cancel_while_it_is_up(session, 2)
        for _ in range(20):
            await call(session, "upgrade_agent", RAISE, "approval_required")
    # Another server does not get round it, and the person's own command is asked.
    async with vault.session(env=DISPLAY) as session:
        await call(session, "upgrade_agent", RAISE, "approval_required")
    terminal = Terminal(["openpass", "--vault", str(vault.dir), "agent", "upgrade", "codex", "--tier", "admin"])
    await asyncio.to_thread(terminal.sees, "Passphrase: ")
    terminal.types("\x03")
    assert await asyncio.to_thread(terminal.ends) == 10, terminal.screen
    assert Dialog.opened() == 2
    assert vault.config() == before


async def case_23_a_client_that_leaves_takes_the_dialog_down():
    vault = Vault()
    before = vault.config()
    Dialog.person("hang")
    left = []
    try:
        async with vault.session(env=DISPLAY) as session:
            waiting = asyncio.create_task(session.call_tool("upgrade_agent", RAISE))
            waiting.add_done_callback(lambda task: task.cancelled() or task.exception())
            left.append(await Dialog.is_up())
    except Exception as error:
        assert left, error
    await Dialog.is_gone(left[0])
    # A late yes finds nobody who asked.
    Dialog.answers(PASSPHRASE)
    assert vault.config() == before


SCENES = [
    a_no_changes_nothing_and_a_yes_does,
    three_wrong_answers_lock_the_next_one_out,
    case_22_the_dialog_shows_what_a_client_writes_escaped_and_bounded,
    fifty_at_once_are_asked_one_after_the_other,
    case_24_fifty_changes_at_once_open_two_dialogs_for_a_person_who_declines,
    progress_is_told_while_a_person_is_asked,
    case_23_24_a_cancel_takes_the_dialog_down_and_counts,
    case_23_a_client_that_leaves_takes_the_dialog_down,
]
