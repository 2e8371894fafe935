//! Programs with one hole each fail at that hole, and nowhere else.
//!
//! Started with a variable, this program is the small host that the cases are played on.
#![cfg_attr(unix, expect(clippy::unwrap_used, reason = "a test"))]

#[cfg(unix)]
mod cases;
#[cfg(unix)]
mod host;

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    match std::env::var(host::HOLE) {
        Ok(hole) => host::main(&hole),
        Err(_) => {
            cases::all();
            std::process::ExitCode::SUCCESS
        }
    }
}

// There is no pseudo-terminal to play on.
#[cfg(not(unix))]
fn main() {}
