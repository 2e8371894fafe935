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
    let vault = || open(args, output);
    match &args.command {
        Command::Init(init) => init::run(&args.location().resolve()?, init, output),
        Command::Agent(Agent::List) => agent::list(&vault()?, output),
        Command::Agent(Agent::Upgrade(upgrade)) => upgrade::run(&vault()?, upgrade, output),
        Command::Auth(Auth::Status) => auth::status(&vault()?, output),
        Command::Demo => demo::run(output),
    }
}

/// Opens the vault, and settles what an earlier run was killed at.
fn open(args: &Args, output: &Output) -> Result<Vault, Failure> {
    let vault = Vault::open(&args.location().resolve()?)?;
    match vault.settle() {
        Ok(settled) => {
            for operation in settled {
                let digest = operation.digest.get(..8).unwrap_or_default();
                output.note(&format!(
                    "Note: about operation {digest}: {}.",
                    operation.how
                ));
            }
        }
        // Looking still works; a change will say what is wrong with the log.
        Err(error) => output.note(&format!(
            "Warning: the guard log cannot be settled: {error}"
        )),
    }
    Ok(vault)
}
