//! The terminal prompt on a real pty: what the person sees, what is typed, and
//! the state of the terminal afterwards, read back by tcgetattr.
//!
//! A prompt wants a controlling terminal, so each test runs this program once
//! more, as a child whose terminal is a pty. Its stdout is a pipe: nothing of
//! the prompt may come out there.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a panic is how a test fails; clippy sees helpers as no tests"
)]

mod child;
mod contract;
mod inherited;
#[cfg(target_os = "linux")]
mod memory;
mod new_passphrase;
mod pages;
mod person;
mod prompt;
mod refusals;
mod shell;
mod shown;
mod signals;
mod turns;
mod waiting;

/// The one passphrase that verifies in these tests.
const RIGHT: &str = "correct horse battery staple";
/// One that does not. No text of ours has a word of it.
const WRONG: &str = "incorrect donkey accumulator";
