#!/usr/bin/env bash
# Writes the public API of each library of a checkout as rustdoc's JSON, every feature on:
#
#   .ci/api-json.sh CHECKOUT FOLDER     into FOLDER/CRATE.json
set -euo pipefail
# What is written depends on the compiler, so it is this one. It and the versions of
# cargo-public-api and cargo-semver-checks in tool.sh go together.
export RUSTUP_TOOLCHAIN=1.95.0
if ! rustup toolchain list | grep -q "^$RUSTUP_TOOLCHAIN-" &&
  ! rustup toolchain install "$RUSTUP_TOOLCHAIN" --profile minimal; then
  exit 77
fi

checkout=$(cd "$1" && pwd)
mkdir -p "$2"
folder=$(cd "$2" && pwd)
export RUSTDOC
RUSTDOC=$(cd "$(dirname "$0")" && pwd)/rustdoc-json

# `hid` of openpass-auth-fido2.
udev=$("$(dirname "$RUSTDOC")/libudev.sh")
eval "$udev"
cd "$checkout"
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$checkout/target}
for manifest in openpass-*/Cargo.toml; do
  crate=${manifest%/Cargo.toml}
  # What a build is warned of is another step's matter.
  cargo rustdoc --quiet --locked -p "$crate" --lib --all-features -- \
    -Z unstable-options --output-format json --cap-lints allow
  mv "$CARGO_TARGET_DIR/doc/${crate//-/_}.json" "$folder/$crate.json"
done
