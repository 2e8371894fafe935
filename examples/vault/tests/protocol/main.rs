//! The store's protocol as a model, all of whose states are visited, and the store itself
//! driven through runs of the model.
//!
//! ```text
//! model        what two changes, crashes and others do to the disk, step by step
//! checks       the invariants in every state, and faults that break each of them
//! conformance  the same runs by the store, killed at each of its steps
//! ```
//!
//! The model leaves this out: the last look at a file and its rename are one step; both
//! changes replace the same files; nobody accepts or restores; and a program that puts the
//! guard's folder back leaves its locks as they are. A state is known by its 64-bit fingerprint, as
//! stateright does it.
#![expect(clippy::unwrap_used, reason = "a test")]
#![expect(clippy::indexing_slicing, reason = "a test")]
#![expect(clippy::disallowed_methods, reason = "a test makes its own vaults")]
#![expect(clippy::print_stdout, reason = "how many states there are is told")]

mod checks;
mod conformance;
mod model;
#[path = "../store/sample.rs"]
#[expect(dead_code, reason = "the tests of the store use more of it")]
mod sample;
