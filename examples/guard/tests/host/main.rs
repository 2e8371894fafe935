//! The built `openpass-guard`, on a policy folder and before a server of nobody here.
#![cfg(unix)]
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "this is a test"
)]

mod accepted;
mod approved;
mod hooked;
#[path = "../../../mcp-server/tests/process/owner.rs"]
mod owner;
mod page;
mod stage;
mod tokens;
mod watched;
