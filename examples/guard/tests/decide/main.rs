//! `openpass-guard decide` and `hooks`, as a coding agent runs them.
//!
//! What blocks, allows and says nothing is told here by each format's documentation, not
//! by the program: `formats.rs`.
#![cfg(unix)]
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a panic is how a test fails"
)]

mod bad_input;
mod ends;
mod fixtures;
mod formats;
mod hooks;
mod killed;
mod run;
mod snippet;
