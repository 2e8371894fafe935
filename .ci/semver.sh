#!/usr/bin/env bash
# What of the public API would break who uses it, by cargo-semver-checks.
#
# Before the first version is tagged there is nobody to break: what changed since the
# commit below is told, and does not fail. From the first tag on (v0.1.0), the newest
# tag that this commit follows is compared with, and a version in Cargo.toml that is too
# small for what changed fails.
set -euo pipefail
cd "$(dirname "$0")/.."
first=42a29e9851da46cbbe330e7cf9379b4eef48c2ca

if tag=$(git describe --tags --abbrev=0 --match 'v[0-9]*' 2>/dev/null); then
  baseline=$tag
elif git cat-file -e "$first^{commit}" 2>/dev/null; then
  tag=
  baseline=$first
else
  echo "this clone has neither a version's tag nor the commit $first: fetch them" >&2
  exit 77
fi

checks=$(.ci/tool.sh cargo-semver-checks)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/tree"
git archive "$baseline" | tar -xm -C "$work/tree"
.ci/api-json.sh . "$work/new"
.ci/api-json.sh "$work/tree" "$work/old"

broken=()
for json in "$work"/new/*.json; do
  crate=$(basename "$json" .json)
  if [ ! -f "$work/old/$crate.json" ]; then
    printf '\n-- %s is new since %s\n' "$crate" "$baseline"
    continue
  fi
  printf '\n-- %s since %s\n' "$crate" "$baseline"
  code=0
  "$checks" semver-checks --current-rustdoc "$json" --baseline-rustdoc "$work/old/$crate.json" \
    --color never || code=$?
  case $code in
    0) ;;
    100) broken+=("$crate") ;; # it has an opinion; anything else is that it failed
    *) exit "$code" ;;
  esac
done
if [ ${#broken[@]} -eq 0 ]; then
  echo "nothing breaks"
elif [ -z "$tag" ]; then
  echo "told, and no failure before the first version is tagged: ${broken[*]}"
else
  echo "the version in Cargo.toml is too small for what changed in: ${broken[*]}" >&2
  exit 1
fi
