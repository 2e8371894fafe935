#!/usr/bin/env bash
# Lends this compiler's standard library for other targets to builds.
#
#   exports=$(.ci/std-for.sh CRATE_DIR TARGET...) || exit $?
#   eval "$exports"
#
# rustup's targets are not asked for: the source of this compiler's standard library
# comes from the Debian package rust-src, of whichever suite has this release, is
# compiled once for each target, and is put into a hard-linked copy of the toolchain.
# A crate is then built with no unstable flag. Prints what to export: that toolchain
# and a folder for what is built with it. A linker that std needs is looked for in PATH. Nothing is installed, /etc/apt is not
# touched, and all that is kept is in OPENPASS_CI_CACHE/std.
#
# Exit: 77 where this compiler's source is not to be had.
set -euo pipefail
suites="trixie-backports sid forky trixie bookworm-backports experimental"

crate=$(cd "${1:?which crate?}" && pwd)
shift
cache=${OPENPASS_CI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/openpass-guard-ci}/std
mkdir -p "$cache"
cache=$(cd "$cache" && pwd -P)
exec 9>"$cache/lock"
flock 9
# What would change what is compiled, here and by who evaluates what is printed.
others="RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_TARGET CARGO_BUILD_RUSTFLAGS RUSTC
  RUSTC_WRAPPER RUSTC_WORKSPACE_WRAPPER RUSTDOCFLAGS RUSTC_BOOTSTRAP SDKROOT"
# shellcheck disable=SC2086
unset $others

toolchain=$(cd "$crate" && rustc --print sysroot)
version=$("$toolchain/bin/rustc" -vV | sed -n 's/^release: //p')
commit=$("$toolchain/bin/rustc" -vV | sed -n 's/^commit-hash: //p')
home=$cache/$version-${commit:0:9}
sysroot=$home/sysroot

# Puts the standard library's source into $home/src, or fails.
fetch_source() {
  local apt=$cache/apt mirror suite found
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
    'Origin: Debian' 'Label: Debian' | sort | uniq -c | sort -rn | awk 'NR == 1 { print $2 }')
  if [ -z "$mirror" ]; then
    echo "apt knows no Debian mirror; after apt-get update it may" >&2
    return 1
  fi
  rm -rf "$apt"
  mkdir -p "$apt"/{state/lists/partial,cache/archives/partial,debs}
  # apt with folders of its own, and this machine's own mirror.
  cat >"$apt/apt.conf" <<CONF
Dir::State "$apt/state";
Dir::State::status "/var/lib/dpkg/status";
Dir::Cache "$apt/cache";
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
APT::Sandbox::User "root";
CONF
  export APT_CONFIG=$apt/apt.conf
  for suite in $suites; do
    printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' \
      "$mirror" "$suite" >"$apt/sources.list"
    # A mirror need not have every suite.
    apt-get update -qq >&2 || continue
    found=$(apt-cache madison rust-src | awk '{ print $3 }' | grep -Fm1 "$version+") || continue
    echo "== rust-src $found from $suite" >&2
    (cd "$apt/debs" && apt-get download -qq "rust-src=$found") || return 1
    rm -rf "$home/src.new"
    mkdir -p "$home/src.new"
    dpkg-deb --fsys-tarfile "$apt"/debs/rust-src_*.deb |
      tar -x -C "$home/src.new" --strip-components=4 "./usr/src/rustc-$version/library" || return 1
    [ -f "$home/src.new/library/Cargo.lock" ] || return 1
    mv "$home/src.new" "$home/src"
    rm -rf "$apt"
    return 0
  done
  echo "no suite of $mirror has rust-src $version" >&2
  return 1
}
if [ ! -d "$home/src" ]; then
  command -v apt-get >/dev/null || { echo "this system has no apt-get" >&2; exit 77; }
  mkdir -p "$home"
  # In a process of its own, whose apt is no other's.
  (fetch_source) || exit 77
fi

# A copy of the toolchain that may be added to.
if [ ! -f "$sysroot/.done" ]; then
  rm -rf "$sysroot"
  mkdir -p "$sysroot"
  for part in bin lib libexec; do
    [ -e "$toolchain/$part" ] || continue
    if ! cp -al "$toolchain/$part" "$sysroot/" 2>/dev/null; then
      rm -rf "${sysroot:?}/$part"
      cp -a "$toolchain/$part" "$sysroot/"
    fi
  done
  rm -rf "$sysroot/lib/rustlib/src"
  mkdir -p "$sysroot/lib/rustlib/src/rust"
  ln -s "$home/src/library" "$sysroot/lib/rustlib/src/rust/library"
  touch "$sysroot/.done"
fi
export PATH=$sysroot/bin:$PATH
unset RUSTUP_TOOLCHAIN
if [ "$(rustc --print sysroot)" != "$sysroot" ]; then
  echo "the compiler of $sysroot has its libraries elsewhere" >&2
  exit 1
fi

build_std() {
  local target=$1 seed=$home/seed out=$sysroot/lib/rustlib/$1/lib library
  echo "== std for $target" >&2
  mkdir -p "$seed/src" "$out"
  cat >"$seed/Cargo.toml" <<'TOML'
[package]
name = "stdseed"
version = "0.0.0"
edition = "2021"
[workspace]
[profile.dev]
debug = 0
debug-assertions = false
overflow-checks = false
TOML
  : >"$seed/src/lib.rs"
  (cd "$seed" && RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=$seed/target CARGO_INCREMENTAL=0 cargo build -q \
    -Zbuild-std=std,proc_macro,test,panic_abort,panic_unwind --target "$target")
  rm -f "$out"/*.rlib
  for library in "$seed/target/$target/debug/deps"/*.rlib; do
    case $library in *libstdseed*) ;; *) cp "$library" "$out/" ;; esac
  done
  touch "$out/.done"
  rm -rf "$seed/target"
}
for target; do
  [ -f "$sysroot/lib/rustlib/$target/lib/.done" ] || build_std "$target"
done

# cargo itself from now on, no rustup before it.
printf 'unset %s RUSTUP_TOOLCHAIN\n' "${others//$'\n'/}"
printf 'export PATH=%q:$PATH CARGO_TARGET_DIR=%q\n' "$sysroot/bin" "$home/target"
