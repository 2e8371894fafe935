#!/usr/bin/env bash
# Builds openpass-auth with each feature of mocks for a release, and expects that this
# is refused; without them, that it builds.
set -euo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
cargo check --release --locked -p openpass-auth
for feature in mock mockall; do
  if cargo check --release --locked -p openpass-auth --features $feature >"$log" 2>&1; then
    echo "a release was built with the feature $feature" >&2
    exit 1
  fi
  if ! grep -qF 'feature `mock` of openpass-auth is for tests, and no release has it' "$log"; then
    cat "$log" >&2
    echo "the build failed, but not by being refused" >&2
    exit 1
  fi
done
echo "a release with the mocks is refused"
