//! An MCP server on stdio whose every tool goes through the guard.
//!
//! # What it does not do
//!
//! It never asks on a terminal: the client owns it. It believes nothing that a
//! client sends about who asks or who approved. On stdio the agent's name is
//! what the command line says: the program that starts the server chooses it.
//!
//! # How it fits
//!
//! ```text
//! client ─► Server ─► Dispatch ─► Registration: Reads(Look) or Changes(Change)
//!                        ├─ Door::propose    what it would change
//!                        ├─ Door::authorize  policy, and a person where it asks for one
//!                        └─ Door::commit     or, for a tool that reads, Door::look
//! ```
//!
//! # Guarantees
//!
//! Numbers are those of the invariants in `ARCHITECTURE.md`.
//!
//! - (1) A tool without a decision does not compile:
//!
//! ```compile_fail,E0046
//! use openpass_mcp::tool::{About, Failure, Looked, Nothing, Reads, Site};
//! # const ABOUT: About = About { name: "peek", title: "Peek", description: "Peeks." };
//! struct Peek;
//! impl Reads for Peek {
//!     const ABOUT: About = ABOUT;
//!     type Arguments = Nothing;
//!     type Answer = Nothing;
//!     // No `LOOK`: nothing to decide on.
//!     fn read(_: Looked, _: &Site, _: &Nothing) -> Result<Nothing, Failure> {
//!         Ok(Nothing {})
//!     }
//! }
//! ```
//!
//! - (3) Denied, refused, unavailable, cancelled, a deadline and a client that
//!   is gone each end a call before its handler.
//! - (6) A denied call asks nobody; calls that change are asked one by one.
//! - (8) No secret is in an answer; stdout carries protocol only.
#![forbid(unsafe_code)]

mod args;
mod changed;
mod dispatch;
mod failure;
mod requests;
mod resources;
mod serve;
mod server;
mod site;
pub mod tool;
mod tools;
mod words;

#[cfg(test)]
mod tests;

pub use serve::main;
