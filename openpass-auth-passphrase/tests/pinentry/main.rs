//! pinentry, by a program that speaks its language and shows nothing.
//!
//! What may be run, and where a dialog shows, depends on the environment, which
//! a test cannot change in its own process: each runs this program once more,
//! as a child that asks.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a panic is how a test fails; clippy sees helpers as no tests"
)]

mod answers;
mod contract;
mod ends;
mod fake;
mod host;
mod shown;
mod trust;

/// The one passphrase that verifies in these tests.
const RIGHT: &str = "correct horse battery staple";
/// One that does not. No text of ours has a word of it.
const WRONG: &str = "incorrect donkey accumulator";
