//! Tools, fragments and calls, seen from the outside.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod policy;
mod servers;
mod world;
