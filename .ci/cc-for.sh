#!/usr/bin/env bash
# Lends a C compiler for other targets to builds: what Cedar's stacker needs, and
# with musl the C library and the linker as well.
#
#   exports=$(.ci/cc-for.sh TARGET...) || exit $?
#   eval "$exports"
#
# It is Zig's, whose wheel comes from PyPI by its hash. Prints what to export: CC and
# AR for each target. Nothing is installed; all is kept in OPENPASS_CI_CACHE/zig.
#
# Exit: 1 for a target that it does not know, 77 where the wheel is not to be had.
set -euo pipefail
zig_version=0.17.1
# Of the wheel for x86_64 Linux. Without it pip takes nothing: this is run.
zig_hash=sha256:ea6cc5d87b033cf0aedfbc8f9549a908cae6c50ac31f1698188fa48a74524b54

cache=${OPENPASS_CI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/openpass-guard-ci}/zig
mkdir -p "$cache"
cache=$(cd "$cache" && pwd -P)
exec 9>"$cache/lock"
flock 9

home=$cache/$zig_version
zig=$home/ziglang/zig
if [ ! -f "$home/.done" ]; then
  rm -rf "$home" "$cache/wheel"
  mkdir -p "$home"
  echo "== zig $zig_version" >&2
  echo "ziglang==$zig_version --hash=$zig_hash" >"$home/requirements"
  python3 -m pip download -q --disable-pip-version-check --no-deps --only-binary :all: \
    --require-hashes -d "$cache/wheel" -r "$home/requirements" >&2 || exit 77
  python3 -m zipfile -e "$cache"/wheel/ziglang-*.whl "$home"
  chmod +x "$zig"
  rm -rf "$cache/wheel"
  touch "$home/.done"
fi

# Zig has names of its own for targets, knows no -arch and would look for an SDK.
compiler() {
  local target=$1 name
  case $target in
    aarch64-apple-darwin) name=aarch64-macos ;;
    x86_64-apple-darwin) name=x86_64-macos ;;
    x86_64-unknown-linux-musl) name=x86_64-linux-musl ;;
    x86_64-unknown-freebsd) name=x86_64-freebsd ;;
    *) echo "no C compiler for $target" >&2; return 1 ;;
  esac
  cat >"$home/cc-$target" <<CC
#!/usr/bin/env bash
arguments=()
while [ \$# -gt 0 ]; do
  case \$1 in
    --target=* | -mmacosx-version-min=*) ;;
    -target | -arch | -isysroot) shift ;;
    -lgcc_s | -lgcc_eh) arguments+=(-lunwind) ;;
    *) arguments+=("\$1") ;;
  esac
  shift
done
exec "$zig" cc -target $name "\${arguments[@]}"
CC
  chmod +x "$home/cc-$target"
  printf 'export CC_%s=%q AR_%s=%q\n' "${target//-/_}" "$home/cc-$target" \
    "${target//-/_}" "$home/ar"
}
printf '#!/bin/sh\nexec "%s" ar "$@"\n' "$zig" >"$home/ar"
chmod +x "$home/ar"
for target; do
  compiler "$target"
done
printf 'export ZIG_GLOBAL_CACHE_DIR=%q ZIG_LOCAL_CACHE_DIR=%q\n' "$cache/built" "$cache/built"
# Where Apple's whole list of what its C library has lies.
printf 'export OPENPASS_ZIG_LIB=%q\n' "$home/ziglang/lib"
