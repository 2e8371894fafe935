//! The contract suite, held to what it says: for each clause there are
//! authenticators that break it and nothing else.
#![expect(
    clippy::unwrap_used,
    reason = "a panic is how a test fails; clippy sees helpers as no tests"
)]

mod fake;
mod flaws;
mod stage;
