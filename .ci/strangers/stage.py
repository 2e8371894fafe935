"""The servers, the files that they work on, and a policy folder of its own before them."""

import os
import re
import shutil
import subprocess
import sys
import tempfile

from client import Client

PASSPHRASE = "correct horse battery staple"
AT_A_TERMINAL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "at-a-terminal.py")
ALL = '@id("mine.all")\npermit (principal, action, resource is {}::Server);\n'
BY_SCRIPT = ["--yes", "--no-biometric", "--reason", "the servers of strangers"]


class Stage:
    """`guard` and `openpass` are the programs; `servers` the folder with node_modules."""

    def __init__(self):
        self.guard, self.openpass, self.servers = sys.argv[1:4]
        self.home = os.path.realpath(tempfile.mkdtemp())
        self.folder = os.path.join(self.home, "guard")
        self.files = os.path.join(self.home, "files")
        self.memory = os.path.join(self.home, "memory.jsonl")
        self.environment = {
            "HOME": self.home,
            "PATH": os.environ["PATH"],
            "MEMORY_FILE_PATH": self.memory,
        }

    def __enter__(self):
        self.fresh()
        self.by_script([self.guard, "init", "--policy", self.folder])
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.home)

    def fresh(self):
        """What the servers work on, as it is before a run."""
        shutil.rmtree(self.files, ignore_errors=True)
        if os.path.exists(self.memory):
            os.remove(self.memory)
        os.makedirs(os.path.join(self.files, "sub"))
        for name, content in (("a.txt", b"one\ntwo\n"), ("p.png", b"\x89PNG")):
            with open(os.path.join(self.files, name), "wb") as file:
                file.write(content)

    def server(self, name):
        """The command of a server: `filesystem`, `memory` or `everything`."""
        package = os.path.join(self.servers, "node_modules/@modelcontextprotocol", f"server-{name}")
        last = {"filesystem": [self.files], "memory": [], "everything": ["stdio"]}[name]
        return ["node", os.path.join(package, "dist/index.js"), *last]

    def bare(self, command):
        return Client(command, self.environment)

    def guarded(self, command, namespace):
        proxy = [self.guard, "proxy", "--policy", self.folder, "--agent", "default"]
        return Client([*proxy, "--server", namespace, "--", *command], self.environment)

    def accept(self, command, namespace, group):
        """Has the person accept every tool of the server."""
        with self.guarded(command, namespace) as client:
            if client.tools():
                sys.exit(f"{namespace}: tools are listed before anybody has accepted them")
        accept = [self.guard, "accept", "--policy", self.folder, "--server", namespace]
        self.by_script([*accept, "--as", group])

    def permit(self, namespace):
        """Has the person apply a policy that lets every routine call of the server pass."""
        file = os.path.join(self.home, f"all-{namespace}.cedar")
        with open(file, "w", encoding="utf-8") as policy:
            policy.write(ALL.format(namespace).replace("mine.all", f"mine.{namespace}"))
        self.by_script([self.openpass, "--vault", self.folder, "policy", "apply", file, *BY_SCRIPT])

    def by_script(self, command):
        """Runs a command that reads the passphrase from descriptor 3."""
        given = os.path.join(self.home, "passphrase")
        with open(given, "w", encoding="utf-8") as file:
            file.write(PASSPHRASE + "\n")
        shell = ["sh", "-c", 'file=$1; shift; exec "$@" 3<"$file"', "sh", given]
        self.run([*shell, *command, "--passphrase-fd", "3"])

    def person(self, words):
        """Has a person run `openpass-guard WORDS` on a terminal, and returns the screen."""
        typed = [sys.executable, AT_A_TERMINAL, "assphrase", PASSPHRASE]
        return self.run([*typed, self.guard, *words, "--policy", self.folder])

    def run(self, command):
        ended = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        if ended.returncode:
            sys.exit(f"{command} ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}")
        return ended.stdout

    def code(self, client, request):
        """The code under which a call waits for a person, by the call's progress."""
        while True:
            message = client.hear()
            if message.get("id") == request:
                sys.exit(f"the call was answered before a person was: {message}")
            told = message.get("params", {}).get("message", "")
            found = re.search(r"openpass-guard approve --policy \S+ (\w[\w-]*)", told)
            if found:
                return found[1]
