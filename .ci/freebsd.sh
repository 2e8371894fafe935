#!/usr/bin/env bash
# Checks packages of the workspace for FreeBSD (x86_64) on Linux: clippy, which checks
# all that cargo check does. Nothing is linked, and nothing runs.
#
#   .ci/freebsd.sh [cargo arguments]
#
# The standard library is what std-for.sh makes of Debian's rust-src, the C compiler is
# cc-for.sh's.
#
# Exit: 0 fine, 1 a package fails, 77 the library's source or the C compiler is not to be
# had.
set -euo pipefail
cd "$(dirname "$0")/.."
target=x86_64-unknown-freebsd

exports=$(.ci/std-for.sh . "$target") || exit $?
eval "$exports"
exports=$(.ci/cc-for.sh "$target") || exit $?
eval "$exports"
cargo clippy --locked --target "$target" --all-targets "$@" -- -D warnings || exit 1
