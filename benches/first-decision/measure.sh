#!/usr/bin/env bash
# Prints a table of what a first decision takes, ours beside its peers: lines of the
# program, crates, a cold dev build on this machine, the stripped release binary.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CARGO_TERM_COLOR=never
cargo fetch --locked --quiet

printf '| | lines | crates | cold dev build | release binary |\n|---|---|---|---|---|\n'
for peer in guard cedar regorus casbin biscuit; do
  package=first-decision-$peer
  lines=$(grep -vc '^\s*$' "$peer/src/main.rs")
  crates=$(cargo tree --locked -p "$package" -e normal --prefix none --no-dedupe |
    sed 's/ (.*//' | sort -u | wc -l)
  begun=$SECONDS
  CARGO_TARGET_DIR=$work/dev cargo build --locked --quiet -p "$package"
  took=$((SECONDS - begun))
  "$work/dev/debug/$package"
  CARGO_TARGET_DIR=$work/release CARGO_PROFILE_RELEASE_STRIP=true \
    cargo build --release --locked --quiet -p "$package"
  size=$(stat -c %s "$work/release/release/$package")
  printf '| %s | %s | %s | %s s | %s.%s MB |\n' "$peer" "$lines" "$((crates - 1))" "$took" \
    "$((size / 1000000))" "$((size % 1000000 / 100000))"
  rm -rf "$work/dev" "$work/release"
done
