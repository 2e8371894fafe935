#!/usr/bin/env python3
"""Checks the links between the Markdown files of this tree, without a network.

    .ci/links.py

A relative link leads to a file or folder that is there, and its anchor to a heading
there. Every page below docs/ is in the index, docs/README.md. Links to other hosts are
not followed. A link [`the_name_of_a_test`](to/a/file.rs) leads to a file that has a test of
that name, and one to a file of Python leads to a function. The badges say what Cargo.toml
says. Ends with 1 and a line for each link that is broken, each test that is not there and
each badge that is not true.
"""

import os
import re
import subprocess
import sys
import urllib.parse

INDEX = "docs/README.md"
# [text](target), [text](target "title"), and the attributes of HTML.
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
ATTRIBUTE = re.compile(r"\b(?:href|src|srcset)=\"([^\"\s]+)")
DEFINITION = re.compile(r"^\s{0,3}\[[^\]]+\]:\s*<?([^\s>]+)")
# [`the_name_of_a_test`](file.rs). A test's name is a sentence, so it has an underscore.
TEST = re.compile(r"\[`([a-z0-9]+(?:_[a-z0-9]+)+)`\]\(([^)#\s]+\.(?:rs|py))\)")
TEST_IN_RUST = (r"#\[(?:\w+::)*test\b[^\]]*\](?:\s*(?:#\[[^\]]*\]|//[^\n]*))*"
                r"\s*(?:async\s+)?fn\s+%s\s*\(")
FUNCTION_IN_PYTHON = r"^(?:async )?def %s\("
HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$")
FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
OTHER_HOST = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)


def text_lines(path):
    """The lines outside code blocks, numbered from 1."""
    fence = None
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            found = FENCE.match(line)
            if fence:
                closes = found and found[1][0] == fence[0] and len(found[1]) >= len(fence)
                if closes and not line.strip().strip(fence[0]):
                    fence = None
            elif found:
                fence = found[1]
            else:
                yield number, line


def slug(heading):
    """The anchor that GitHub gives a heading."""
    heading = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    heading = re.sub(r"[^\w\- ]", "", heading.lower())
    return heading.replace(" ", "-")


def anchors(path):
    """Every anchor of a page: of its headings, and those that it names itself."""
    found, seen = set(), {}
    for _, line in text_lines(path):
        found.update(re.findall(r"\b(?:id|name)=\"([^\"]+)\"", line))
        heading = HEADING.match(line)
        if heading:
            base = slug(heading[1])
            times = seen.get(base, 0)
            seen[base] = times + 1
            found.add(f"{base}-{times}" if times else base)
    return found


def targets(line):
    """What a line links to. A link in a code span is none."""
    definition = DEFINITION.match(line)
    if definition:
        yield definition[1]
    prose = re.sub(r"(`+).*?\1", "", line)
    for pattern in (LINK, ATTRIBUTE):
        yield from pattern.findall(prose if pattern is ATTRIBUTE else linked(line))


def linked(line):
    """The line without code spans, but for those in the text of a link."""
    return re.sub(r"(`+)(.*?)\1", lambda span: re.sub(r"[\[\]()]", "", span[2]), line)


def problem(page, target, files, folders, known):
    """Why `target`, on `page`, leads nowhere; None where it leads somewhere."""
    if OTHER_HOST.match(target):
        return None
    path, _, anchor = target.partition("#")
    path = urllib.parse.unquote(path)
    if path.startswith("/"):
        return "it does not begin at the page"
    there = os.path.normpath(os.path.join(os.path.dirname(page), path)) if path else page
    if there not in files and there not in folders:
        return "nothing is there"
    if not anchor:
        return None
    if there not in files or not there.endswith(".md"):
        return None if re.fullmatch(r"L\d+(-L\d+)?", anchor) else "only a page has anchors"
    if there not in known:
        known[there] = anchors(there)
    return None if urllib.parse.unquote(anchor) in known[there] else "no heading has that anchor"


def missing_tests(page, line, files):
    """The links of a line that name a test which their file has not got."""
    for name, target in TEST.findall(line):
        there = os.path.normpath(os.path.join(os.path.dirname(page), target))
        if there not in files:
            continue
        pattern = TEST_IN_RUST if there.endswith(".rs") else FUNCTION_IN_PYTHON
        with open(there, encoding="utf-8") as file:
            if not re.search(pattern % re.escape(name), file.read(), re.MULTILINE):
                yield f"{target}: no test there is called {name}"


def untrue_badges():
    """The badges that say something else than Cargo.toml."""
    with open("Cargo.toml", encoding="utf-8") as file:
        manifest = file.read()
    for key, badge, said in (("rust-version", "rust", "Rust: {} or newer"),
                             ("license", "licence", "licence: {}"),
                             ("version", "version", "version: {}, unreleased")):
        value = re.search(rf'^{key} = "(.*)"$', manifest, re.MULTILINE)[1]
        path = f"docs/pictures/badge-{badge}.svg"
        with open(path, encoding="utf-8") as file:
            if f'<title>{said.format(value)}</title>' not in file.read():
                yield f"{path}: Cargo.toml has {key} {value}"


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True, capture_output=True, text=True,
    ).stdout.split("\0")
    files = {name for name in listed if name and os.path.exists(name)}
    folders = {"."}
    for name in files:
        while (name := os.path.dirname(name)):
            folders.add(name)
    broken, count, known, indexed = [], 0, {}, set()
    for page in sorted(name for name in files if name.endswith(".md")):
        for number, line in text_lines(page):
            broken.extend(f"{page}:{number}: {why}" for why in missing_tests(page, line, files))
            for target in targets(line):
                count += 1
                why = problem(page, target, files, folders, known)
                if why:
                    broken.append(f"{page}:{number}: {target}: {why}")
                elif page == INDEX and not OTHER_HOST.match(target):
                    indexed.add(os.path.normpath(os.path.join("docs", target.split("#")[0])))
    if INDEX in files:
        pages = {name for name in files if name.startswith("docs/") and name.endswith(".md")}
        for name in sorted(pages - indexed - {INDEX}):
            broken.append(f"{INDEX}: {name} is not in the index")
    broken.extend(untrue_badges())
    print("\n".join(broken) if broken else f"{count} links lead somewhere")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
