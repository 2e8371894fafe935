"""Runs the mutants of a package that switch.py can put in one program. The tests run once,
each alone, to see which mutants each of them reaches; then a mutant is tried on the tests
that reach it, the quickest first, until one fails. A test that does not reach it does the
same as without it."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from time import monotonic

from record import FAILED
from switch import ALL, CHOSEN, REACHED, SWITCH, numbered

# What the compiler says of a replacement that its types do not allow.
UNFIT = {
    "E0069", "E0277", "E0282", "E0283", "E0308", "E0369", "E0423", "E0425", "E0432", "E0433",
    "E0599", "E0600", "E0604", "E0605", "E0606", "E0614", "E0728",
}
MOST_LEFT_OUT = 5
# Built once and run thousands of times.
BUILD = os.environ | {"CARGO_PROFILE_DEV_OPT_LEVEL": "1"}
# The seconds of those tests that run one by one, before the rest run a program at a time.
QUICK = 4


class Test:
    def __init__(self, program, folder, name):
        self.program, self.folder, self.name = program, folder, name
        self.seconds = 0.0


def _run(program, folder, names, env, seconds):
    """(exit code or None when it did not end, what it printed)"""
    with tempfile.TemporaryFile() as said:
        running = subprocess.Popen(
            [program, "--exact", *names], cwd=folder, env=os.environ | env, stdin=subprocess.DEVNULL,
            stdout=said, stderr=subprocess.STDOUT, start_new_session=True,
        )
        try:
            code = running.wait(seconds)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            _end(running, env)
        said.seek(0)
        return code, said.read().decode(errors="replace")


def _end(running, env):
    """Ends a test with whatever it started: one that fails leaves programs behind, some of
    them in sessions of their own."""
    try:
        os.killpg(running.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    running.wait()
    if env[CHOSEN] == str(ALL):
        # Another test has the same mark, and runs still.
        return
    mark = f"{CHOSEN}={env[CHOSEN]}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                os.kill(int(process.name), signal.SIGKILL)
        except OSError:
            # It has ended meanwhile, or is another's.
            pass


class Together:
    """The mutants of one package with one choice of features."""

    def __init__(self, copy, package, folder, flags):
        self.copy, self.package, self.folder, self.flags = copy, package, folder, flags
        self.files, self.before, self.out, self.unfit = {}, {}, set(), set()

    def build(self, by_file):
        """The test programs with all these mutants but those that cannot be in one."""
        self.before = {path: (self.copy / path).read_bytes() for path in by_file}
        root = str((self.folder / "src/lib.rs").relative_to(self.copy))
        self.before[root] = (self.copy / root).read_bytes()
        self.files = numbered(by_file, self.before.__getitem__)
        self.out = {n for it in self.files.values() for n in it.mutants if n not in it.made}
        while True:
            self._write(root)
            wrong = self._errors(["check", "--lib"]) or self._errors(["test", "--no-run"])
            if not wrong:
                return
            self._leave_out(wrong)

    def restore(self):
        for path, text in self.before.items():
            (self.copy / path).write_bytes(text)

    def _write(self, root):
        for path, file in self.files.items():
            (self.copy / path).write_bytes(file.switched(self.out))
        text = (self.copy / root).read_bytes() if root in self.files else self.before[root]
        (self.copy / root).write_bytes(text + SWITCH.encode())

    def _errors(self, command):
        args = ["cargo", *command, "--locked", "-p", self.package, *self.flags]
        args += ["--message-format=json"]
        told = subprocess.run(args, cwd=self.copy, env=BUILD, capture_output=True)
        lines = [json.loads(it) for it in told.stdout.splitlines() if it.startswith(b"{")]
        found = [
            it["message"] for it in lines
            if it["reason"] == "compiler-message" and it["message"]["level"] == "error"
            and it["message"]["spans"]
        ]
        if told.returncode and not found:
            sys.exit(told.stderr.decode())
        if command[0] == "test" and not found:
            self.programs = [
                it["executable"] for it in lines
                if it["reason"] == "compiler-artifact" and it["executable"]
                and it["profile"]["test"]
            ]
        return found

    def _leave_out(self, wrong):
        was = len(self.out), sum(len(it.const) for it in self.files.values())
        for message in wrong:
            code = (message["code"] or {}).get("code")
            if code == "E0015" and "`is`" not in message["message"]:
                self._keep_constant(message["message"])
                continue
            for span in [it for it in message["spans"] if it["is_primary"]]:
                file = self.files.get(span["file_name"])
                if file and code == "E0004":
                    self.out |= file.arms_of(span["byte_start"], span["byte_end"])
                    continue
                numbers, its_own = file.blamed(span["byte_start"]) if file else ((), False)
                self.out |= set(numbers)
                if its_own and code in UNFIT and self._is_plain(file, numbers):
                    self.unfit |= set(numbers)
        if was == (len(self.out), sum(len(it.const) for it in self.files.values())):
            sys.exit("\n".join(it["rendered"] for it in wrong))

    @staticmethod
    def _is_plain(file, numbers):
        """Whether the type of its function is written, so that a replacement which does not
        fit what stands beside it does not fit alone either."""
        told = [(file.mutants[it].get("function") or {}).get("return_type") for it in numbers]
        return not any("impl " in (it or "") for it in told)

    def _keep_constant(self, message):
        """A function that a constant calls has no mutant that is chosen when it runs."""
        called = re.search(r"`([^`]+)`", message)
        name = re.sub(r"<[^<>]*>", "", called[1]).rsplit("::", 1)[-1] if called else None
        for file in self.files.values():
            if re.search(rb"\bconst (unsafe )?fn %s\b" % (name or "").encode(), file.text):
                file.const.add(name)
                self.out |= {
                    number for number, it in file.mutants.items()
                    if ((it.get("function") or {}).get("function_name") or "").endswith(name)
                }

    def tests(self):
        found = []
        for program in self.programs:
            told = subprocess.run([program, "--list", "--format=terse"], cwd=self.folder,
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True)
            names = [it.removesuffix(": test") for it in told.stdout.splitlines() if it.endswith(": test")]
            found += [Test(program, self.folder, name) for name in names]
        return found

    def reach(self, jobs):
        """The tests that reach each mutant, the quickest first. Left out are those that fail
        without one, such as what needs every byte of a small stack."""
        work = Path(tempfile.mkdtemp())

        def one(numbered_test):
            number, test = numbered_test
            path = work / str(number)
            env = {CHOSEN: str(ALL), REACHED: str(path)}
            begun = monotonic()
            code, said = _run(test.program, self.folder, [test.name], env, 1800)
            test.seconds = monotonic() - begun
            reached = set(path.read_text().split()) if path.exists() else set()
            return test, code, said, {int(it) for it in reached}

        reached_by, failed = defaultdict(list), []
        with ThreadPoolExecutor(jobs) as pool:
            for test, code, said, reached in pool.map(one, enumerate(self.tests())):
                if code != 0:
                    failed.append(f"{said}\n{test.name} fails without a mutant: left out")
                    continue
                for number in reached:
                    reached_by[number].append(test)
        shutil.rmtree(work)
        print("\n".join(failed), flush=True)
        if len(failed) > MOST_LEFT_OUT:
            sys.exit(f"{len(failed)} tests fail without a mutant")
        for tests in reached_by.values():
            tests.sort(key=lambda it: it.seconds)
        return reached_by

    def failing(self, number, batches):
        """(verdict, the test that failed), or None where all of these tests pass."""
        env = {CHOSEN: str(number)}
        for batch in batches:
            limit = 60 + 20 * sum(it.seconds for it in batch)
            code, said = _run(batch[0].program, self.folder, [it.name for it in batch], env, limit)
            if code is None:
                return "timeout", "timeout"
            if code != 0:
                failed = FAILED.search(said)
                one = batch[0].name if len(batch) == 1 else "?"
                return "caught", (failed.group(1) or failed.group(2)) if failed else one
        return None

    def run(self, wanted, note, jobs, is_quick):
        """Tries those that `wanted(mutant)` says; `note` takes each verdict. Quick, it leaves
        those that the quick tests let live without one."""
        mutants = {n: it for file in self.files.values() for n, it in file.mutants.items()}
        for number in self.unfit:
            if wanted(mutants[number]):
                note(mutants[number], "unviable", "unviable")
        todo = [n for n, it in mutants.items() if n not in self.out and wanted(it)]
        print(f"{self.package}: {len(mutants)} mutants, {len(self.unfit)} do not compile, "
              f"{len(self.out - self.unfit)} are left to cargo-mutants, {len(todo)} to try",
              flush=True)
        if not todo:
            return
        reached_by = self.reach(jobs)
        # All on their quick tests, before one is on those that take minutes.
        halves = {number: in_halves(reached_by.get(number, [])) for number in todo}
        for half in (0,) if is_quick else (0, 1):
            left = []
            with ThreadPoolExecutor(jobs) as pool:
                trying = {pool.submit(self.failing, it, halves[it][half]): it for it in todo}
                try:
                    for done in as_completed(trying):
                        number, verdict = trying[done], done.result()
                        if verdict or half:
                            note(mutants[number], *(verdict or ("missed", "missed")))
                        else:
                            left.append(number)
                            print(f"lives yet {mutants[number]['name']}", flush=True)
                finally:
                    # Where it is broken off, those that wait do not begin.
                    pool.shutdown(cancel_futures=True)
            todo = left


def in_halves(tests):
    """Batches of the tests that take a few seconds together, one each, and of the rest, one
    for a program."""
    quick, rest, seconds = [], defaultdict(list), 0.0
    for test in tests:
        seconds += test.seconds
        if seconds <= QUICK:
            quick.append([test])
        else:
            rest[test.program].append(test)
    return quick, list(rest.values())
