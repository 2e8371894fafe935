"""Mutants that are the same program: same.txt, each with its reason."""

from pathlib import Path


def read(path):
    """(file, description, the line as it is) → reason. An entry is three lines or more:

        FILE: DESCRIPTION
        the line that is changed
        Why nothing can tell it from the program.
    """
    entries = {}
    for block in path.read_text().split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if not lines:
            continue
        if len(lines) < 3:
            raise SystemExit(f"same.txt: no reason is given for {lines[0]}")
        file, _, description = lines[0].partition(": ")
        entries[file, description, lines[1].strip()] = " ".join(lines[2:])
    return entries


def matched(entries, mutant, copy):
    """The entry that is about `mutant`, one of cargo-mutants' list, or None."""
    name, file = mutant["name"], mutant["file"]
    description = name.split(": ", 1)[1]
    lines = (copy / Path(file)).read_text().splitlines()
    entry = file, description, lines[int(name.split(":", 2)[1]) - 1].strip()
    return entry if entry in entries else None
