#!/usr/bin/env bash
# Breaks one place of the guard's path after the other with cargo-mutants, and expects a
# test to fail each time. What is broken and which tests run is in mutants/scope.toml; what
# came of it is in mutants.txt, which this writes; mutants that are the same program
# are in mutants/same.txt, each with its reason. What can be built into one program is tried
# so first, in seconds a mutant; the rest is built and tested one by one, in minutes.
#
#   .ci/mutants.sh                  the whole scope, in its order
#   .ci/mutants.sh FILE...          these files of it
#   .ci/mutants.sh --together [FILE...] only what can be built into one program
#   .ci/mutants.sh --quick [FILE...]    the same on the quick tests alone: it lists what they
#                                       let live, which the slow ones may still see
#   .ci/mutants.sh --changed [BASE] the lines that changed since BASE, HEAD^ without one, in
#                                   MUTANTS_SECONDS (480) at most; writes no table
#   .ci/mutants.sh --list [FILE...] runs none, and puts what the cache knows in the table
#
# A run that is broken off goes on where it was: what ran on this very source is kept in
# the cache, for as long as the test that failed is there.
#
# Exit: 0 when no mutant survived that is not in same.txt, 1 when one did, 77 where BASE is
# not to be had.
set -euo pipefail
cd "$(dirname "$0")/.."
export OPENPASS_CI_CACHE=${OPENPASS_CI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/openpass-guard-ci}
if [ "${1:-}" = --changed ]; then
  base=${2:-HEAD^}
  git rev-parse -q --verify "$base^{commit}" >/dev/null ||
    { echo "$base is no commit here: there is nothing to compare with" >&2; exit 77; }
  # Before anything is installed for it.
  git diff --quiet "$base" -- '*/src/*.rs' && { echo "no source changed since $base"; exit 0; }
fi
CARGO_MUTANTS=$(.ci/tool.sh cargo-mutants)
export CARGO_MUTANTS
# A parser of Rust, which says where an expression ends.
python=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
export PYTHONPATH=$OPENPASS_CI_CACHE/tools/tree-sitter-0.26.1-0.24.2-python$python
[ -d "$PYTHONPATH" ] || [ "${1:-}" = --changed ] || [ "${1:-}" = --list ] || {
  python3 -m pip install -q --no-deps --target "$PYTHONPATH.new" \
    tree-sitter==0.26.1 tree-sitter-rust==0.24.2 >&2
  mv "$PYTHONPATH.new" "$PYTHONPATH"
}
# One folder for all mutants: each build compiles what a mutant changed and no more, and
# links without what only a debugger reads.
export CARGO_TARGET_DIR=$OPENPASS_CI_CACHE/mutants/target
export PYTHONDONTWRITEBYTECODE=1 CARGO_INCREMENTAL=1 CARGO_PROFILE_DEV_DEBUG=0 CARGO_TERM_COLOR=never
mkdir -p "$OPENPASS_CI_CACHE/mutants"
# One run at a time: there is one copy of the repository, and a mutant is in it.
exec 9>"$OPENPASS_CI_CACHE/mutants/lock"
flock -n 9 || { echo "another run has $OPENPASS_CI_CACHE/mutants" >&2; exit 2; }
# A mutant that turns in a circle: seconds of the processor, which no busy machine stretches.
ulimit -t 600
exec python3 .ci/mutants/run.py "$@"
