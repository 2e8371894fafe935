#!/usr/bin/env python3
"""That a package which is built or tested alone takes the Cedar that the whole workspace
was built with.

    .ci/one-cedar.py

Cargo builds a dependency once for each set of features that it is asked for, and again
all that depends on it. Ends with 1 and a line for each package whose features differ
between a command for the whole workspace and one for a member that uses Cedar. To mend
it, add the feature to .ci/unify/Cargo.toml: under [build-dependencies] if it is of what a
procedural macro or a build script uses.
"""

import collections
import json
import os
import subprocess
import sys

os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
BUILD, TEST = "normal,build", "normal,build,dev"
# The others take the features for their tests alone: a program that embeds the libraries
# has none of them.
BUILT = ["openpass-vault", "openpass-cli", "openpass-guard", "openpass-mcp"]


def features(selection, edges):
    """The sets of features of each package that is built."""
    command = ["cargo", "tree", "--locked", "--prefix", "none", "--no-dedupe", "-e", edges]
    out = subprocess.run(
        [*command, "-f", "{p}|{f}", *selection], check=True, capture_output=True, text=True
    ).stdout
    found = collections.defaultdict(set)
    for line in out.splitlines():
        if "|" in line:
            package, sets = line.split("|", 1)
            found[package.split(" (")[0]].add(sets)
    return found


def members():
    out = subprocess.run(
        ["cargo", "metadata", "--locked", "--no-deps", "--format-version", "1"],
        check=True, capture_output=True, text=True,
    ).stdout
    return sorted(package["name"] for package in json.loads(out)["packages"])


cedar = set(features(["-p", "cedar-policy"], BUILD))
whole = features(["--workspace"], TEST)
selections = [("--workspace", BUILD)]
selections += [(name, TEST) for name in members()]
selections += [(name, BUILD) for name in BUILT]
wrong = 0
for name, edges in selections:
    mine = features(["--workspace"] if name == "--workspace" else ["-p", name], edges)
    if not any(package.startswith("cedar-policy v") for package in mine):
        continue
    for package in sorted(set(mine) & cedar):
        for other in mine[package] - whole[package]:
            kind = "tests" if edges == TEST else "builds"
            print(f"{package} has [{other}] in {kind} of {name}, and in the workspace's "
                  + " and ".join(f"[{it}]" for it in sorted(whole[package])))
            wrong += 1
if wrong:
    sys.exit(1)
print(f"{len(selections)} selections of packages share one Cedar")
