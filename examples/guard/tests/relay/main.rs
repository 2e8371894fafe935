//! The relay in front of a server that misbehaves, as its client sees it.
#![cfg(unix)]
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed step fails the test"
)]

mod broken;
mod gate;
mod leaving;
mod listing;
mod passing;
mod refusing;
mod stage;
