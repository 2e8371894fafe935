#!/usr/bin/env python3
"""Counts what a script can see of the rules of English in CONTRIBUTING.md.

    .ci/prose.py             the counts; ends with 1 where one is above its limit
    .ci/prose.py RULE...     each place that these rules find
    .ci/prose.py --set       writes the counts as the limits, where they are lower
    .ci/prose.py --set --up  the same, where they are higher too

.ci/prose.limits has the limits. They are what was left when the rules were written, and
each should go down. Pages are the Markdown files; doc comments are those of the code that
is shipped. Code, tables' rules, what stands in quotes or in backticks is not prose.
"""

import os
import re
import subprocess
import sys

LIMITS = ".ci/prose.limits"
# Not written by a person: a record of changes, and pages that tests write.
LEFT_OUT = {"CHANGELOG.md", "docs/policy/errors.md", "docs/policy/model.md"}
LONG = 45  # words

QUESTION = r"(?:What|Which|Who|Whom|Whose|Where|When|Why|How|That)\b"
# A rule: what is wrong, how it is found, and where it is looked for.
EVERYWHERE, PAGES, COMMENTS = ("pages", "comments"), ("pages",), ("comments",)
RULES = {
    "whoever": ('"whoever", and "whom" but for "for whom": name the person or the program',
                re.compile(r"\b(?:whoever|whomever|(?<!for )(?<!to )(?<!by )whom)\b", re.IGNORECASE),
                EVERYWHERE),
    "one-that": ('"one that", "one who", "those who", but for "the one": name the thing',
                 re.compile(r"(?<!the )\b(?:one (?:that|who|whose)|those (?:who|whose))\b"), EVERYWHERE),
    "be-there": ('"prove to be there": write "confirm their presence"',
                 re.compile(r"\bprov(?:e|es|ed|ing) to be there\b"), EVERYWHERE),
    "the-same": ('a sentence that begins "The same," and needs its neighbour',
                 re.compile(r"(?:^|[.:!?] )(?:The same[,:;]|The same(?=[.]))"), EVERYWHERE),
    "question": ("a doc comment that is an indirect question: say what the item is or does",
                 re.compile(r"^" + QUESTION), COMMENTS),
    "long": (f"a sentence of more than {LONG} words: make two", None, PAGES),
}

FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
DOC = re.compile(r"^\s*//[/!](?!/)\s?(.*)$")


def prose(text):
    """Without what is not ours to word: code spans, quotations, links' addresses."""
    text = re.sub(r"(`+).*?\1", "`x`", text)
    text = re.sub(r'"[^"]*"', '"x"', text)
    return re.sub(r"\]\([^)]*\)|\]\[[^\]]*\]", "]", text)


def paragraphs(lines):
    """Paragraphs of Markdown, each with its first line's number. A cell is one, too."""
    fence, kept, start = None, [], 0

    def whole():
        nonlocal kept
        text, kept = " ".join(kept), []
        return [(start, text)] if text else []

    for number, line in lines:
        mark = FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence):
                fence = None
            continue
        text = line.strip()
        begins = re.match(r"^(?:[-*+]|\d+\.)\s+", text)
        if mark or not text or text.startswith(("|", "#", "<", ">")) or begins:
            yield from whole()
        if mark:
            fence = mark[1]
        elif text.startswith("|"):
            cells = re.split(r"(?<!\\)\|", text.strip("|"))
            yield from ((number, cell.strip()) for cell in cells if cell.strip(" :-"))
        elif text.startswith(("#", "<")):
            yield number, text.lstrip("# ")
        elif text and not line.startswith("    ") or kept:
            if not kept:
                start = number
            if text:
                kept.append(text[begins.end():] if begins else text)
    yield from whole()


def page(path):
    with open(path, encoding="utf-8") as file:
        yield from paragraphs(enumerate(file, 1))


def comments(path):
    """The doc comments of a file of Rust, each a paragraph; the first is what begins it."""
    block = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            found = DOC.match(line)
            if found:
                block.append((number, found[1]))
            elif block:
                yield list(paragraphs(block))
                block = []
    if block:
        yield list(paragraphs(block))


def sentences(text):
    """The sentences of a paragraph. A semicolon or a list of parts does not end one."""
    return re.split(r"(?<=[.!?])[*)]*\s+(?=[A-Z*`\[\"])|: (?=`x`)", text)


def findings(rule, found, area, path):
    """Adds each place in `path` at which `rule` finds something."""
    pattern = RULES[rule][1]
    blocks = comments(path) if area == "comments" else [list(page(path))]
    for block in blocks:
        for index, (number, text) in enumerate(block):
            text = prose(text)
            if rule == "long":
                hits = [it for it in sentences(text) if len(it.split()) > LONG]
            elif rule == "question" and index > 0:
                hits = []
            else:
                hits = [text[max(0, it.start() - 30):] for it in pattern.finditer(text)]
            found.extend(f"{path}:{number}: {it[:90]}" for it in hits)


def measured(files):
    """Every place, by rule and area."""
    all_found = {}
    for rule, (_, _, areas) in RULES.items():
        for area in areas:
            found = all_found[f"{rule} {area}"] = []
            for path in files[area]:
                findings(rule, found, area, path)
    return all_found


def read_limits():
    limits = {}
    if os.path.exists(LIMITS):
        with open(LIMITS, encoding="utf-8") as file:
            for line in file:
                if line.strip() and not line.startswith("#"):
                    rule, area, count = line.split()
                    limits[f"{rule} {area}"] = int(count)
    return limits


def write_limits(counts):
    with open(LIMITS, "w", encoding="utf-8") as file:
        file.write("# How often .ci/prose.py may find what a rule speaks of. Each should go down.\n")
        for key, count in counts.items():
            file.write(f"{key} {count}\n")


def tree():
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True, capture_output=True, text=True,
    ).stdout.split("\0")
    # A file that is being merged is listed once for each side.
    names = sorted({name for name in listed if name and os.path.exists(name)})
    is_test = re.compile(r"(?:^|/)tests?(?:/|\.rs$)|_tests?\.rs$|/benches/|/fake")
    return {
        "pages": [it for it in names if it.endswith(".md") and it not in LEFT_OUT],
        "comments": [it for it in names
                     if it.endswith(".rs") and "/src/" in it and not is_test.search(it)],
    }


def main(arguments):
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    found = measured(tree())
    counts = {key: len(places) for key, places in found.items()}
    limits = read_limits()
    if arguments[:1] == ["--set"]:
        up = "--up" in arguments
        write_limits({key: count if up else min(count, limits.get(key, count))
                      for key, count in counts.items()})
        return 0
    unknown = [it for it in arguments if it not in RULES]
    if unknown:
        print(f"no rule is called {unknown[0]}; there are {', '.join(RULES)}", file=sys.stderr)
        return 2
    for key, places in found.items():
        if key.split()[0] in arguments:
            print("\n".join(places))
    above = [key for key in counts if counts[key] > limits.get(key, 0)]
    for key, count in counts.items():
        limit = limits.get(key, 0)
        print(f"{key}: {count}, at most {limit}{'   ABOVE ITS LIMIT' if key in above else ''}")
        if count < limit:
            print(f"  below: `.ci/prose.py --set` lowers the limit")
    for key in above:
        rule = key.split()[0]
        print(f"{RULES[rule][0]}; `.ci/prose.py {rule}` names the places", file=sys.stderr)
    return 1 if above else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
