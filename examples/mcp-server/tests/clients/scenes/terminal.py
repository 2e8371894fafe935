"""A person at a terminal of their own."""

import fcntl
import os
import pty
import select
import struct
import termios
import time

from stage import BIN, PATIENCE


class Terminal:
    """Runs `command` on a pseudo-terminal, which is its controlling one."""

    def __init__(self, command):
        self.screen, self.looked = "", 0
        path = f"{BIN}:/usr/bin:/bin"
        self.pid, self.pty = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
            os.environ["PATH"] = path
            os.execvpe(command[0], command, {"PATH": path, "TERM": "xterm", "LANG": "C.UTF-8"})

    def look(self, until):
        deadline = time.monotonic() + PATIENCE
        while not until():
            assert time.monotonic() < deadline, self.screen
            if select.select([self.pty], [], [], 0.05)[0]:
                try:
                    self.screen += os.read(self.pty, 4096).decode(errors="replace")
                except OSError:
                    return

    def sees(self, text):
        """Waits for `text` behind what was seen before."""
        self.look(lambda: text in self.screen[self.looked :])
        assert text in self.screen[self.looked :], self.screen
        self.looked = self.screen.index(text, self.looked) + len(text)

    def types(self, keys):
        """Answers a prompt that is up."""
        assert not termios.tcgetattr(self.pty)[3] & termios.ECHO, "what is typed would be shown"
        os.write(self.pty, keys.encode())

    def ends(self):
        """Its exit code."""
        self.look(lambda: False)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
