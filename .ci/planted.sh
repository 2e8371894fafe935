#!/usr/bin/env bash
# Plants one bug of .ci/planted after the other in a copy of the repository, and expects a
# test to fail each time. Each patch says what its bug is, and which packages have the tests,
# in their order: the rest of the workspace is tested only where all of those pass.
#
#   .ci/planted.sh            all of them
#   .ci/planted.sh WORD       those whose name has the word
#
# A test counts as having found a bug only if all tests of its package pass without it.
#
# Exit: 0 when every bug was found.
set -euo pipefail
only=${1:-}
# Its own: Cargo takes what another checkout built for its own where the names are the same.
cache=${OPENPASS_CI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/openpass-guard-ci}
export CARGO_TARGET_DIR=$cache/planted/target
root=$(cd "$(dirname "$0")/.." && pwd)
copy=$(mktemp -d)
log=$(mktemp)
trap 'rm -rf "$copy" "$log"' EXIT
(cd "$root" && git ls-files -z -co --exclude-standard | xargs -0 cp -P --parents -t "$copy")
cd "$copy"
lived=0
# The packages whose tests passed without a bug.
declare -A sound

# tested PACKAGE: its tests, or with `workspace` everybody's, to the first that fails.
tested() {
  local what=(-p "$1")
  [ "$1" != workspace ] || what=(--workspace)
  timeout 7000 cargo test --quiet --locked "${what[@]}" >"$log" 2>&1
}

for patch in "$root"/.ci/planted/*"$only"*.patch; do
  name=$(basename "$patch" .patch)
  read -ra packages < <(sed -n 's/^Tests: //p' "$patch")
  [ "${#packages[@]}" -gt 0 ] || { echo "$name: which tests? It has no line \`Tests:\`" >&2; exit 2; }
  git apply "$patch"
  begun=$SECONDS
  found=
  for package in "${packages[@]}" workspace; do
    tested "$package" || { found=$package; break; }
  done
  git apply -R "$patch"
  if grep -q '^error: could not compile\|^error\[E' "$log"; then
    cat "$log"
    echo "$name: does not compile" >&2
    exit 2
  fi
  if [ -z "$found" ]; then
    echo "LIVED  $name"
    lived=$((lived + 1))
  else
    by=$(grep -om1 "^thread '[^']*'" "$log" || echo "a test that did not end")
    took=$((SECONDS - begun))
    if [ -z "${sound[$found]:-}" ]; then
      tested "$found" || { cat "$log"; echo "the tests of $found fail without a bug" >&2; exit 2; }
      sound[$found]=yes
    fi
    echo "found  $name by $found, $by, in $took s"
  fi
done
[ "$lived" = 0 ]
