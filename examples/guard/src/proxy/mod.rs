//! The relay between one MCP client and one MCP server that nobody changed.
//!
//! It moves lines. An allowed call goes to the server in the bytes that the
//! client wrote, so ids, progress tokens and `_meta` pass as they are. The
//! relay changes `initialize` (what the server may ask for, and its
//! `instructions`), answers `tools/list` itself, and asks a [`Gatekeeper`]
//! before anything that has an effect or reveals something.
//!
//! # What it does not do
//!
//! It does not decide: the gatekeeper does. It does not confine the server,
//! which can do what its user can without being called.

mod answers;
mod asking;
mod calls;
mod child;
mod client_side;
mod end;
mod event;
mod flights;
mod gatekeeper;
mod id;
mod initialize;
mod lines;
mod listing;
mod message;
mod others;
mod outbox;
mod overdue;
mod progress;
mod raw;
mod relay;
mod run;
mod server_asks;
mod server_side;
mod settings;
mod stderr;
mod strict;
mod tools;

pub use self::{
    child::ServerCommand,
    end::ProxyError,
    gatekeeper::{Described, Ended, Gatekeeper, Passed, Refused, Standing, ToolCall},
    progress::Progress,
    run::{ClientStreams, on_stdio, relay},
    settings::Settings,
};
