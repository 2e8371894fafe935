//! The `openpass-guard` command.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    openpass_guard::main()
}
