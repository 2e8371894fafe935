#!/usr/bin/env bash
# Builds both hosts for Linux as static programs, with musl, raises an agent's tier by
# a passphrase where the stack is small, and runs the passphrase crate's tests.
#
#   .ci/musl.sh [--build] [cargo test arguments]
#
# --build: without the tests. The standard library is what std-for.sh makes of
# Debian's rust-src; the C compiler, musl and the linker are cc-for.sh's.
#
# Exit: 0 fine, 1 something fails, 77 the library's source or the C compiler is not
# to be had.
set -euo pipefail
cd "$(dirname "$0")/.."
target=x86_64-unknown-linux-musl

build=
if [ "${1-}" = --build ]; then
  build=yes
  shift
fi
exports=$(.ci/std-for.sh . "$target") || exit $?
eval "$exports"
exports=$(.ci/cc-for.sh "$target") || exit $?
eval "$exports"
# Zig brings crt1.o, libc and libunwind; rustc looks for copies of its own, which a
# std that was built here lacks.
export CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_LINKER=$CC_x86_64_unknown_linux_musl
export CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_RUSTFLAGS=-Clink-self-contained=no
export CARGO_INCREMENTAL=0

cargo build --locked --target "$target" -p openpass-cli -p openpass-mcp
for program in openpass openpass-mcp; do
  program=$CARGO_TARGET_DIR/$target/debug/$program
  # A static program has no interpreter.
  headers=$(LC_ALL=C readelf -l "$program")
  if [[ $headers == *INTERP* ]]; then
    echo "$program is not static" >&2
    exit 1
  fi
  echo "== $program is static: $(stat -c %s "$program") bytes"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo 'correct horse battery staple' >"$work/passphrase"
openpass() {
  (ulimit -s 128 && "$CARGO_TARGET_DIR/$target/debug/openpass" --vault "$work/vault" "$@")
}
answered=(--yes --no-biometric --reason musl --passphrase-fd 3)
openpass init --passphrase-fd 3 3<"$work/passphrase"
openpass agent add claude --tier read-only "${answered[@]}" 3<"$work/passphrase"
openpass agent upgrade claude --tier admin "${answered[@]}" 3<"$work/passphrase"
openpass agent list | grep -E '^claude +admin '

[ -z "$build" ] || exit 0
# Not the examples in the documentation: rustdoc has a linker of its own.
cargo test --locked --target "$target" --lib --bins --tests -p openpass-auth-passphrase "$@"
