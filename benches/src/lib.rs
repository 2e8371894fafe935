//! Benchmarks live in `benches/`: `cargo bench -p openpass-benches`.

/// The README's example, compiled and run as a test.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
