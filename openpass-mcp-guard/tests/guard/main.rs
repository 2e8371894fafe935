//! The gate and what stands behind it, as a host uses them.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod client;
mod forwarding;
mod gate;
mod notes;
mod tools;
#[cfg(all(unix, feature = "wire"))]
mod wire;
mod world;
