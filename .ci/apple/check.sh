#!/usr/bin/env bash
# Checks a crate for macOS on Linux, for both of Apple's targets: cargo check and
# clippy, and with --link links its tests and programs against stub libraries.
# Those prove names; nothing that is linked with them can run.
#
#   .ci/apple/check.sh [--link] CRATE_DIR [cargo arguments]
#
# The standard library is what std-for.sh makes of Debian's rust-src.
#
# Exit: 0 fine, 1 the crate fails, 77 this compiler's source is not to be had.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
targets="aarch64-apple-darwin x86_64-apple-darwin"

link=
if [ "${1-}" = --link ]; then
  link=yes
  shift
fi
crate=$(cd "${1:?which crate?}" && pwd)
shift
# shellcheck disable=SC2086
exports=$("$here/../std-for.sh" "$crate" $targets) || exit $?
eval "$exports"

cd "$crate"
for target in $targets; do
  echo "== check and clippy for $target"
  cargo check --locked --target "$target" --all-targets "$@" || exit 1
  cargo clippy --locked --target "$target" --all-targets "$@" -- -D warnings || exit 1
  [ -n "$link" ] || continue
  echo "== link for $target"
  variable=CARGO_TARGET_$(echo "$target" | tr a-z- A-Z_)
  (
    export "${variable}_LINKER=rust-lld" "${variable}_RUSTFLAGS=-Clinker-flavor=ld64.lld" SDKROOT=$here/sdk
    cargo test --locked --no-run --target "$target" "$@"
    cargo build --locked --target "$target" "$@"
  ) || exit 1
done
