"""Runs a program on a terminal of its own, types ANSWER whenever PROMPT is shown, and
prints the screen.

    at-a-terminal.py PROMPT ANSWER PROGRAM...

Its exit code is the program's, and 1 if the screen shows ANSWER.
"""

import os
import pty
import select
import sys
import termios
import time

PATIENCE = 60

prompt, answer, program = sys.argv[1].encode(), sys.argv[2], sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    os.execvp(program[0], program)


def echoes():
    """What is typed before the echo goes off is shown, or thrown away."""
    return termios.tcgetattr(terminal)[3] & termios.ECHO


screen, typed, end = b"", 0, time.monotonic() + PATIENCE
while time.monotonic() < end:
    if screen.count(prompt) > typed and not echoes():
        typed += 1
        os.write(terminal, answer.encode() + b"\r")
    if not select.select([terminal], [], [], 0.05)[0]:
        continue
    try:
        read = os.read(terminal, 4096)
    except OSError:  # How Linux says that the other end is closed.
        break
    if not read:
        break
    screen += read
else:
    os.kill(pid, 9)

code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
text = screen.decode(errors="replace").replace("\r", "")
print(text, end="")
if typed and answer in text:
    sys.exit("the terminal shows what was typed")
sys.exit(code)
