#!/usr/bin/env bash
# Runs the targets of .ci/fuzz under libFuzzer, led by what of the code they reach.
#
#   .ci/fuzz.sh                      each target in turn, 20 minutes each
#   .ci/fuzz.sh TARGET [SECONDS]     one target
#   .ci/fuzz.sh all SECONDS          each target in turn
#
# Prints a line for each: how often it ran, the CPU time that took, how many edges of the
# code it reached, how many inputs it kept beside the seeds, and what made it panic. The
# inputs stay in $OPENPASS_CI_CACHE/fuzz/TARGET, and a panic's in its folder `crashes`:
# `cargo run -p openpass-fuzz -- TARGET FILE` shows it again. Nothing is written to the
# tree. Ends with 1 if anything panicked.
set -euo pipefail
cd "$(dirname "$0")/.."

cache=${OPENPASS_CI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/openpass-guard-ci}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$cache/target}/fuzz CARGO_INCREMENTAL=0
# An input that takes longer, in seconds, or more memory, in MiB, counts as a panic.
slowest=10 largest=2048

# The compiler that builds everything else. What libFuzzer is led by is not promised by
# any stable one, so it is told to be a nightly one for this.
export RUSTC_BOOTSTRAP=1 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_STRIP=none
# No sanitizer: there is next to no unsafe code here, and with one it runs half as often.
"$(.ci/tool.sh cargo-fuzz)" build --fuzz-dir .ci/fuzz --sanitizer none fuzz >&2
program=$CARGO_TARGET_DIR/$(rustc -vV | sed -n 's/^host: //p')/release/fuzz

work=$(mktemp -d -p "$(if [ -w /dev/shm ]; then echo /dev/shm; else echo "${TMPDIR:-/tmp}"; fi)")
trap 'rm -rf "$work"' EXIT

# The number that libFuzzer printed last behind WORD.
last() {
  grep -oE "$1 *[0-9]+" "$work/said" | tail -n 1 | grep -oE '[0-9]+$' || echo 0
}

# TARGET SECONDS
run() {
  local own=$cache/fuzz/$1 panicked=no code=0 before used
  mkdir -p "$own/inputs" "$own/crashes" "$work/tmp"
  before=$(find "$own/crashes" -type f | wc -l)
  : >"$work/said"
  # The vaults of a target are put in memory where there is a folder for it.
  TMPDIR=$work/tmp OPENPASS_FUZZ_TARGET=$1 \
    bash -c 'TIMEFORMAT="%U %S"; time "$@"' run \
    "$program" "$own/inputs" ".ci/fuzz/seeds/$1" "-artifact_prefix=$own/crashes/" \
    "-max_total_time=$2" "-timeout=$slowest" "-rss_limit_mb=$largest" -print_final_stats=1 \
    >"$work/said" 2>&1 || code=$?
  used=$(tail -n 1 "$work/said" | awk '{ printf "%.0f", $1 + $2 }')
  [ "$code" = 0 ] || panicked="$(($(find "$own/crashes" -type f | wc -l) - before)) in $own/crashes"
  printf '%s: executions %s, CPU seconds %s, edges %s, new inputs %s, panics %s\n' "$1" \
    "$(last 'stat::number_of_executed_units:')" "$used" "$(last 'cov:')" \
    "$(last 'stat::new_units_added:')" "$panicked"
  [ "$code" = 0 ] || { tail -n 30 "$work/said" >&2; return 1; }
}

targets=("${1:-all}")
[ "${targets[0]}" != all ] || mapfile -t targets < <(ls .ci/fuzz/seeds)
failed=0
for target in "${targets[@]}"; do
  [ -d ".ci/fuzz/seeds/$target" ] || { echo "no target is called $target" >&2; exit 2; }
  run "$target" "${2:-1200}" || failed=1
done
exit "$failed"
