#!/usr/bin/env bash
# Copies the README's example into a crate of its own, as a newcomer would; runs its
# test; and runs it without a terminal and on one.
#
# INVARIANT: not a character of it is changed. The libraries are those of this clone.
set -euo pipefail
clone=$(cd "$(dirname "$0")/.." && pwd)
cache=${OPENPASS_CI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/openpass-guard-ci}
# Its own: the profile is another than the workspace's.
export CARGO_TARGET_DIR=$cache/readme-example
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The first snippet of that language in README.md.
snippet() {
  awk -v language="$1" '
    $0 == "```" language && !taken { inside = taken = 1; next }
    $0 == "```" { inside = 0 }
    inside' "$clone/README.md"
}

mkdir -p "$work/shop/src"
cd "$work/shop"
{
  printf '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2024"\n\n'
  snippet toml
  printf '\n[patch.crates-io]\n'
  for crate in openpass-auth openpass-auth-passphrase openpass-policy; do
    printf '%s = { path = "%s" }\n' "$crate" "$clone/$crate"
  done
} >Cargo.toml
snippet cedarschema >src/shop.cedarschema
snippet cedar >src/shop.cedar
snippet rust >src/main.rs
# The versions that the workspace is tested with.
cp "$clone/Cargo.lock" .

cargo test --quiet
cargo build --quiet
shop=$CARGO_TARGET_DIR/debug/shop

# Without a terminal: it says so, ends with 1, and changes nothing.
code=0
said=$(setsid --wait "$shop" </dev/null 2>&1) || code=$?
[ "$code" = 1 ]
printf '%s\n' "$said"
[[ $said == "nothing was changed: "*"no terminal"* ]]
[ "$(cat limit.txt)" = 100 ]

# On one, with the passphrase that the README tells.
passphrase=$(sed -n 's/^\/\/\/ Of the passphrase `\(.*\)`\. .*/\1/p' src/main.rs)
screen=$(python3 "$clone/.ci/at-a-terminal.py" 'Passphrase: ' "$passphrase" "$shop")
printf '%s\n' "$screen"
[[ $screen == *"100 → 300"* ]]
[ "$(cat limit.txt)" = 300 ]
echo "the README's example refuses without a terminal, and asks on one"
