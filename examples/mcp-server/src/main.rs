//! The `openpass-mcp` command.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    openpass_mcp::main()
}
