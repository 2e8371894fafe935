//! The terminal prompt on a console of Windows: what the person sees, what is typed, and
//! the console's mode afterwards.
//!
//! A process has one console, so the tests take turns. It is the one that the tests were
//! started on, or one that is made for them, which takes a screen.
#![cfg(windows)]
#![expect(
    clippy::unwrap_used,
    reason = "a panic is how a test fails; clippy sees helpers as no tests"
)]

mod prompt;
mod stage;
mod told_to_end;
