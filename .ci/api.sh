#!/usr/bin/env bash
# The public API of each library, an item a line, as CRATE/public-api.txt lists it.
#
#   .ci/api.sh                  fails where a listing is not what the code has
#   UPDATE_API=1 .ci/api.sh     writes the listings anew
#
# With every feature on. Without what every type has (`impl<T> Any for T`), and without
# the traits that are the compiler's own; `Send` and its like are listed.
set -euo pipefail
cd "$(dirname "$0")/.."

public_api=$(.ci/tool.sh cargo-public-api)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
.ci/api-json.sh . "$work"

changed=()
for json in "$work"/*.json; do
  crate=$(basename "$json" .json)
  "$public_api" public-api --rustdoc-json "$json" --omit blanket-impls --color never |
    sed -E '/^impl(<.*>)? !?core::marker::(Freeze|StructuralPartialEq|UnsafeUnpin) for /d' \
      >"$work/new"
  [ -s "$work/new" ] || { echo "$crate has no public API at all" >&2; exit 1; }
  listing=$crate/public-api.txt
  if [ -n "${UPDATE_API:-}" ]; then
    cp "$work/new" "$listing"
  elif ! diff -u --label "$listing" --label "the code" "$listing" "$work/new"; then
    changed+=("$listing")
  fi
done
if [ ${#changed[@]} -gt 0 ]; then
  echo "the public API is not what these list: ${changed[*]}" >&2
  echo "if it is meant to change, UPDATE_API=1 .ci/api.sh, and commit the difference" >&2
  exit 1
fi
echo "the public API is as listed"
