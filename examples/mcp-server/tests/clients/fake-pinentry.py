# Speaks Assuan as a pinentry with a window does. What the person does stands
# in the file `answer` beside it: the passphrase, `no`, or `hang` until it says
# something else. While the dialog is up, `up` has its process; `heard` keeps
# every command, `dialogs` when one opened and closed.
import os
import pathlib
import sys
import time

here = pathlib.Path(__file__).parent


def note(file, line):
    with (here / file).open("a") as notes:
        notes.write(line + "\n")


def answer():
    return (here / "answer").read_text()


print("OK Pleased to meet you", flush=True)
for line in sys.stdin:
    command = line.strip()
    note("heard", command)
    if command == "GETINFO flavor":
        print("D gtk2\nOK", flush=True)
    elif command == "GETPIN":
        note("dialogs", "opened")
        (here / "up").write_text(str(os.getpid()))
        while answer() == "hang":
            time.sleep(0.02)
        note("dialogs", "closed")
        if answer() == "no":
            print("ERR 83886179 Operation cancelled <Pinentry>", flush=True)
        else:
            print(f"D {answer()}\nOK", flush=True)
    else:
        print("OK", flush=True)
        if command == "BYE":
            break
