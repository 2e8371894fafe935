#!/usr/bin/env bash
# Builds the binding with the stand-in for a release, and expects that this is
# refused.
#   no-release.sh RUN
# RUN is the program that does the run, as for mutants.sh.
set -euo pipefail
run=${1:?which program does the GNUstep run?}
here=$(cd "${0%/*}" && pwd)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if "$run" "$here" --lib --release --no-run >"$log" 2>&1; then
  echo "a release was built with the stand-in" >&2
  exit 1
fi
if ! grep -qF "puts a stand-in in Touch ID's place; no release has it" "$log"; then
  cat "$log" >&2
  echo "the build failed, but not by being refused" >&2
  exit 1
fi
echo "a release with the stand-in is refused"
