#!/usr/bin/env bash
# Prints the path of a tool in the version that is pinned, which it installs where it is
# not there yet:
#
#   .ci/tool.sh cargo-public-api
set -euo pipefail

case $1 in
  cargo-deny) version=0.20.2 ;;
  cargo-fuzz) version=0.13.2 ;;
  cargo-mutants) version=27.1.0 ;;
  # These two read what the compiler of api-json.sh writes: another needs others.
  cargo-public-api) version=0.52.0 ;;
  cargo-semver-checks) version=0.51.0 ;;
  *) echo "no tool is called $1" >&2; exit 2 ;;
esac

cache=${XDG_CACHE_HOME:-$HOME/.cache}/openpass-guard-ci
tool=$cache/tools/bin/$1
# Which version is there: cargo keeps a list of what it installed.
if [ ! -x "$tool" ] || ! grep -qF "\"$1 $version " "$cache/tools/.crates.toml"; then
  # --debug: they are built in a third of the time, and run for seconds.
  CARGO_TARGET_DIR=$cache/target/tools cargo install "$1" --version "$version" --locked \
    --debug --root "$cache/tools" >&2
  rm -rf "$cache/target/tools"
fi
printf '%s\n' "$tool"
