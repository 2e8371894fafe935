"""Runs the mutants of scope.toml: .ci/mutants.sh says how it is called."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import report
import same
from record import Record
from tree import Sources, copied

HERE = Path(__file__).parent
CACHE = Path(os.environ["OPENPASS_CI_CACHE"]) / "mutants"
COPY, OUT = CACHE / "tree", CACHE / "run"
TOOL = [os.environ["CARGO_MUTANTS"], "mutants"]


class Part:
    """Files of one package, and the stages of tests that their mutants go through."""

    def __init__(self, written, sources, entries):
        self.package, self.sources = written["package"], sources
        # Each is what `cargo test` is told besides the package; the last is the longest.
        self.stages = written["stages"]
        self.names = [" ".join(stage["args"]) for stage in self.stages]
        self.flags = written.get("flags", [])
        code = sources.code(self.package)
        flags = "".join(self.flags).replace("/", "-")
        tests = sources.tests(self.package)
        path = CACHE / "record" / f"{self.package}{flags}-{code}.jsonl"
        names = "\n".join(sources.names(name) for name in sources.packages)
        self.record = Record(path, tests, names)
        folder = sources.folder(self.package).relative_to(COPY)
        self.files = [str(folder / file) for file in written["files"]]
        self.entries = entries

    def mutants(self, files, diff=None):
        """cargo-mutants' list of the mutants in these files, by file."""
        args = [*TOOL, "--list", "--json", "--no-config", "-p", self.package]
        args += [arg for file in files for arg in ("-f", file)]
        args += ["--in-diff", str(diff)] if diff else []
        told = subprocess.run(args, cwd=COPY, check=True, capture_output=True).stdout
        found = {}
        for mutant in json.loads(told or b"[]"):
            found.setdefault(mutant["file"], []).append(mutant)
        return found

    def is_same(self, mutant):
        return same.matched(self.entries, mutant, COPY)

    def run(self, stage, mutants, until, every=None):
        """Runs those of one file that nothing is known of, or that survived the stages
        before; none when it is later than `until`. `every` are all mutants of the file, where
        `mutants` are some."""
        names = [it["name"] for it in mutants if not self.is_same(it)]
        todo = {
            name for name in names
            if not self.record.is_done(name)
            and not self.record.survived(name, self.names[stage:])
        }
        if todo and self._pass(stage, until):
            self._mutate(stage, every or mutants, todo, until)

    def _pass(self, stage, until):
        """Expects the tests to pass without a mutant, or each would seem to be caught. Says
        whether there is time for more."""
        left = until - time.monotonic()
        if self.names[stage] in self.record.passed or left <= 0:
            return left > 0
        args = ["cargo", "test", "--quiet", "--locked", "-p", self.package, *self.flags]
        args += self._cargo(stage)
        testing = subprocess.Popen(args, cwd=COPY, start_new_session=True, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            said, _ = testing.communicate(timeout=left if until != float("inf") else None)
        except (subprocess.TimeoutExpired, KeyboardInterrupt) as broken:
            # Cargo's own children too: compilers and tests.
            os.killpg(testing.pid, signal.SIGKILL)
            testing.communicate()
            if isinstance(broken, KeyboardInterrupt):
                raise
            return False
        if testing.returncode:
            sys.exit(f"{said}\nthe tests fail without a mutant")
        self.record.note_passed(self.names[stage])
        return time.monotonic() < until

    def _cargo(self, stage):
        return self.stages[stage]["args"]

    def _mutate(self, stage, mutants, todo, until):
        file = mutants[0]["file"]
        print(f"{file}: {len(todo)} mutants, {self.names[stage] or 'all tests'}", flush=True)
        out = OUT / "mutants.out"
        shutil.rmtree(OUT, ignore_errors=True)
        out.mkdir(parents=True)
        rest = [it["name"] for it in mutants if it["name"] not in todo]
        (out / "previously_caught.txt").write_text("".join(f"{name}\n" for name in rest))
        # For a run that is broken off: whose results these are.
        whose = {"record": self.record.path.name, "tests": self.record.tests, "stage": self.names[stage]}
        (OUT / "whose.json").write_text(json.dumps(whose))
        args = [*TOOL, "--in-place", "--iterate", "--baseline=skip", "--no-config", "-o", str(OUT)]
        args += ["--timeout", str(self.stages[stage]["seconds"])]
        args += ["--colors=never", "-p", self.package, "-f", file, "-C=--locked"]
        args += [f"-C={arg}" for arg in [*self.flags, *self._cargo(stage)]]
        running = subprocess.Popen(args, cwd=COPY, start_new_session=True)
        try:
            running.wait(max(1, until - time.monotonic()) if until != float("inf") else None)
        except (subprocess.TimeoutExpired, KeyboardInterrupt) as broken:
            running.send_signal(signal.SIGINT)
            running.wait()
            if isinstance(broken, KeyboardInterrupt):
                raise
        finally:
            self.record.harvest(out, self.names[stage])
            shutil.rmtree(OUT, ignore_errors=True)
        if running.returncode not in (0, 2, 3) and time.monotonic() < until:
            sys.exit(f"cargo-mutants ended with {running.returncode}")


def together(rows):
    """The rows whose mutants can be in one program: of one package with the same features."""
    found = {}
    for row in rows:
        part = row[0]
        flags = (*part.flags, *part.stages[-1]["args"])
        found.setdefault((part.package, flags), []).append(row)
    return found.items()


def run_together(same_program, order, is_quick):
    (package, flags), rows = same_program
    parts = {mutant["name"]: part for part, _, mutants in rows for mutant in mutants}

    def is_wanted(mutant):
        part = parts[mutant["name"]]
        record = part.record
        is_known = record.is_done(mutant["name"]) or record.survived(mutant["name"], part.names[-1:])
        return not is_known and not part.is_same(mutant)

    def note(mutant, verdict, by):
        part = parts[mutant["name"]]
        print(f"{verdict:8} {mutant['name']}" + (f": {by}" if by != verdict else ""), flush=True)
        part.record.note(mutant["name"], verdict, by, part.names[-1])

    if not any(is_wanted(mutant) for _, _, mutants in rows for mutant in mutants):
        return
    # Here alone, since it takes a parser that is installed for it.
    from together import Together

    program = Together(COPY, package, rows[0][0].sources.folder(package), flags)
    try:
        program.build({file: mutants for _, file, mutants in rows if mutants})
        program.run(is_wanted, note, os.cpu_count(), is_quick)
    finally:
        program.restore()
        report.write(rows, order)


def left_over(parts):
    """Takes the verdicts of a run that ended without doing so."""
    if (OUT / "whose.json").exists():
        whose = json.loads((OUT / "whose.json").read_text())
        for part in parts:
            if part.record.path.name == whose["record"] and part.record.tests == whose["tests"]:
                part.record.harvest(OUT / "mutants.out", whose["stage"])
    shutil.rmtree(OUT, ignore_errors=True)


def changed(parts, base):
    """Those of the lines that changed since `base`, within the time there is."""
    until = time.monotonic() + int(os.environ.get("MUTANTS_SECONDS", "480"))
    diff = CACHE / "changed.diff"
    files = [file for part in parts for file in part.files]
    told = subprocess.run(["git", "diff", base, "--", *files], check=True, capture_output=True)
    diff.write_bytes(told.stdout)
    touched = set(re.findall(r"^\+\+\+ b/(.+)$", told.stdout.decode(), re.M))
    rows = []
    for part in parts:
        files = [file for file in part.files if file in touched]
        for file, mutants in part.mutants(files, diff).items() if files else []:
            rows.append((part, file, mutants))
    for stage, (part, file, mutants) in staged(rows):
        part.run(stage, mutants, until, part.mutants([file]).get(file))
    return rows


def staged(rows):
    """Each file in each of its stages: all in their first, before one is in its second."""
    most = max((len(part.stages) for part, _, _ in rows), default=0)
    return [(stage, row) for stage in range(most) for row in rows if stage < len(row[0].stages)]


def stop(*_):
    raise KeyboardInterrupt


def main(args):
    # Also where a shell started this in the background, which ignores the first.
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    COPY.mkdir(parents=True, exist_ok=True)
    copied(COPY)
    sources, entries = Sources(COPY), same.read(HERE / "same.txt")
    scope = tomllib.loads((HERE / "scope.toml").read_text())["part"]
    parts = [Part(written, sources, entries) for written in scope]
    left_over(parts)
    if args[:1] == ["--changed"]:
        rows = changed(parts, args[1] if len(args) > 1 else "HEAD^")
        if not rows:
            print("no line of the scope that has mutants changed")
        return report.told(rows)
    option = args[0] if args and args[0] in ("--list", "--together", "--quick") else None
    wanted = args[1:] if option else args
    order = [file for part in parts for file in part.files]
    if strange := set(wanted) - set(order):
        sys.exit(f"not in .ci/mutants/scope.toml: {' '.join(sorted(strange))}")
    rows = []
    for part in parts:
        files = [file for file in part.files if not wanted or file in wanted]
        found = part.mutants(files) if files else {}
        rows += [(part, file, found.get(file, [])) for file in files]
    if stale := {entry for entry in entries if not wanted or entry[0] in wanted} - used(rows):
        names = sorted(": ".join(entry[:2]) for entry in stale)
        sys.exit(f"same.txt has what is no mutant any more: {'; '.join(names)}")
    if option == "--list":
        report.write(rows, order)
        return 0
    for same_program in together(rows):
        run_together(same_program, order, is_quick=option == "--quick")
    if option in ("--together", "--quick"):
        return report.told(rows)
    for stage, row in staged(rows):
        part, _, mutants = row
        part.run(stage, mutants, float("inf"))
        report.write([row], order)
    return report.told(rows)


def used(rows):
    return {part.is_same(mutant) for part, _, mutants in rows for mutant in mutants}


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("broken off; the same command goes on from here")
