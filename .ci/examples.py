#!/usr/bin/env python3
"""Runs the commands that the pages show, as a reader would, and finds each block of code
that nobody runs.

    .ci/examples.py BIN             BIN is the folder of the built programs
    .ci/examples.py --list          the blocks, and what becomes of each
    .ci/examples.py --script PAGE FILE
                                    what is "run by: FILE" in PAGE, as a script that also
                                    compares what comes out with what the page says

The `console` blocks of a page run in order, in one shell on a terminal, in a home folder
and a working folder of their own. The script turns the pages of prompts and answers them with a passphrase. A line
that begins with "$ " is a command, and a backslash at its end continues it. The command
has to end with 0, or with the code that a comment at its end tells: `# exit 10`. Lines
below it have to be in the output, in that order; "..." stands for whatever is there, and
days, keys and hashes are as good as any other.

Any other block needs a comment on the line above, which is not shown:

    <!-- from: FILE -->        each line of it is in FILE, which is built and tested
    <!-- run by: FILE -->      a test or script runs it; FILE has to name the page
    <!-- not run: REASON -->   nothing does
    <!-- after: COMMAND -->    COMMAND runs first, and then the block as ever

The code of the crates' own README files runs with the tests of their documentation.
"""

import os
import pty
import re
import select
import subprocess
import sys
import tempfile
import termios
import time

PATIENCE = 120  # seconds, for one command
PASSPHRASE = b"only an example\r"
MARK = re.compile(r"@@(\d+)@@ ")
ASKS = re.compile(r"(?:passphrase|Once more|Passphrase): $")
NEXT_PAGE = "next page; q refuses. "
FENCE = re.compile(r"^\s*```(\w*)")
NOTE = re.compile(r"^\s*<!-- (from|run by|not run|after): (.+) -->$")
# What is no code: screens, files and answers, which are shown and never typed.
SHOWN = {"text", "json", "yaml"}
# rustdoc runs them.
DOCTESTED = re.compile(r"^openpass-[a-z0-9-]+/README\.md$")
# Pages that a test writes from what the engine says.
WRITTEN = {"docs/policy/errors.md"}


class Block:
    def __init__(self, page, line, language, note):
        self.page, self.line, self.language, self.note = page, line, language, note
        self.lines = []

    def fate(self):
        """What becomes of the block, or None where nobody says."""
        if self.note and self.note[0] != "after":
            return ": ".join(self.note)
        if self.page in WRITTEN:
            return "written by a test"
        if self.language in SHOWN:
            return "shown"
        if self.language == "console":
            return "run here"
        if self.language.startswith("rust") and DOCTESTED.match(self.page):
            return "run by rustdoc"
        return None

    def commands(self):
        """Each command with the exit code and the output that belong to it."""
        found = []
        for line in self.lines:
            if found and is_open(found[-1][0]):
                found[-1][0] += "\n" + line
            elif line.startswith("$ "):
                found.append([line[2:], []])
            elif found:
                found[-1][1].append(line)
        if self.note and self.note[0] == "after":
            yield self.note[1], 0, []
        for command, output in found:
            code = re.search(r"  # exit (\d+)$", command)
            yield command, int(code[1]) if code else 0, output


def is_open(command):
    """Whether the command goes on in the next line: a quotation, a text, a backslash."""
    if "<<'END'" in command:
        return not command.endswith("\nEND")
    return command.endswith("\\") or command.count("'") % 2 == 1


def blocks_of(page):
    found, block, note = [], None, None
    with open(page, encoding="utf-8") as file:
        for number, line in enumerate(file.read().split("\n"), 1):
            fence = FENCE.match(line)
            if block:
                if fence:
                    found.append(block)
                    block = None
                else:
                    block.lines.append(line)
            elif fence:
                block = Block(page, number, fence[1] or "text", note)
            said = NOTE.match(line)
            note = said.groups() if said else None
    return found


