//! What each command does.

mod agent;
mod auth;
mod demo;
mod init;
pub(crate) mod policy;
mod upgrade;

use openpass_vault::Vault;

use crate::{
    args::{Agent, Args, Auth, Command, Format},
    failure::Failure,
    output::Output,
};

/// Runs the command.
pub(crate) fn run(args: &Args, output: &Output) -> Result<(), Failure> {
    check_format(args)?;
    let vault = || open(args, output);
    match &args.command {
        Command::Init(init) => init::run(&args.location().resolve()?, init, output),
        Command::Agent(Agent::List) => agent::list(&vault()?, output),
        Command::Agent(Agent::Upgrade(upgrade)) => upgrade::run(&vault()?, upgrade, output),
        Command::Auth(Auth::Status) => auth::status(&vault()?, output),
        Command::Policy(policy) => policy::run(&args.location(), policy, output),
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

/// Refuses a format that the command does not have.
fn check_format(args: &Args) -> Result<(), Failure> {
    let matrix = matches!(
        args.command,
        Command::Policy(policy::args::Policy::Matrix(_))
    );
    match args.output {
        Format::Text | Format::Json => Ok(()),
        Format::Markdown | Format::Html if matrix => Ok(()),
        Format::Markdown | Format::Html => Err(Failure::Usage(
            "only `openpass policy matrix` prints markdown and html".to_owned(),
        )),
    }
}
