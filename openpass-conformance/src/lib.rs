//! Plays a person and an attacker before a program that has a guard, and says which abuse
//! cases it holds.
//!
//! # What it does not do
//!
//! It does not decide, and asks no person: it is for tests. It does not look into a
//! program, but sees what its users see. An authenticator's own contract is checked by the
//! module `contract` of `openpass-auth`.
//!
//! # How it fits
//!
//! ```text
//! a host's test ─► Embedded   ─► the host's function, with authenticators that lie
//!              ─► Program    ─► the host's binary, on a pseudo-terminal and without one
//!              ─► McpServer  ─► the host's MCP server, by a client that claims approvals
//!                     │
//!                     └─► Report: Case → held, NOT held, does not apply
//! ```
//!
//! Each way in is a builder: it takes how a fresh state is made, how a state is looked at,
//! and the parts that the cases are about. `run` plays every [`Case`] on fresh states of
//! its own, and [`Report::assert_holds`] prints the matrix and ends the test if a case that
//! applies is not held.
//!
//! # Guarantees
//!
//! 1. A case whose part is not described is [`Verdict::DoesNotApply`], with the part that is
//!    missing. An empty text describes nothing. Such a case is never held.
//! 2. First of all and once more at the end, an approved change has to be made. Otherwise
//!    nothing is held: a program that does nothing refuses everything. For an `McpServer`
//!    without `approved_elsewhere`, a call has to wait for an approval instead, and the
//!    matrix says that no approved change was made.
//! 3. A case in which nothing may change is held only if the state is looked at afterwards,
//!    and is the one that it must be. An exit code or an answer alone is not enough. What
//!    is shown and what is logged is read where it is shown and logged.
//! 4. A program or an attempt that hangs is ended or left behind after the kit's patience,
//!    and is not held. A look at the state that hangs is one of those for an [`Embedded`];
//!    for `Program` and `McpServer` it hangs the test.
//! 5. No shell is used, and no file but those of the host and temporary ones. `strace` is
//!    used for [`Case::Killed`], which does not apply without it.
//!
//! # Threads
//!
//! Each attempt of an [`Embedded`] runs on a thread of its own, without a runtime. A
//! function that needs one brings it. A case blocks; several hosts can be played at once.
//!
//! # Platforms
//!
//! `Program` and `McpServer` need a pseudo-terminal, and are there on Unix alone.
//!
#![doc = include_str!("../README.md")]

#[cfg(unix)]
mod built;
mod case;
mod embedded;
mod patience;
#[cfg(unix)]
mod program;
mod report;
#[cfg(unix)]
mod server;
#[cfg(unix)]
mod start;
mod unsafe_text;

pub use case::Case;
pub use embedded::Embedded;
#[cfg(unix)]
pub use program::Program;
pub use report::{Report, Verdict};
#[cfg(unix)]
pub use server::McpServer;
