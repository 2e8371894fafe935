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
use openpass_vault::with_known_stack;

use self::args::{Args, Command};

/// The `openpass-guard` command.
#[must_use]
pub fn main() -> ExitCode {
    with_known_stack(command)
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
            return ExitCode::from(u8::from(error.use_stderr()));
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
