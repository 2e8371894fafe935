//! Benchmarks live in `benches/`: `cargo bench -p openpass-benches`.
