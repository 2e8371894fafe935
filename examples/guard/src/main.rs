//! The `openpass-guard` command.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use openpass_guard::{decide, hooks};

/// The guard in front of any MCP server, and behind the hooks of coding agents.
#[derive(Debug, Parser)]
#[command(name = "openpass-guard", version)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer one request of a coding agent's hook, from stdin on stdout
    Decide(decide::Args),
    /// Print the settings that make a coding agent ask this program
    Hooks(hooks::Args),
}

fn main() -> ExitCode {
    match Args::parse().command {
        Command::Decide(args) => decide::run(&args),
        Command::Hooks(args) => hooks::run(&args),
    }
}
