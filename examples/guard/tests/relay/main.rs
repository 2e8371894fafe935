//! The relay in front of a server that misbehaves, as its client sees it.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    reason = "the folders are made for a test and thrown away"
)]

mod broken;
mod gate;
mod leaving;
mod listing;
mod passing;
mod refusing;
mod stage;
