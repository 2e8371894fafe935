#!/usr/bin/env bash
# Undefined behaviour and races, by Miri: the tests of openpass-auth. Exits with 77 where the
# nightly toolchain or its components cannot be had.
#
#   .ci/miri.sh
#
# openpass-auth forbids unsafe code; what it builds on does not (futures-channel, futures-timer,
# tinyvec), and its threads share what they count. Its unit tests are run, and those of the one
# place that starts threads. Left out, because an interpreter takes too long for them: the other
# integration tests, and texts of thousands of characters. Of properties, a few cases are tried.
#
# Not run, because Miri has none of these calls of the system:
#
# - openpass-auth-passphrase on Linux: sigaction (disposition.rs), pre_exec (ends_with_host.rs),
#   fcntl by a number (descriptor.rs), a terminal's mode (rescue.rs), and prctl, which the first
#   passphrase of a process asks for
# - openpass-auth-macos, and console.rs, acl.rs and windows.rs on Windows: foreign calls from end
#   to end
set -euo pipefail
cd "$(dirname "$0")/.."

toolchain=${OPENPASS_MIRI:-nightly}
has() {
  rustup component list --toolchain "$toolchain" 2>/dev/null | grep -Eq "^$1.*\(installed\)"
}
for component in rust-src miri; do
  has "$component" || rustup component add --toolchain "$toolchain" "$component" || exit 77
done

# Miri has a kind of build of its own.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target}/miri
# The tests read clocks and the number of processors.
export MIRIFLAGS="-Zmiri-disable-isolation ${MIRIFLAGS:-}"

# A few cases of each property, and no backtraces, which take a minute each.
export PROPTEST_CASES=${PROPTEST_CASES:-4} RUST_BACKTRACE=0

miri() {
  cargo "+$toolchain" miri test --locked -p openpass-auth "$@"
}
miri --lib -- --skip a_run_of_blanks --skip a_whole_text_has_no_end
# Work that hangs on purpose is still there at the end.
MIRIFLAGS+=" -Zmiri-ignore-leaks" miri --test blocking
