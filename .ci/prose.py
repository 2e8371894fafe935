#!/usr/bin/env python3
"""Checks what a program can see of the rules of English in CONTRIBUTING.md.

    .ci/prose.py            every page and doc comment
    .ci/prose.py FILE...    these alone: Markdown, or Rust for its doc comments

docs/texts.md has the texts that users see as code, which is no prose: it is read without
the backticks.

It runs textlint, from npm, with the rules in .ci/prose/preset/rules. The doc comments of a file of
Rust are given to it as a page of Markdown in which each line has its number. A place where
a rule is wrong stands between <!-- textlint-disable RULE --> and <!-- textlint-enable -->.

Exit: 0 fine, 1 something was found, 77 npm has not got textlint.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "prose")
# Not written by a person: a record of changes, and pages that tests write.
LEFT_OUT = {"CHANGELOG.md", "docs/policy/errors.md", "docs/policy/model.md"}
TEXTS = "docs/texts.md"
IS_TEST = re.compile(r"(?:^|/)tests?(?:/|\.rs$)|_tests?\.rs$|/benches/|/fake")
DOC = re.compile(r"^\s*//[/!](?!/)\s?(.*)$")
MARK = "<!-- a doc comment -->"


def registry_answers():
    if not shutil.which("npm"):
        return False
    return subprocess.run(["npm", "view", "textlint", "version"], capture_output=True).returncode == 0


def install():
    """The folder that has textlint and the rules."""
    cache = os.environ.get("OPENPASS_CI_CACHE") or os.path.expanduser("~/.cache/openpass-guard-ci")
    folder = os.path.join(cache, "prose")
    lock = os.path.join(HERE, "package-lock.json")
    there = os.path.join(folder, "installed.json")
    if not os.path.exists(there) or open(there).read() != open(lock).read():
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(os.path.join(HERE, name), folder)
        try:
            subprocess.run(["npm", "ci", "--silent", "--ignore-scripts"], cwd=folder, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"textlint cannot be installed: {error}", file=sys.stderr)
            # With a registry that answers, the fault is in what is asked of it.
            sys.exit(1 if registry_answers() else 77)
        shutil.copy(lock, there)
    preset = os.path.join(folder, "node_modules", "textlint-rule-preset-openpass-guard")
    shutil.rmtree(preset, ignore_errors=True)
    shutil.copytree(os.path.join(HERE, "preset"), preset)
    for name in ("pages.json", "comments.json"):
        shutil.copy(os.path.join(HERE, name), folder)
    return folder


def comments(path):
    """The doc comments of a file as Markdown, one line later than they are there."""
    lines, inside = [MARK], False
    with open(path, encoding="utf-8") as file:
        for line in file:
            found = DOC.match(line)
            if found and not inside:
                # The line before is code, or the mark of a file that begins with one.
                lines[-1] = MARK
            lines.append(found[1] if found else "")
            inside = bool(found)
    return "\n".join(lines) + "\n"


def bare(path):
    """The page of texts, as sentences."""
    with open(path, encoding="utf-8") as file:
        # A new line ends a sentence.
        return file.read().replace("`", "").replace("\\n", ". ")


def listed():
    names = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                           check=True, capture_output=True, text=True).stdout.split("\0")
    names = sorted({it for it in names if it and os.path.exists(it)})
    pages = [it for it in names if it.endswith(".md") and it not in LEFT_OUT]
    code = [it for it in names if it.endswith(".rs") and "/src/" in it and not IS_TEST.search(it)]
    return pages, code


def lint(folder, config, files):
    """What textlint says of `files`: path, line and message of each place."""
    if not files:
        return []
    command = [os.path.join(folder, "node_modules/.bin/textlint"), "--format", "json",
               "--config", os.path.join(folder, config), *files]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if ended.returncode not in (0, 1) or not ended.stdout.strip():
        sys.exit(f"textlint did not run: {ended.stderr or ended.stdout}")
    return [(result["filePath"], it["line"], f"{it['message']} ({it['ruleId']})")
            for result in json.loads(ended.stdout) for it in result["messages"]]


def main(arguments):
    top = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    arguments = [os.path.relpath(it, top) for it in arguments]
    os.chdir(top)
    pages, code = listed()
    if arguments:
        pages = [it for it in arguments if it.endswith(".md")]
        code = [it for it in arguments if it.endswith(".rs")]
    folder, found = install(), []
    with tempfile.TemporaryDirectory() as work:
        def written(path, text):
            """A page of that name, for textlint."""
            copy = os.path.join(work, path + ".md")
            os.makedirs(os.path.dirname(copy), exist_ok=True)
            with open(copy, "w", encoding="utf-8") as file:
                file.write(text)
            return copy

        def look(config, files, shift):
            found.extend((os.path.relpath(path, work).removesuffix(".md"), line - shift, said)
                         for path, line, said in lint(folder, config, files))

        texts = {it: bare(it) for it in pages if it == TEXTS}
        look("pages.json", [written(it, texts.get(it) or open(it, encoding="utf-8").read())
                            for it in pages], 0)
        look("comments.json", [written(it, comments(it)) for it in code], 1)
    for path, line, said in found:
        print(f"{path}:{line}: {said}")
    print(f"{len(pages)} pages and the doc comments of {len(code)} files: {len(found)} to mend")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
