//! Puts `openpass-policy`'s guard in front of the tools of any MCP server: a call that
//! policy allows runs, a call that it denies is refused, and for the rest a person is
//! asked, who sees the tool and every argument.
//!
//! # What it does not do
//!
//! It decides nothing itself: that is `openpass-policy`. It asks nobody itself: that is an
//! authenticator of `openpass-auth`. It does not look into what a tool does: a call is
//! guarded by its arguments, or by the effect that the host says it has. It guards clients
//! that go through it. An agent that has a shell can do without the server.
//!
//! # Example
//!
//! A server of notes that knows nothing of a guard, and the guard in front of its tools.
//! The person is a fake from `openpass-auth`'s feature `mock`.
//!
//! ```
#![doc = include_str!("../examples/notes.rs")]
//! ```
//!
//! # How it fits
//!
//! ```text
//! client ─► Guarded ─► ToolMap: what would this call do?      Operation
//!              │         tool: its description, its arguments
//!              ├─────► Gate::pass
//!              │         ├─ Guard: allow, deny, or ask a person, while the client hears
//!              │         │         that its call goes on
//!              │         └─ what it would do by now ─► Granted, or Blocked
//!              ├─────► the server's own tool, once
//!              └─────► the log: done, failed, or nobody knows
//! ```
//!
//! A server that is not the SDK's, such as a proxy of lines, uses [`Gate`] alone. A server
//! of its own on stdin and stdout finds there what the SDK's transport does not do
//! (`stdio`, `wire`, `log`).
//!
//! # Guarantees
//!
//! Numbers are those of the invariants in `ARCHITECTURE.md`.
//!
//! - (1) No tool of a [`Guarded`] server runs without a grant; none runs twice for one.
//! - (2) A grant is for the operation as it is worked out after the answer, and for the
//!   exact arguments.
//! - (3) Denied, refused, unavailable, called off, too late and gone each end a call before
//!   its tool.
//! - (6) A denied call asks nobody; calls that ask do so one by one.
//! - (9) A person is told every argument, and what else a client can put into a call.
//! - (10) The log has the intent before the tool runs, and how it ended after; where nobody
//!   knows how, it says so.
//! - (12) A tool's hints and its name make nothing easier: what it counts as is the host's
//!   word.
//!
//! # Features
//!
//! - `wire`: stdin and stdout, line by line, and the end of a server on them.
//! - `log`: the process's log on stderr, for which nothing waits.
#![forbid(unsafe_code)]

pub mod answer;
mod blocked;
pub mod call;
mod code;
mod gate;
mod guarded;
#[cfg(feature = "log")]
pub mod log;
pub mod queue;
#[cfg(feature = "wire")]
pub mod stdio;
mod stopped;
pub mod tool;
#[cfg(feature = "wire")]
pub mod wire;
mod words;

pub use self::{
    answer::Refused,
    blocked::{Blocked, HostRefusal},
    call::{Call, Client},
    code::Code,
    gate::{Gate, Granted, Guards},
    guarded::{Asked, Guarded, ToolMap, ToolMapError, Unguarded, Who},
    stopped::{Stopped, blocking, contained},
    words::Words,
};
