//! The `openpass-guard` command.
#![forbid(unsafe_code)]

fn main() {}
