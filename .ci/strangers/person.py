"""A call that policy takes for critical waits for a person, who sees what it does; only then
it reaches the server.

    person.py OPENPASS-GUARD OPENPASS SERVERS
"""

import os
import sys

from stage import Stage

CONTENT = "pay 100 to ada \u202e"
# What the terminal shows of it: a text that cannot lie.
SHOWN = "pay 100 to ada \\u{202e}"


def person_is_asked(stage):
    command = stage.server("filesystem")
    stage.accept(command, "Files", "critical")
    # A policy that permits all spares no critical call its person.
    stage.permit("Files")
    file = os.path.join(stage.files, "new.txt")
    with stage.guarded(command, "Files") as client:
        arguments = {"path": file, "content": CONTENT}
        meta = {"progressToken": "mine"}
        params = {"name": "write_file", "arguments": arguments, "_meta": meta}
        request = client.begin("tools/call", params)
        code = stage.code(client, request)
        if os.path.exists(file):
            sys.exit("the file is there before the person said yes")
        screen = "".join(stage.person(["approve", code]).split())
        for shown in ("write_file", file, SHOWN):
            if "".join(shown.split()) not in screen:
                sys.exit(f"the person is not shown {shown}: {screen}")
        answer = client.answer(request)
    if answer["result"].get("isError"):
        sys.exit(f"the call failed: {answer}")
    with open(file, encoding="utf-8") as written:
        if written.read() != CONTENT:
            sys.exit("what is written is not what the person was shown")


with Stage() as stage:
    person_is_asked(stage)
    print("write_file waits, a person sees its arguments and signs, and then the file is there")
