//! The built programs: what a start of the command costs, a read over MCP, and a check of
//! the log. One program for the three, since each would be linked for a minute.
#![expect(clippy::unwrap_used, reason = "a benchmark")]

mod log;
mod server;
mod start;
mod vaults;

use std::process::ExitCode;

fn main() -> ExitCode {
    let worse = [start::run(), server::run(), log::run()];
    match worse.into_iter().find(|code| *code != ExitCode::SUCCESS) {
        Some(code) => code,
        None => ExitCode::SUCCESS,
    }
}
