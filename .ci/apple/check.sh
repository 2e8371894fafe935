#!/usr/bin/env bash
# Checks packages for macOS on Linux, for both of Apple's targets: clippy, which checks
# all that cargo check does, and with --link links their tests and programs against stub
# libraries. Those prove names; nothing that is linked with them can run.
#
#   .ci/apple/check.sh [--cc] [--link] FOLDER [cargo arguments]
#
# FOLDER is a crate's, or the workspace's with `-p PACKAGE` after it. --cc: a dependency
# compiles C or assembly, as Cedar's stacker does. Zig does that, and what is linked may
# then import all that its list of Apple's C library names.
#
# The standard library is what std-for.sh makes of Debian's rust-src, the C compiler is
# cc-for.sh's.
#
# Exit: 0 fine, 1 a package fails, 77 this compiler's source or the C compiler is not
# to be had.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
targets="aarch64-apple-darwin x86_64-apple-darwin"

link=
cc=
while :; do
  case ${1-} in
    --cc) cc=yes ;;
    --link) link=yes ;;
    *) break ;;
  esac
  shift
done
crate=$(cd "${1:?which crate?}" && pwd)
shift
# shellcheck disable=SC2086
exports=$("$here/../std-for.sh" "$crate" $targets) || exit $?
eval "$exports"

export SDKROOT=$here/sdk
if [ -n "$cc" ]; then
  # shellcheck disable=SC2086
  exports=$("$here/../cc-for.sh" $targets) || exit $?
  eval "$exports"
  # At one place: another SDKROOT would have the C compiled anew.
  SDKROOT=$(dirname "$CARGO_TARGET_DIR")/apple-sdk
  rm -rf "$SDKROOT"
  cp -a "$here/sdk" "$SDKROOT"
  # Apple's whole list, in place of the names that the small crates take. Its libraries
  # are arm64e, which an arm64 program may load; the linker knows no newer name of it.
  sed -z -E 's/,[[:space:]]*arm64e\.[a-z0-9]+-[a-z]+//g; s/arm64e-/arm64-/g' \
    "$OPENPASS_ZIG_LIB/libc/darwin/libSystem.tbd" >"$SDKROOT/usr/lib/libSystem.tbd"
fi
for target in $targets; do
  variable=CARGO_TARGET_$(echo "$target" | tr a-z- A-Z_)
  export "${variable}_LINKER=rust-lld" "${variable}_RUSTFLAGS=-Clinker-flavor=ld64.lld"
done

cd "$crate"
for target in $targets; do
  echo "== clippy for $target"
  cargo clippy --locked --target "$target" --all-targets "$@" -- -D warnings || exit 1
  [ -n "$link" ] || continue
  echo "== link for $target"
  cargo test --locked --no-run --target "$target" "$@" || exit 1
  cargo build --locked --target "$target" "$@" || exit 1
done
