"""Runs a program of Wine on a console: a terminal of its own, as Wine has no window here.

    on-a-console.py PROGRAM...

stdout and stderr stay as they are. Its exit code is the program's.
"""

import fcntl
import os
import pty
import struct
import sys
import termios

ROWS, COLUMNS = 30, 100

stdout, stderr = os.dup(1), os.dup(2)
pid, terminal = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    os.dup2(stdout, 1)
    os.dup2(stderr, 2)
    os.closerange(3, max(stdout, stderr) + 1)
    os.execv(sys.argv[1], sys.argv[1:])

# What is on the screen, the tests ask the console.
try:
    while os.read(terminal, 4096):
        pass
except OSError:  # How Linux says that the other end is closed.
    pass
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
