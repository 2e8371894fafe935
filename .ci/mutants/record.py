"""What is known of mutants: one file for each package and state of its code, to which each
verdict is appended as soon as there is one."""

import json
import re

FAILED = re.compile(r"^test (\S+)(?: - should panic)? \.\.\. FAILED|^---- (\S+) stdout ----$", re.M)
DONE = ("caught", "timeout", "unviable")


class Record:
    def __init__(self, path, tests, names):
        self.path, self.tests = path, tests
        self.known, self.passed = {}, set()
        path.parent.mkdir(parents=True, exist_ok=True)
        for line in path.read_text().splitlines() if path.exists() else []:
            self._take(json.loads(line), names)

    def _take(self, line, names):
        if "passed" in line:
            if line["tests"] == self.tests:
                self.passed.add(line["passed"])
        elif line["verdict"] == "caught" and line["tests"] != self.tests:
            # Other tests than now: the one that failed must still be there.
            name = line["by"].rsplit("::", 1)[-1]
            if re.search(rf"\bfn {re.escape(name)}\b", names):
                self.known[line["mutant"]] = line
        elif line["verdict"] != "missed" or line["tests"] == self.tests:
            self.known[line["mutant"]] = line

    def _append(self, line):
        with self.path.open("a") as file:
            file.write(json.dumps(line | {"tests": self.tests}) + "\n")

    def note_passed(self, stage):
        self.passed.add(stage)
        self._append({"passed": stage})

    def is_done(self, mutant):
        return mutant in self.known and self.known[mutant]["verdict"] in DONE

    def survived(self, mutant, stages):
        """Whether it survived one of these stages, or all tests."""
        line = self.known.get(mutant)
        return bool(line) and line["verdict"] == "missed" and line["stage"] in [*stages, ""]

    def verdict(self, mutant, last):
        """The column of the table that it counts in; `last` is the last stage."""
        if self.is_done(mutant):
            return "unviable" if self.known[mutant]["verdict"] == "unviable" else "caught"
        return "survived" if self.survived(mutant, [last]) else "not run"

    def note(self, mutant, verdict, by, stage):
        line = {"mutant": mutant, "verdict": verdict, "stage": stage, "by": by}
        self.known[mutant] = line | {"tests": self.tests}
        self._append(line)

    def harvest(self, out, stage):
        """Takes what cargo-mutants wrote in `out`, whether or not it came to its end."""
        logs = _killers(out)
        for verdict in (*DONE, "missed"):
            path = out / f"{verdict}.txt"
            for mutant in path.read_text().splitlines() if path.exists() else []:
                by = logs.get(mutant, "?") if verdict == "caught" else verdict
                self.note(mutant, verdict, by, stage)


def _killers(out):
    """Which test failed first, by mutant."""
    path = out / "outcomes.json"
    killers = {}
    for outcome in json.loads(path.read_text())["outcomes"] if path.exists() else []:
        if outcome["summary"] != "CaughtMutant":
            continue
        found = FAILED.search((out / outcome["log_path"]).read_text(errors="replace"))
        name = outcome["scenario"]["Mutant"]["name"]
        killers[name] = (found.group(1) or found.group(2)) if found else "?"
    return killers
