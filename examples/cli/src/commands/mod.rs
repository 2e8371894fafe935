//! What each command does.

mod agent;
mod auth;
mod demo;
mod init;
mod upgrade;

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
            upgrade::run(&Vault::open(&dir()?)?, upgrade, output)
        }
        Command::Auth(Auth::Status) => auth::status(&Vault::open(&dir()?)?, output),
        Command::Demo => demo::run(output),
    }
}
