#!/usr/bin/env bash
# Lends libudev to builds: the feature `hid` of openpass-auth-fido2 links it.
#
#   eval "$(.ci/libudev.sh)"
#
# Prints what to export, which is nothing where it is installed. Nothing is installed;
# all that is kept is in OPENPASS_CI_CACHE/libudev.
# Exit: 77 where there is no Debian to take it from.
set -euo pipefail
if pkg-config --exists libudev 2>/dev/null; then
  exit 0
fi
command -v pkg-config >/dev/null || { echo "this system has no pkg-config" >&2; exit 77; }
cache=${OPENPASS_CI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/openpass-guard-ci}/libudev
mkdir -p "$cache"
cache=$(cd "$cache" && pwd -P)
exec 9>"$cache/lock"
flock 9

root=$cache/root
if [ ! -f "$root/.done" ]; then
  command -v apt-get >/dev/null || { echo "this system has no apt-get" >&2; exit 77; }
  rm -rf "$root" "$cache/debs"
  mkdir -p "$root" "$cache/debs"
  apt-cache show libudev-dev >/dev/null 2>&1 || apt-get update -qq >&2
  (cd "$cache/debs" &&
    apt-get -o APT::Sandbox::User=root download -qq libudev-dev libudev1 >&2) || exit 77
  for package in "$cache"/debs/*.deb; do dpkg-deb -x "$package" "$root"; done
  find "$root" -name libudev.pc -exec sed -i "s|=/usr|=$root/usr|" {} +
  touch "$root/.done"
fi
# hidapi takes the libraries from pkg-config, and not the headers.
printf 'export PKG_CONFIG_PATH=%q C_INCLUDE_PATH=%q\n' \
  "$(dirname "$(find "$root" -name libudev.pc | head -1)")" "$root/usr/include"
