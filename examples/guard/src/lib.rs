//! The guard in front of any MCP server, and behind the hooks of coding agents.
//!
//! ```text
//! client ─► proxy: Gatekeeper ─► FolderGate ─► Door of the policy folder ─► server
//! agent's hook ─► decide: supervisor ─► worker: Judge ─► the same door
//! ```
//!
//! A policy folder has the shape of an OpenPass vault. What a person accepted of a
//! server's tools is a file of its policies, approved like every policy.
//!
//! # What it does not do
//!
//! It guards clients that are configured to use it. An agent with a shell can start a
//! server without the proxy, and run a tool without its hook.
#![forbid(unsafe_code)]

mod accept;
mod approve;
mod args;
mod asked;
pub mod decide;
mod elsewhere;
mod failure;
mod folder;
mod gate;
pub mod hooks;
mod init;
mod judge;
mod output;
mod person;
pub mod proxy;
mod refused;
mod serve;

use std::process::ExitCode;

use clap::Parser as _;
use openpass_auth_passphrase::not_dumpable;
use openpass_vault::{Exit, with_known_stack};

use self::args::{Args, Command};

/// The `openpass-guard` command.
#[must_use]
pub fn main() -> ExitCode {
    with_known_stack(command)
}

/// The exit code of a command line that cannot be used. Agents take 2 from a hook as a
/// block, and every other code as leave to go on.
fn misused() -> u8 {
    let decides = std::env::args_os().nth(1).is_some_and(|it| it == "decide");
    if decides { 2 } else { Exit::Usage as u8 }
}

fn command() -> ExitCode {
    if let Err(error) = not_dumpable() {
        output::say(&format!(
            "Other programs of this user may read this program's memory: {error}"
        ));
    }
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Nothing can be said if neither stdout nor stderr takes it.
            drop(error.print());
            return ExitCode::from(if error.use_stderr() { misused() } else { 0 });
        }
    };
    let ended = match &args.command {
        Command::Decide(args) => return decide::run_with(args, judge::of),
        Command::Hooks(args) => return hooks::run(args),
        Command::Init(args) => init::run(args),
        Command::Proxy(args) => serve::run(args),
        Command::Accept(args) => accept::run(args),
        Command::Approve(args) => approve::run(args),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
