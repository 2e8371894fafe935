#!/usr/bin/env bash
# What `cargo publish` would upload.
#
#   .ci/publish.sh           packs the libraries, and looks at what is in the packages
#   .ci/publish.sh --test    packs them, and runs the tests of each from its package
set -euo pipefail
cd "$(dirname "$0")/.."
ci=$PWD/.ci

# The crates that may be published, by their manifests.
mapfile -t crates < <(cargo metadata --locked --no-deps --format-version 1 |
  python3 -c '
import json, sys
packages = json.load(sys.stdin)["packages"]
for name in sorted(it["name"] for it in packages if it["publish"] != []):
    print(name)')
expected="openpass-approval openpass-auth openpass-auth-fido2 openpass-auth-macos openpass-auth-passphrase openpass-auth-polkit openpass-conformance openpass-mcp-guard openpass-policy openpass-policy-yaml"
if [ "${crates[*]}" != "$expected" ]; then
  echo "these crates would be published: ${crates[*]}" >&2
  echo "expected: $expected; an example needs publish = false" >&2
  exit 1
fi

# One place, so that a target folder does not grow with every run.
target=${CARGO_TARGET_DIR:-target}
packages=$target/packages
rm -rf "$packages"
mkdir -p "$packages"
packages=$(cd "$packages" && pwd)

# --allow-dirty: what is looked at is what is here, committed or not. A package is
# built below, where its tests are: cargo would build it without them.
cargo publish --workspace --dry-run --no-verify --allow-dirty --locked
cargo package --quiet --no-verify --allow-dirty --locked "${crates[@]/#/-p=}"

for crate in "${crates[@]}"; do
  mkdir "$packages/$crate"
  # Packed files are all of one day in 2006, and cargo looks at the day to see what
  # changed: they get today's.
  tar -xmzf "$target/package/$crate"-[0-9]*.crate -C "$packages/$crate" --strip-components=1
  for file in README.md LICENSE-APACHE; do
    [ -s "$packages/$crate/$file" ] || { echo "$crate is packed without $file" >&2; exit 1; }
  done
  # On crates.io a relative link leads nowhere.
  if grep -nE '\]\((\.|[^)#:]*\.md)' "$packages/$crate/README.md"; then
    echo "$crate/README.md has a link that leads nowhere once it is published" >&2
    exit 1
  fi
done
echo "packed: ${crates[*]}"
[ "${1:-}" = --test ] || exit 0

# A workspace of the packages: until they are published, they find each other here.
# Everything else is as in the repository: versions, and what is optimised.
{
  printf '[workspace]\nresolver = "3"\nmembers = ['
  printf '"%s", ' "${crates[@]}"
  printf ']\n\n[patch.crates-io]\n'
  for crate in "${crates[@]}"; do
    printf '%s = { path = "%s" }\n' "$crate" "$crate"
  done
  printf '\n'
  sed -n '/^\[profile\.dev/,$p' Cargo.toml
} >"$packages/Cargo.toml"
cp Cargo.lock "$packages/Cargo.lock"
cd "$packages"
# Not --locked: the copy still has the examples, which cargo takes out. --offline, so
# that it can put nothing in.
# `hid` of openpass-auth-fido2.
udev=$("$ci/libudev.sh")
eval "$udev"
for crate in "${crates[@]}"; do
  printf -- '\n-- %s\n' "$crate"
  case $crate in
    # `verify` needs a solver, and takes a quarter of an hour: the step `proofs`.
    openpass-policy | openpass-policy-yaml) features=() ;;
    *) features=(--all-features) ;;
  esac
  cargo test --offline -p "$crate" "${features[@]}"
done
