//! The command line.

use clap::{Parser, Subcommand};

use crate::{accept, approve, decide, hooks, init, serve};

/// The guard in front of any MCP server, and behind the hooks of coding agents.
#[derive(Debug, Parser)]
#[command(name = "openpass-guard", version)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a policy folder
    Init(init::Args),
    /// Put the guard before an MCP server on stdio
    Proxy(serve::Args),
    /// Accept tools of a server, as it describes them
    Accept(accept::Args),
    /// List what waits for a person, or answer a request of it
    Approve(approve::Args),
    /// Answer one request of a coding agent's hook, from stdin on stdout
    Decide(decide::Args),
    /// Print the settings that make a coding agent ask this program
    Hooks(hooks::Args),
}
