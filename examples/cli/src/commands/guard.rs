//! `openpass guard …`.

mod status;

use openpass_auth::SafeText;
use openpass_vault::{Proposal, Vault};

use super::change::{self, Telling};
use crate::{
    args::GuardCommand,
    door,
    failure::{Code, Failure},
    output::Output,
};

pub(super) fn run(vault: &Vault, command: &GuardCommand, output: &Output) -> Result<(), Failure> {
    let Some((change, flags)) = command.change() else {
        return status::run(vault, output);
    };
    let done = |made: &Proposal| done(vault, command, made);
    let telling = Telling::plain(&done);
    match command {
        GuardCommand::Set { key, .. } => {
            let telling = telling.with("setting", key.clone());
            change::run(vault, flags, &change, &telling, output)
        }
        GuardCommand::Accept {
            old_identity: Some(file),
            ..
        } => {
            let door = door::to_change(vault, flags, &change, output)?;
            let door = door.with_old_identity(file.clone());
            change::run_as(&door, flags, &change, &telling, output).map(drop)
        }
        GuardCommand::Restore { .. } => {
            let made = change::run_for(vault, flags, &change, &telling, output)?;
            made.map_or(Ok(()), |made| all_of(&made, output))
        }
        _ => change::run(vault, flags, &change, &telling, output),
    }
}

/// The result is printed; what is not back besides is an error all the same.
fn all_of(made: &Proposal, output: &Output) -> Result<(), Failure> {
    made.is_whole().map_err(|left| {
        output.say(&format!("Error: {left}"));
        Failure::SaidAlready(Code::Broken)
    })
}

fn sealed(vault: &Vault) -> String {
    match vault.sealed() {
        Ok(Some(sealed)) => format!(
            "✓ What is approved has seal {}, {}",
            sealed.number, sealed.grade
        ),
        _ => "✓ What is approved is sealed".to_owned(),
    }
}

/// Returns the text for people when the change is made.
fn done(vault: &Vault, command: &GuardCommand, made: &Proposal) -> String {
    let done = match command {
        GuardCommand::Set { key, value, .. } => {
            let waits = vault.setting_waits(key);
            let (key, value) = (SafeText::escape(key), SafeText::quoted(value));
            return match waits {
                Ok(None) => format!("✓ {key} set to {value}"),
                Ok(Some(waits)) => format!("{key} is written as {value}, but {waits}"),
                Err(error) => {
                    format!("{key} is written as {value}, but may not be in force: {error}")
                }
            };
        }
        GuardCommand::Status | GuardCommand::Accept { .. } => "✓ Accepted",
        GuardCommand::Restore { .. } if made.is_whole().is_err() => {
            "A part of the approved state is back on disk"
        }
        GuardCommand::Restore { .. } => "✓ The approved state is back on disk",
        GuardCommand::Reset { .. } => "✓ Every setting of the guard has its default",
        GuardCommand::Seal { .. } => return sealed(vault),
        GuardCommand::SetLogAside { .. } => {
            "✓ The damaged log is set aside in guard/, and a new one has begun"
        }
    };
    done.to_owned()
}
