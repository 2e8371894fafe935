#!/usr/bin/env bash
# Builds openpass-auth with the feature `mock` for a release, and expects that this
# is refused; without it, that it builds. Counts what an embedder has to build.
set -euo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
cargo check --release --locked -p openpass-auth
if cargo check --release --locked -p openpass-auth --features mock >"$log" 2>&1; then
  echo "a release was built with the mocks" >&2
  exit 1
fi
if ! grep -qF 'feature `mock` of openpass-auth is for tests, and no release has it' "$log"; then
  cat "$log" >&2
  echo "the build failed, but not by being refused" >&2
  exit 1
fi
echo "a release with the mocks is refused"

# No more crates than this without features, the crate itself among them.
at_most() {
  local crates
  crates=$(cargo tree --locked -p "$1" -e normal --no-default-features --prefix none --no-dedupe |
    sort -u | wc -l)
  echo "$1: $crates crates, at most $2"
  [ "$crates" -le "$2" ]
}
at_most openpass-auth 20
at_most openpass-auth-passphrase 45
at_most openpass-policy 90

# That a host which only enforces policy builds nothing that draws. Cedar's own
# errors are miette's trait, so that miette itself is there, without its features
# for people.
drawing=$(cargo tree --locked -p openpass-policy -e normal --no-default-features --prefix none \
  --no-dedupe -f '{p} {f}' | grep -E '^(textwrap|owo-colors) |^miette v.*fancy' || true)
if [ -n "$drawing" ]; then
  printf 'without the feature author, openpass-policy builds what draws:\n%s\n' "$drawing" >&2
  exit 1
fi
echo "openpass-policy without the feature author draws nothing"
