//! Wrong passphrases and declined prompts, as the built command treats them.
// They sit at a terminal of Unix; `tests/windows` sits at a console.
#![cfg(unix)]
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a panic is how a test fails, and tests break files; clippy sees helpers as no tests"
)]

mod guessing;
mod stage;
mod terminal;
