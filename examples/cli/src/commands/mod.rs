//! What each command does.

mod agent;
mod auth;
mod demo;
mod init;
mod upgrade;

use std::path::Path;

use openpass_auth::SafeText;
use openpass_vault::Vault;

use crate::{
    args::{Agent, Args, Auth, Command},
    failure::Failure,
    output::Output,
};

/// Runs the command.
pub(crate) fn run(args: &Args, output: &Output) -> Result<(), Failure> {
    let dir = || args.location().resolve();
    match &args.command {
        Command::Init(init) => init::run(&dir()?, init, output),
        Command::Agent(Agent::List) => agent::list(&Vault::open(&dir()?)?, output),
        Command::Agent(Agent::Upgrade(upgrade)) => {
            upgrade::run(&open_to_change(&dir()?, output)?, upgrade, output)
        }
        Command::Auth(Auth::Status) => auth::status(&Vault::open(&dir()?)?, output),
        Command::Demo => demo::run(output),
    }
}

/// Opens a vault whose files are about to change. What an earlier command left
/// broken off is settled first: else it would come as a conflict, after the
/// person was asked.
fn open_to_change(dir: &Path, output: &Output) -> Result<Vault, Failure> {
    let vault = Vault::open(dir)?;
    for settled in vault.settle()? {
        output.note(&format!(
            "An earlier change was broken off: {}",
            SafeText::escape(&settled.how)
        ));
    }
    Ok(vault)
}
