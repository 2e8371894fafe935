//! The code of each command.

mod agent;
mod approve;
mod approver;
mod audit;
mod auth;
pub(crate) mod change;
mod config;
mod demo;
mod drawing;
mod guard;
mod init;
mod leave;
mod looks;
mod pages;
pub(crate) mod policy;
mod rotate;
#[cfg_attr(unix, path = "stamp/unix.rs")]
#[cfg_attr(windows, path = "stamp/windows.rs")]
mod stamp;
mod token;
mod upgrade;

use openpass_vault::{Look, Requester, Vault};

use crate::{
    args::{Args, Command, Format},
    door,
    failure::Failure,
    output::Output,
};

/// Runs the command.
pub(crate) fn run(args: &Args, output: &Output) -> Result<(), Failure> {
    check_format(args)?;
    if let Some(by) = args.profile_is_passed_over_for() {
        output.note(&format!(
            "Warning: the profile is ignored, as in OpenPass: {by} names the vault"
        ));
    }
    let vault = || {
        let vault = open(args, output)?;
        if let Some(look) = looks::of(&args.command) {
            drop(door::looked(&vault, look, output)?);
        }
        Ok(vault)
    };
    match &args.command {
        Command::Init(init) => init::run(&args.location().resolve()?, init, output),
        Command::Agent(command) => agent::run(&vault()?, command, output),
        Command::Auth(command) => auth::run(&vault()?, command, output),
        Command::Config(command) => config::run(&vault()?, command, output),
        Command::Policy(command) => policy::run(vault, command, output),
        Command::Guard(command) => guard::run(&vault()?, command, output),
        Command::Approver(command) => approver::run(&vault()?, command, output),
        Command::Audit(command) => audit::run(&vault()?, command, output),
        Command::Approve(approve) => approve::run(&vault()?, approve, output),
        Command::Deny(deny) => approve::deny(&vault()?, deny, output),
        Command::Demo => demo::run(output),
        Command::Completions { shell } => pages::completions(*shell, output),
        Command::Man { dir } => pages::manual(dir, output),
    }
}

/// Opens the vault, settles what was broken off, begins the moment that the
/// command is about, and says what was changed
/// outside the guard. That any of this fails keeps nobody from looking.
fn open(args: &Args, output: &Output) -> Result<Vault, Failure> {
    let vault = Vault::open(&args.location().resolve()?)?;
    let settled = if looks::is_own_change(&args.command) && door::requester() == Requester::Person {
        vault.settle_for(&vault.request())
    } else {
        vault.settle()
    };
    match settled {
        Ok(settled) => {
            for one in settled {
                let code = one.digest.get(..8).unwrap_or_default();
                output.note(&format!(
                    "An earlier change ({code}…) was settled: {}",
                    one.how
                ));
            }
        }
        Err(error) => output.say(&format!(
            "Warning: a change that was broken off still waits: {error}"
        )),
    }
    let now = vault.snapshot();
    if door::requester() == Requester::Person {
        tell_state(&now, &args.command, output);
    }
    Ok(now.into())
}

/// Tells the person what was changed outside the guard, and which rules nothing
/// enforces. Policy may keep an agent from reading the names in these warnings.
/// The rules are told of where somebody asks how things are, and before a change.
fn tell_state(vault: &Vault, command: &Command, output: &Output) {
    match vault.drift_to_tell() {
        Ok(None) => {}
        Ok(Some(said)) => output.note(&format!("Warning: {said}\n")),
        Err(error) => output.note(&format!(
            "Warning: it is not known what was changed outside the guard: {error}"
        )),
    }
    if !matches!(looks::of(command), None | Some(Look::Status)) {
        return;
    }
    match vault.unenforced_rules() {
        Ok(None) => {}
        Ok(Some(rules)) => output.note(&format!(
            "Warning: {rules}; `openpass policy import FILE.yaml… --apply` puts them in force"
        )),
        Err(error) => output.note(&format!(
            "Warning: it is not known whether there are rules that are not enforced: {error}"
        )),
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