class Shell:
    """bash on a terminal, with nothing of this program's environment but the path."""

    def __init__(self, bin_folder, folder):
        home = os.path.join(folder, "home")
        os.mkdir(home)
        os.mkdir(os.path.join(folder, "work"))
        environment = {"HOME": home, "TERM": "dumb", "LANG": "C.UTF-8", "PS1": "@@$?@@ ", "PS2": "",
                       "PATH": f"{bin_folder}:/usr/local/bin:/usr/bin:/bin"}
        pid, self.terminal = pty.fork()
        if pid == 0:
            os.chdir(os.path.join(folder, "work"))
            os.execve("/bin/bash", ["bash", "--norc", "--noprofile", "--noediting"], environment)
        self.read_until_marked()

    def echoes(self):
        return termios.tcgetattr(self.terminal)[3] & termios.ECHO

    def read_until_marked(self):
        """The output up to the next prompt of the shell, and the code before it."""
        text, answered, end = "", 0, time.monotonic() + PATIENCE
        while time.monotonic() < end:
            mark = MARK.search(text, answered)
            if mark:
                return text[:mark.start()], int(mark[1])
            if ASKS.search(text[answered:]) and not self.echoes():
                answered = len(text)
                os.write(self.terminal, PASSPHRASE)
            if text.endswith(NEXT_PAGE):
                os.write(self.terminal, b" ")
                text += "\n"
            if select.select([self.terminal], [], [], 0.05)[0]:
                text += os.read(self.terminal, 4096).decode(errors="replace")
        raise TimeoutError(text)

    def run(self, command):
        os.write(self.terminal, command.encode() + b"\n")
        text, code = self.read_until_marked()
        text = text.replace("\r", "")
        # The terminal's echo of the command is no output of it.
        for line in command.split("\n"):
            text = text.replace(line, "", 1)
        return text, code


def alike(text):
    """Without what is another in each vault and on each day."""
    text = re.sub(r"\d{4}-\d{2}-\d{2}", "DAY", text)
    return re.sub(r"[A-Za-z0-9_-]{43,}", "KEY", text)


def is_in_order(wanted, output):
    at, wanted, output = 0, [alike(it) for it in wanted], alike(output)
    for line in wanted:
        for part in filter(None, (it.strip() for it in line.split("..."))):
            at = output.find(part, at)
            if at < 0:
                return False
            at += len(part)
    return True


def run_page(page, blocks, bin_folder):
    """How many commands of the page ran; None where one did not do what the page says."""
    ran = 0
    with tempfile.TemporaryDirectory() as folder:
        shell = Shell(bin_folder, folder)
        for block in blocks:
            for command, code, output in block.commands():
                said, ended = shell.run(command)
                if ended != code or not is_in_order(output, said):
                    print(f"{page}:{block.line}: `{command}` ended with {ended}, and should end "
                          f"with {code} and say {output}; it said:\n{said}", file=sys.stderr)
                    return None
                ran += 1
    return ran


def is_from(block):
    """Whether each line of the block is in the file that its comment names."""
    if not os.path.exists(block.note[1]):
        return False
    with open(block.note[1], encoding="utf-8") as file:
        there = {line.lstrip("+").strip() for line in file}
    return all(line.strip() in there for line in block.lines)


def speaks_of(path, page):
    """Whether the test or script at `path` is there and names the page."""
    if not os.path.exists(path):
        return False
    with open(path, encoding="utf-8") as file:
        text = file.read()
    # Of the front pages, `.ci/run` runs the commands themselves.
    return os.path.basename(page) in text or (path == ".ci/run" and page.endswith("README.md"))


def script(page, name):
    print("set -euo pipefail")
    blocks = [it for it in blocks_of(page)
              if it.note == ("run by", name) and it.language == "console"]
    if not blocks:
        sys.exit(f"{page} has no commands that {name} runs")
    for block in blocks:
        commands = list(block.commands())
        print("diff <(cat <<'PAGE'")
        print("\n".join(line for _, _, output in commands for line in output if line))
        print("PAGE\n) <(exec 2>&1")
        print("\n".join(command for command, _, _ in commands))
        print(")")


def pages():
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard",
                             "*.md"], check=True, capture_output=True, text=True).stdout
    return sorted(it for it in listed.split("\0") if it and os.path.exists(it))


def main(arguments):
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    if len(arguments) == 3 and arguments[0] == "--script":
        script(*arguments[1:])
        return 0
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    wrong, ran = 0, 0
    for page in pages():
        blocks = blocks_of(page)
        for block in blocks:
            fate = block.fate()
            if arguments == ["--list"]:
                print(f"{page}:{block.line}: {block.language}: {fate}")
            if fate is None:
                print(f"{page}:{block.line}: nobody runs this {block.language}, and no comment "
                      "says why", file=sys.stderr)
                wrong += 1
            elif fate.startswith("run by: ") and not speaks_of(block.note[1], page):
                print(f"{page}:{block.line}: {block.note[1]} does not speak of this page",
                      file=sys.stderr)
                wrong += 1
            elif fate.startswith("from: ") and not is_from(block):
                print(f"{page}:{block.line}: not all of it is in {block.note[1]}", file=sys.stderr)
                wrong += 1
        here = [it for it in blocks if it.fate() == "run here"]
        if here and arguments != ["--list"]:
            count = run_page(page, here, os.path.abspath(arguments[0]))
            wrong += count is None
            ran += count or 0
            print(f"{page}: {count} commands" if count is not None else f"{page}: FAILED")
    print(f"{ran} commands of the pages ran, {wrong} things are wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
