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
    let dir = || args.location().resolve();
    match &args.command {
        Command::Init(init) => init::run(&dir()?, init, output),
        Command::Agent(Agent::List) => agent::list(&Vault::open(&dir()?)?, output),
        Command::Agent(Agent::Upgrade(upgrade)) => {
            upgrade::run(&Vault::open(&dir()?)?, upgrade, output)
        }
        Command::Auth(Auth::Status) => auth::status(&Vault::open(&dir()?)?, output),
        Command::Policy(policy) => policy::run(&args.location(), policy, output),
        Command::Demo => demo::run(output),
    }
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
