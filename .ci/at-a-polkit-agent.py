"""Runs a program on a terminal of its own, types PASSWORD each time that it is asked for,
and prints the screen.

    at-a-polkit-agent.py PASSWORD PROGRAM...
"""

import os
import pty
import select
import sys
import time

PATIENCE = 60

password, program = sys.argv[1], sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.environ["TERM"] = "dumb"
    os.execvp(program[0], program)

screen, typed, end = b"", 0, time.monotonic() + PATIENCE
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
    if screen.count(b"Password: ") > typed:
        typed += 1
        os.write(terminal, password.encode() + b"\n")
else:
    os.kill(pid, 9)
os.waitpid(pid, 0)
print(screen.decode(errors="replace").replace("\r", ""), end="")
