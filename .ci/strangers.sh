#!/usr/bin/env bash
# openpass-guard before three MCP servers that nobody here wrote: what a client sees of them,
# a person for what is critical, a poisoned description, and the time that a call takes.
#
#   .ci/strangers.sh              every check
#   .ci/strangers.sh CHECK...     same, person, poisoned or overhead
#
# The servers are installed from npm into the cache, and none of their code is kept here.
# Exit: 77 where npm cannot install them.
set -euo pipefail
cd "$(dirname "$0")/.."
pins=$PWD/.ci/strangers
cache=${OPENPASS_CI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/openpass-guard-ci}
servers=$cache/strangers
target=${CARGO_TARGET_DIR:-target}

if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
  echo "npm and node are needed for the servers" >&2
  exit 77
fi

# Installed beside what is there, and moved when whole: a run that was broken off leaves
# nothing half done.
if ! cmp -s "$pins/package-lock.json" "$servers/package-lock.json"; then
  rm -rf "$servers" "$servers.new"
  mkdir -p "$servers.new"
  cp "$pins/package.json" "$pins/package-lock.json" "$servers.new/"
  if ! npm ci --silent --ignore-scripts --no-audit --no-fund --prefix "$servers.new"; then
    echo "npm cannot install the servers" >&2
    # With a registry that answers, the fault is in what is asked of it.
    npm ping --silent >/dev/null 2>&1 && exit 1
    exit 77
  fi
  mv "$servers.new" "$servers"
fi

# openpass applies the policies. It is not measured, so it is not optimised.
cargo build --release --locked -p openpass-guard
cargo build --locked --bin openpass

[ $# -gt 0 ] || set -- same person poisoned overhead
for check; do
  PYTHONDONTWRITEBYTECODE=1 timeout 300 python3 "$pins/$check.py" \
    "$target/release/openpass-guard" "$target/debug/openpass" "$servers"
done
