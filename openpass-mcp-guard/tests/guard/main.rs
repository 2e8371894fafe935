//! The gate and what stands behind it, as a host uses them.
#![expect(clippy::unwrap_used, reason = "tests")]

mod gate;
mod world;
