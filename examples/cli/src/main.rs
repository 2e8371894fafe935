//! The `openpass` command.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    openpass_cli::main()
}
