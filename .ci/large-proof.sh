#!/usr/bin/env bash
# Proves 500 imported rules of one kind: large-proof.sh FOLDER KIND. What was proved
# leaves a mark in the folder, by which another run passes it over.
set -euo pipefail
mark="$1/large-proofs.$2"
if [ -f "$mark" ]; then
  printf '%s: proved before on this tree\n' "$2"
  exit
fi
begun=$SECONDS
# Two run at a time, so each says all of it at once.
output=$(mktemp)
trap 'rm -f "$output"' EXIT
code=0
OPENPASS_RULES_OF=$2 cargo test --locked -p openpass-policy-yaml --features verify \
  --test proof -- --ignored --nocapture >"$output" 2>&1 || code=$?
printf '\n-- %s\n' "$2"
cat "$output"
[ "$code" = 0 ] || exit "$code"
printf '%s: proved in %s s\n' "$2" "$((SECONDS - begun))"
touch "$mark"
