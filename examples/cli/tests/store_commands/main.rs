//! The built `openpass`: every command that changes something, and what
//! stands in its way.
// They sit at a terminal of Unix, or hand passphrases over by descriptor;
// `tests/windows` sits at a console.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "throw-away vaults; a panic is how a test fails; clippy sees helpers as no tests"
)]

mod approval;
mod approvers;
#[cfg(target_os = "linux")]
mod asker;
mod audit;
mod bad_rules;
mod broken_policy;
mod denied;
mod every;
mod explain;
mod field;
mod follow;
mod imported;
mod in_effect;
mod interface;
mod looking;
mod opting_out;
mod passphrase;
mod policy_diff;
mod powers;
mod quiet;
mod reading;
mod repair;
mod rules;
mod sample;
mod seals;
mod session;
mod status;
mod tree;
mod waiting;
mod watch;
mod without;
mod zone;
