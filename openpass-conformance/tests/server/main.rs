//! MCP servers with one hole each fail at that hole, and nowhere else.
//!
//! Started with a variable, this program is the small server that the cases are played on.
#![cfg_attr(
    unix,
    expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")
)]

#[cfg(unix)]
mod cases;
#[cfg(unix)]
mod host;

#[cfg(unix)]
fn main() {
    match std::env::var(host::HOLE) {
        Ok(hole) => host::serves(&hole),
        Err(_) => cases::all(),
    }
}

// There is no pseudo-terminal to play on.
#[cfg(not(unix))]
fn main() {}
