//! The built programs: the cost of a start of the command, of a read over MCP, of a check
//! of the log and of an explanation. One benchmark for all, since each is linked alone.
#![expect(clippy::unwrap_used, reason = "a benchmark")]

mod explain;
mod log;
#[cfg(target_os = "linux")]
mod server;
mod start;
mod vaults;

use std::process::ExitCode;

fn main() -> ExitCode {
    let worse = [
        start::run(),
        #[cfg(target_os = "linux")]
        server::run(),
        log::run(),
        explain::run(),
    ];
    match worse.into_iter().find(|code| *code != ExitCode::SUCCESS) {
        Some(code) => code,
        None => ExitCode::SUCCESS,
    }
}
