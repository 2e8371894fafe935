//! Tools, fragments and calls, seen from the outside.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod arguments;
mod asked;
mod bounds;
mod declared;
mod difference;
mod hostile;
mod policy;
mod property;
mod servers;
mod tampered;
mod told;
mod world;
