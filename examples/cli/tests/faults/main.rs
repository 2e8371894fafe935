//! The built `openpass` on a system that fails it: each call that changes something on the
//! disk ends with an error, once or from then on, or is the last; disks that are full, slow
//! or read-only; clocks that jump; many processes at once.
//!
//! strace puts the errors in, at the system call, since the store speaks to the kernel
//! directly. A test that cannot run here, for want of strace, of libfaketime or of root, says
//! `NOT CHECKED` and what, past the test runner.
//!
//! The tests that every run has are a sample. `cargo test -p openpass-cli --test faults --
//! --ignored` has every call fail, which takes about a quarter of an hour.
#![cfg(target_os = "linux")]
#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "throw-away vaults; a panic is how a test fails; clippy sees helpers as no tests"
)]

mod clock;
mod crowd;
mod disk;
mod fault;
mod judge;
mod made;
#[expect(dead_code, reason = "it is shared with tests/built_binary")]
#[path = "../support/mod.rs"]
mod support;
mod sweep;
