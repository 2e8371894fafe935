#!/usr/bin/env bash
# Lends GNUstep to `cargo test`: objc2 on Debian's libraries and GCC's Objective-C
# runtime, for the crates of openpass-auth-macos/gnustep.
#
#   .ci/gnustep.sh CRATE_DIR [cargo test arguments]
#
# Nothing is installed; all that is kept is in OPENPASS_CI_CACHE/gnustep.
# Exit: what cargo's is, 1 for an object that nobody would free, 77 where there is no
# Debian to take GNUstep from.
set -euo pipefail
crate=$(cd "${1:?which crate?}" && pwd)
shift
cache=${OPENPASS_CI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/openpass-guard-ci}/gnustep
mkdir -p "$cache"
cache=$(cd "$cache" && pwd -P)
exec 9>"$cache/lock"
flock 9

root=$cache/root
if [ ! -f "$root/.done" ]; then
  command -v apt-get >/dev/null || { echo "this system has no apt-get" >&2; exit 77; }
  rm -rf "$root" "$cache/debs"
  mkdir -p "$root/link" "$cache/debs"
  apt-cache show libgnustep-base-dev >/dev/null 2>&1 || apt-get update -qq
  base=$(apt-cache depends libgnustep-base-dev |
    sed -n 's/^ *Depends: \(libgnustep-base[0-9.]*\)$/\1/p' | head -1)
  (cd "$cache/debs" &&
    apt-get -o APT::Sandbox::User=root download -qq "$base" libobjc4 libblocksruntime0)
  for package in "$cache"/debs/*.deb; do dpkg-deb -x "$package" "$root"; done
  for library in libgnustep-base libobjc libBlocksRuntime; do
    ln -s "$(find "$root/usr" -name "$library.so.*" | sort | head -1)" "$root/link/$library.so"
  done
  touch "$root/.done"
fi

cd "$crate"
cargo fetch -q
metadata=$(cargo metadata --format-version 1 -q)
source_of() {
  printf '%s' "$metadata" | python3 -c 'import json, os, sys
print(next(os.path.dirname(package["manifest_path"])
           for package in json.load(sys.stdin)["packages"] if package["name"] == sys.argv[1]))' "$1"
}
# Has cargo take a crate with one line changed: CRATE FILE SED_EXPRESSION.
patches=()
patched() {
  local from to
  from=$(source_of "$1")
  to=$cache/patched/${from##*/}
  if [ ! -f "$to/.done" ]; then
    rm -rf "$to"
    mkdir -p "$cache/patched"
    cp -r "$from" "$to"
    sed -i "$3" "$to/$2"
    if cmp -s "$from/$2" "$to/$2"; then
      echo "$1 has no longer the line in $2 that is changed" >&2
      exit 1
    fi
    touch "$to/.done"
  fi
  patches+=(--config "patch.crates-io.$1.path=\"$to\"")
}
# It insists on symbols of classes that only another runtime, libobjc2, exports.
patched objc2 Cargo.toml '/^gnustep-1-7 = \[/,/^\]/{/"unstable-static-class",/d}'
# It names its framework for every target.
patched objc2-local-authentication src/generated/mod.rs \
  's/^#\[link(name = "LocalAuthentication", kind = "framework")\]$/#[cfg_attr(target_vendor = "apple", link(name = "LocalAuthentication", kind = "framework"))]/'

export LIBRARY_PATH=$root/link${LIBRARY_PATH:+:$LIBRARY_PATH}
libraries=$(find "$root/usr/lib" -name 'lib*.so.*' -printf '%h\n' | sort -u | paste -sd:)
export LD_LIBRARY_PATH=$libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export CARGO_TARGET_DIR=$cache/target
log=$(mktemp)
trap 'rm -f "$log"' EXIT
code=0
cargo "${patches[@]}" test "$@" -- --nocapture >"$log" 2>&1 || code=$?
cat "$log"
# GNUstep tells of it on stderr only.
if grep -q 'autorelease called without pool' "$log"; then
  echo "an object was autoreleased on a thread that has no pool" >&2
  exit 1
fi
exit "$code"
