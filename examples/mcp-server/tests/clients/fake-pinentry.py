# Speaks Assuan as a pinentry with a window does. What the person does stands
# in the file `answer` beside it; while the dialog is up, `up` has its process.
import os
import pathlib
import sys
import time

here = pathlib.Path(__file__).parent
print("OK Pleased to meet you", flush=True)
for line in sys.stdin:
    command = line.strip()
    if command == "GETINFO flavor":
        print("D gtk2\nOK", flush=True)
    elif command == "GETPIN":
        (here / "up").write_text(str(os.getpid()))
        answer = (here / "answer").read_text()
        if answer == "hang":
            time.sleep(600)
        elif answer == "no":
            print("ERR 83886179 Operation cancelled <Pinentry>", flush=True)
        else:
            print(f"D {answer}\nOK", flush=True)
    else:
        print("OK", flush=True)
        if command == "BYE":
            break
