"""Runs a program on a terminal of its own, and types PASSPHRASE when it is asked for.

    at-a-terminal.py PASSPHRASE PROGRAM...

Its exit code is the program's; 1 if the change was not shown, or the passphrase was.
"""

import os
import pty
import select
import sys
import time

PATIENCE = 60

passphrase, program = sys.argv[1], sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    os.execv(program[0], program)

screen, typed, end = b"", False, time.monotonic() + PATIENCE
while time.monotonic() < end:
    if not select.select([terminal], [], [], 1)[0]:
        continue
    try:
        read = os.read(terminal, 4096)
    except OSError:  # How Linux says that the other end is closed.
        break
    if not read:
        break
    screen += read
    if not typed and screen.endswith(b"Passphrase: "):
        os.write(terminal, passphrase.encode() + b"\r")
        typed = True
else:
    os.kill(pid, 9)

code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
text = screen.decode(errors="replace")
print(text)
if not typed or "100 → 300" not in text or passphrase in text:
    sys.exit("the program did not ask as it should")
sys.exit(code)
