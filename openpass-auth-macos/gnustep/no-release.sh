#!/usr/bin/env bash
# Builds the binding with the stand-in for a release, and expects that this is
# refused. Exit: 77 where GNUstep is not to be had.
set -euo pipefail
here=$(cd "${0%/*}" && pwd)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
code=0
"$here/../../.ci/gnustep.sh" "$here" --lib --release --no-default-features --no-run >"$log" 2>&1 || code=$?
if [ "$code" = 0 ]; then
  echo "a release was built with the stand-in" >&2
  exit 1
fi
if ! grep -qF "puts a stand-in in Touch ID's place; no release has it" "$log"; then
  cat "$log" >&2
  [ "$code" != 77 ] || exit 77
  echo "the build failed, but not by being refused" >&2
  exit 1
fi
echo "a release with the stand-in is refused"
