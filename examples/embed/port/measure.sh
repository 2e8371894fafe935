#!/usr/bin/env bash
# What guard.patch costs the stand-in: the release program's size, its start, its memory,
# before and after, as ratios of runs in turn. Prints the table of
# docs/embedding-a-cli.md. Not in the gate: it depends on the machine.
#
#   examples/embed/port/measure.sh          builds, and measures
set -euo pipefail
port=$(cd "$(dirname "$0")" && pwd)
clone=$(cd "$port/../../.." && pwd)
cache=${OPENPASS_CI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/openpass-guard-ci}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$cache/target}
work=$cache/port/measured
rm -rf "$work"
mkdir -p "$work"
# The patch looks for the libraries beside the product.
ln -sfn "$clone" "$work/openpass-guard"
export GIT_CEILING_DIRECTORIES=$work
for state in before after; do
  cp -r "$port" "$work/$state"
  cd "$work/$state"
  if [ "$state" = after ]; then git apply guard.patch; fi
  cargo build --release --locked --quiet
  cp "$CARGO_TARGET_DIR/release/vault" "$work/vault-$state"
done
printf 'open sesame\n' | "$work/vault-before" --vault "$work/vault" init
python3 - "$work" <<'PY'
import os, pty, re, signal, statistics, subprocess, sys, time

work = sys.argv[1]
states = ("before", "after")
UPGRADE = "agent upgrade codex --tier admin"


def command(state, words):
    return [f"{work}/vault-{state}", "--vault", f"{work}/vault", *words.split()]


def run(state, words):
    """Milliseconds of one run, in a session that has no terminal."""
    begun = time.perf_counter()
    subprocess.run(command(state, words), start_new_session=True, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return (time.perf_counter() - begun) * 1000


def measured(words, pairs):
    """The two in turn: what else the machine does meets both."""
    times = {state: [] for state in states}
    for pair in range(pairs):
        for state in states if pair % 2 else reversed(states):
            times[state].append(run(state, words))
    return times


def memory(state):
    """The most that it had in memory, in MiB, by the time that it asks."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(command(state, UPGRADE)[0], command(state, UPGRADE))
    seen = b""
    while b"[y/N]" not in seen and b"Passphrase:" not in seen:
        seen += os.read(terminal, 4096)
    with open(f"/proc/{pid}/status") as status:
        kib = int(re.search(r"VmHWM:\s+(\d+)", status.read())[1])
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return kib / 1024


def row(what, before, after, unit):
    print(f"| {what} | {before:.2f} {unit} | {after:.2f} {unit} | {after / before:.2f} |")


print("| | before | after | ratio |\n|---|---|---|---|")
row("the program, stripped", *(os.path.getsize(f"{work}/vault-{s}") / 1e6 for s in states), "MB")
for words, pairs in (("agent list", 1000), (UPGRADE, 300)):
    times = measured(words, pairs)
    what = f"`{words}`" if words != UPGRADE else "`agent upgrade`, refused"
    row(f"{what}, median", *(statistics.median(times[s]) for s in states), "ms")
    row(f"{what}, p95", *(statistics.quantiles(times[s], n=20)[-1] for s in states), "ms")
row("memory when it asks", *map(memory, states), "MiB")
PY
