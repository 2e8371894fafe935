#!/usr/bin/env bash
# That a library stays small for whoever embeds it, and that a host which only enforces
# policy builds nothing that is for people who write it.
#
# Counted: what `cargo tree -e normal` lists, for Linux and for macOS. That is the crate
# itself, what it depends on and what that depends on, procedural macros among them; two
# versions are two crates. Not counted is what build scripts need: Cedar's generator of
# parsers is 37 crates more, which are in no program.
set -euo pipefail
cd "$(dirname "$0")/.."

targets=(x86_64-unknown-linux-gnu aarch64-apple-darwin)

tree() {
  cargo tree --locked -e normal --prefix none --no-dedupe "$@"
}

# at_most LIMIT CRATE [FLAGS]: fails above the limit on any of the targets.
at_most() {
  local limit=$1 crate=$2 target count
  shift 2
  for target in "${targets[@]}"; do
    count=$(tree -p "$crate" --target "$target" "$@" -f '{p}' | sort -u | wc -l)
    echo "$crate${*:+ $*} on $target: $count crates, at most $limit"
    if [ "$count" -gt "$limit" ]; then
      echo "that is too many: find what brings them with cargo tree -e normal -p $crate" >&2
      failed=1
    fi
  done
}

failed=
at_most 20 openpass-auth
at_most 70 openpass-approval
at_most 45 openpass-auth-passphrase
# Signatures of P-256 and their verification bring 35, which a host that has the guard
# has anyway.
at_most 80 openpass-auth-macos
at_most 80 openpass-auth-fido2
# zbus brings 60; on a Mac there is none.
at_most 100 openpass-auth-polkit
at_most 90 openpass-policy --no-default-features
at_most 100 openpass-policy-yaml
# rmcp and its runtime bring 60.
at_most 40 openpass-conformance
at_most 150 openpass-mcp-guard

# Cedar's own errors are miette's trait, so that miette itself is there, without its
# features for people.
for crate in openpass-policy openpass-policy-yaml; do
  found=$(tree -p "$crate" --no-default-features -f '{p} {f}' |
    grep -E '^(textwrap|owo-colors|supports-[a-z]+|terminal_size|tokio|age|mockall|cedar-policy-symcc) |^miette v.*fancy|^openpass-policy v.*(author|verify)|^openpass-auth v.*(mock|contract)' |
    sort -u || true)
  if [ -n "$found" ]; then
    printf '%s builds for enforcing what is for authors and tests:\n%s\n' "$crate" "$found" >&2
    failed=1
  fi
done
[ -z "$failed" ] || exit 1
echo "nothing of an author's or a test's is in a build that enforces"
