"""The copy of the repository that mutants are made in, and what identifies its sources."""

import hashlib
import json
import subprocess
from pathlib import Path


def listed():
    """The files of this repository: those of git, and new ones that it does not ignore."""
    out = subprocess.run(
        ["git", "ls-files", "-z", "-co", "--exclude-standard"], check=True, capture_output=True
    ).stdout
    return sorted({Path(name.decode()) for name in out.split(b"\0") if name})


def copied(copy):
    """Makes `copy` what this repository is, and leaves alone what is the same already, so
    that Cargo builds nothing twice. A mutant that was left there goes."""
    here = {path for path in listed() if path.is_file() or path.is_symlink()}
    for path in here:
        there = copy / path
        if path.is_symlink():
            if not there.is_symlink() or there.readlink() != path.readlink():
                there.parent.mkdir(parents=True, exist_ok=True)
                there.unlink(missing_ok=True)
                there.symlink_to(path.readlink())
            continue
        content = path.read_bytes()
        if not there.is_file() or there.read_bytes() != content:
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_bytes(content)
        there.chmod(path.stat().st_mode)
    for there in [path for path in copy.rglob("*") if path.is_file() or path.is_symlink()]:
        if there.relative_to(copy) not in here:
            there.unlink()


class Sources:
    """What the packages of the workspace are made of."""

    def __init__(self, copy):
        self.copy = copy
        told = subprocess.run(
            ["cargo", "metadata", "--no-deps", "--locked", "--format-version=1"],
            check=True, capture_output=True, cwd=copy,
        ).stdout
        self.packages = {it["name"]: it for it in json.loads(told)["packages"]}
        self.compiler = subprocess.run(
            ["rustc", "-vV"], check=True, capture_output=True, cwd=copy
        ).stdout

    def folder(self, package):
        return Path(self.packages[package]["manifest_path"]).parent

    def _needed(self, package, dev):
        """The package and those of the workspace that it is built with."""
        found, left = set(), [package]
        while left:
            name = left.pop()
            if name in found or name not in self.packages:
                continue
            found.add(name)
            wanted = self.packages[name]["dependencies"]
            left += [it["name"] for it in wanted if it["kind"] != "dev" or (dev and name == package)]
        return sorted(found)

    def _hash(self, files, extra):
        digest = hashlib.sha256(extra)
        for path in sorted(files):
            content = path.read_bytes()
            name = str(path.relative_to(self.copy))
            digest.update(f"{name} {len(content)}\n".encode() + content)
        return digest.hexdigest()[:16]

    def code(self, package):
        """Of what the package is compiled from, and of the compiler."""
        files = [self.copy / "Cargo.toml", self.copy / "Cargo.lock"]
        for name in self._needed(package, dev=False):
            folder = self.folder(name)
            files += [folder / "Cargo.toml"]
            files += [path for path in (folder / "src").rglob("*") if path.is_file()]
        return self._hash(files, self.compiler)

    def tests(self, package):
        """Of what its tests are compiled from."""
        files = []
        for name in self._needed(package, dev=True):
            files += [path for path in (self.folder(name) / "tests").rglob("*") if path.is_file()]
            files += [path for path in (self.folder(name) / "src").rglob("*") if path.is_file()]
        return self._hash(files, b"")

    def names(self, package):
        """The text in which the name of a test is looked for."""
        files = [path for path in self.folder(package).rglob("*.rs")]
        return "\n".join(path.read_text() for path in files)
