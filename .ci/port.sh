#!/usr/bin/env bash
# The stand-in for a product (examples/embed/port) with guard.patch on it: that the patch
# applies, is short, names each crate that it brings, passes the product's own gates, and
# does what docs/embedding-a-cli.md and its own README.md say.
#
#   .ci/port.sh                 checks
#   UPDATE_PORT=1 .ci/port.sh   writes Cargo.lock's part of guard.patch anew
#
# Two builds, and a check: panics abort in the product's programs, and unwind in whatever
# `cargo test` builds.
set -euo pipefail
clone=$(cd "$(dirname "$0")/.." && pwd)
port=$clone/examples/embed/port
cache=${OPENPASS_CI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/openpass-guard-ci}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$cache/target}
export CARGO_INCREMENTAL=${CARGO_INCREMENTAL:-0}
# Not in a new folder each time: cargo takes another path for another crate.
work=$cache/port
at_most=60

# The product in a folder, with the libraries beside it, where the patch looks for them.
mkdir -p "$work"
rm -rf "$work/product" "$work/macos" "$work/panics"
ln -sfn "$clone" "$work/openpass-guard"
cp -r "$port" "$work/product"
rm -rf "$work/product/target" "$work/product/guard.patch"
cd "$work/product"
# So that a repository around the cache is none to it.
export GIT_CEILING_DIRECTORIES=$work
patch() {
  git apply "$@" "$port/guard.patch"
}

if [ -n "${UPDATE_PORT:-}" ]; then
  git init --quiet && git add --all
  git -c user.name=x -c user.email=x@example.org commit --quiet --message before
  # What the patch holds back stays: some of what is newer has another licence.
  patch || patch --exclude Cargo.lock
  cargo metadata --format-version 1 >/dev/null
  git add --all
  { sed '/^---$/q' "$port/guard.patch"; git diff --cached; } >"$work/guard.patch"
  mv "$work/guard.patch" "$port/guard.patch"
  exit
fi

cp Cargo.lock "$work/before.lock"
changed=$(patch --numstat --exclude Cargo.lock | awk '{ sum += $1 + $2 } END { print sum }')
echo "the patch changes $changed lines, at most $at_most"
[ "$changed" -le "$at_most" ]
patch

# Each crate with its version, a line each.
crates_of() {
  sed -n '/^name = /{s/^name = "\(.*\)"/\1/;N;s/\nversion = "\(.*\)"/ \1/;p}' "$1" | LC_ALL=C sort
}
LC_ALL=C comm -13 <(crates_of "$work/before.lock") <(crates_of Cargo.lock) >"$work/new"
# Those of the message: after each reason, indented, with commas between.
sed -n '/^New crates/,/^---$/s/^    //p' "$port/guard.patch" | tr ',' '\n' |
  sed 's/^ *//; s/ *$//; /^$/d' | LC_ALL=C sort >"$work/listed"
diff -u --label "the patch's message" --label "Cargo.lock" "$work/listed" "$work/new"
grep -qF "New crates, $(wc -l <"$work/new") in Cargo.lock:" "$port/guard.patch"
echo "the message names the $(wc -l <"$work/new") crates that are new"

cargo fmt --all --check
"$("$clone/.ci/tool.sh" cargo-deny)" --locked --log-level error check bans licenses sources
for crate in tokio clap; do
  if cargo tree --locked -p vault-core -e normal --prefix none | grep "^$crate "; then
    echo "vault-core has $crate" >&2
    exit 1
  fi
done

cargo clippy --locked --all-targets --config 'profile.dev.panic="unwind"' -- -D warnings
# The lines for macOS, here: the crate compiles everywhere.
cp -r "$work/product" "$work/macos"
sed -i 's/target_os = "macos"/unix/' "$work"/macos/vault-core/{Cargo.toml,src/guard.rs}
(cd "$work/macos" &&
  cargo clippy --locked --config 'profile.dev.panic="unwind"' -- -D warnings)

cargo test --locked

# The built program, and another whose verifier panics.
cargo build --locked
vault=$work/vault
cp "$CARGO_TARGET_DIR/debug/vault" "$vault"
cp -r "$work/product" "$work/panics"
sed -i 's/identity::open(&sealed, typed).ok()/panic!("a verifier that panics, of {} bytes", sealed.len() + typed.len())/' \
  "$work/panics/vault-core/src/guard.rs"
grep -qF 'a verifier that panics' "$work/panics/vault-core/src/guard.rs"
(cd "$work/panics" && cargo build --locked)
cp "$CARGO_TARGET_DIR/debug/vault" "$work/vault-that-panics"
cd "$clone"
OPENPASS_PORT_VAULT=$vault OPENPASS_PORT_PANICS=$work/vault-that-panics \
  cargo test --locked -p openpass-testkit --test port -- --ignored
