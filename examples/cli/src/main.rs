//! The `openpass` command.
fn main() {}
