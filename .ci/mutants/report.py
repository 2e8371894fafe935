"""The counts of each file: on the screen, and in .ci/mutants.txt."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

TABLE = Path(__file__).parent.parent / "mutants.txt"
COLUMNS = ("mutants", "caught", "unviable", "same", "survived", "not run")
HEAD = """\
# What came of breaking the guard's path, one place at a time: .ci/mutants.sh writes this.
#
# caught: a test failed, or the tests did not end in time. unviable: it does not compile.
# same: no test can tell it from the program; mutants/same.txt says why. survived: all
# tests that mutants/scope.toml names passed; these are listed below. not run: not through
# all the tests yet. The commit is the one whose code and tests the row is about, with a plus
# where they were not committed yet.
#
"""


def counted(part, mutants):
    """The columns of one file, and the mutants that survived."""
    counts, survivors = dict.fromkeys(COLUMNS, 0), []
    for mutant in mutants:
        same = part.is_same(mutant)
        verdict = "same" if same else part.record.verdict(mutant["name"], part.names[-1])
        counts["mutants"] += 1
        counts[verdict] += 1
        if verdict == "survived":
            survivors.append(mutant["name"])
    return counts, survivors


def told(rows):
    """Prints the counts; returns the exit code."""
    failed = False
    for part, file, mutants in rows:
        counts, survivors = counted(part, mutants)
        print(f"{file}: " + ", ".join(f"{counts[it]} {it}" for it in COLUMNS if counts[it]))
        for mutant in mutants:
            verdict = part.record.verdict(mutant["name"], part.names[-1])
            if verdict == "not run" and not part.is_same(mutant):
                print(f"  not run  {mutant['name']}")
        for name in survivors:
            print(f"  SURVIVED {name}")
        failed |= bool(survivors)
    return 1 if failed else 0


def _git(*args):
    return subprocess.run(["git", *args], check=True, capture_output=True, text=True).stdout.strip()


def _read():
    """The rows and survivors of the table as it is, by file."""
    rows, survivors = {}, {}
    for line in TABLE.read_text().splitlines() if TABLE.exists() else []:
        if line.startswith("survived: "):
            name = line.removeprefix("survived: ")
            survivors.setdefault(name.split(":", 1)[0], []).append(name)
        elif line and not line.startswith("#"):
            cells = line.split()
            rows[cells[0]] = cells
    return rows, survivors


def write(rows, order):
    """Puts in the table what is known of `rows`, and leaves the rows of other files. A file
    that never ran gets a row that says so."""
    had, survivors = _read()
    titles = ["# file", "date", "commit", *[it.replace(" ", "-") for it in COLUMNS]]
    for part, file, mutants in rows:
        counts, found = counted(part, mutants)
        is_known = counts["not run"] < counts["mutants"]
        if is_known or file not in had:
            ran = [_today(), _commit()] if is_known else ["-", "-"]
            had[file] = [file, *ran, *[str(counts[it]) for it in COLUMNS]]
            survivors[file] = found
    shown = [had[file] for file in order if file in had]
    lines = [titles, *shown, _total(shown)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(titles))]
    text = HEAD
    for line in lines:
        cells = enumerate(zip(line, widths))
        row = [cell.ljust(width) if n < 3 else cell.rjust(width) for n, (cell, width) in cells]
        text += "  ".join(row).rstrip() + "\n"
    names = [f"survived: {name}\n" for file in order for name in survivors.get(file, [])]
    TABLE.write_text(text + ("\n" + "".join(names) if names else ""))


def _today():
    return datetime.now(UTC).strftime("%Y-%m-%d")


def _commit():
    """With a plus where the code or the tests are not what is committed."""
    dirty = _git("status", "--porcelain", "--", ".", ":!.ci", ":!docs")
    return _git("rev-parse", "--short=10", "HEAD") + ("+" if dirty else "")


def _total(lines):
    sums = [str(sum(int(cells[n]) for cells in lines)) for n in range(3, 3 + len(COLUMNS))]
    return ["# all", "", "", *sums]
