#!/usr/bin/env bash
# Checks a crate for Windows (x86_64-pc-windows-gnu) on Linux: cargo check and clippy,
# and with --test its tests under Wine.
#
#   .ci/windows/check.sh [--test] CRATE_DIR [cargo arguments]
#
# The standard library is what std-for.sh makes of Debian's rust-src. The linker is
# Debian's mingw-w64, Wine is Debian's; both are unpacked into
# OPENPASS_CI_CACHE/windows, and nothing is installed.
#
# Exit: 0 fine, 1 the crate fails, 77 what Debian has for it is not to be had.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
target=x86_64-pc-windows-gnu

test=
if [ "${1-}" = --test ]; then
  test=yes
  shift
fi
crate=$(cd "${1:?which crate?}" && pwd)
shift
cache=${OPENPASS_CI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/openpass-guard-ci}/windows
mkdir -p "$cache"
cache=$(cd "$cache" && pwd -P)
root=$cache/root
exec 9>"$cache/lock"
flock 9

# MARK PACKAGE...
unpack() {
  local mark=$root/.$1 debs=$cache/debs package
  shift
  [ ! -f "$mark" ] || return 0
  command -v apt-get >/dev/null || { echo "this system has no apt-get" >&2; return 1; }
  rm -rf "$debs"
  mkdir -p "$root" "$debs"
  apt-cache show "$1" >/dev/null 2>&1 || apt-get update -qq
  (cd "$debs" && apt-get -o APT::Sandbox::User=root download -qq "$@") || return 1
  for package in "$debs"/*.deb; do dpkg-deb -x "$package" "$root" || return 1; done
  rm -rf "$debs"
  touch "$mark"
}
unpack mingw binutils-mingw-w64-x86-64 gcc-mingw-w64-base mingw-w64-common \
  mingw-w64-x86-64-dev gcc-mingw-w64-x86-64-win32-runtime gcc-mingw-w64-x86-64-win32 || exit 77
for tool in gcc gcc-ar gcc-nm gcc-ranlib; do
  ln -sf "x86_64-w64-mingw32-$tool-win32" "$root/usr/bin/x86_64-w64-mingw32-$tool"
done
# The compiler's own tools come first.
export PATH=$PATH:$root/usr/bin
exports=$("$here/../std-for.sh" "$crate" $target) || exit $?
eval "$exports"
gcc=$root/usr/bin/x86_64-w64-mingw32-gcc
export CC_x86_64_pc_windows_gnu=$gcc
export AR_x86_64_pc_windows_gnu=$root/usr/bin/x86_64-w64-mingw32-ar
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=$gcc

cd "$crate"
echo "== check and clippy for $target"
cargo check --locked --target $target --all-targets "$@" || exit 1
cargo clippy --locked --target $target --all-targets "$@" -- -D warnings || exit 1
[ -n "$test" ] || exit 0

# What wine64 loads at its start, and zlib1.dll for its user32. No sound, no screen.
unpack wine libwine wine64 libz-mingw-w64 || exit 77
# Debian's wineserver is a script that looks in /usr.
ln -sf wineserver64 "$root/usr/lib/wine/wineserver"
dlls=$root/usr/lib/x86_64-linux-gnu/wine/x86_64-windows
prefix=$cache/prefix
wine=$cache/wine
cat >"$wine" <<WINE
#!/bin/sh
export LD_LIBRARY_PATH="$root/usr/lib/x86_64-linux-gnu" WINESERVER="$root/usr/lib/wine/wineserver64"
export WINEPREFIX="$prefix" WINEARCH=win64 WINEDEBUG=-all
# Wine makes access control lists of modes: what a test writes is its user's alone, as
# in a user's folder on Windows.
umask 077
exec python3 "$here/on-a-console.py" "$root/usr/lib/wine/wine64" "\$@"
WINE
chmod +x "$wine"
if [ ! -f "$prefix/.done" ]; then
  rm -rf "$prefix"
  mkdir -p "$prefix"
  # It ends with an error where there is no screen; what it makes is enough.
  timeout 300 "$wine" wineboot -i >/dev/null 2>&1 || true
  [ -d "$prefix/drive_c/windows/system32" ] || { echo "Wine makes no prefix here" >&2; exit 77; }
  # Debian's user32 needs it, and a console needs user32.
  cp "$root/usr/x86_64-w64-mingw32/lib/zlib1.dll" "$prefix/drive_c/windows/system32/"
  touch "$prefix/.done"
fi
# std takes ProcessPrng from a library that Wine 8 lacks.
prng=$prefix/drive_c/windows/system32/bcryptprimitives.dll
if [ ! -e "$dlls/bcryptprimitives.dll" ] && [ ! -e "$prng" ]; then
  "$gcc" -shared -o "$prng" "$here/prng.c" -ladvapi32
fi
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER=$wine
echo "== tests under Wine"
cargo test --locked --target $target "$@" || exit 1
