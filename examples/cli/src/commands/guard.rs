//! `openpass guard …`.

mod status;

use openpass_auth::SafeText;
use openpass_vault::{Change, Proposal, Vault};

use super::change::{self, Telling};
use crate::{
    args::{Asking, GuardCommand},
    asking,
    failure::Failure,
    output::Output,
};

pub(super) fn run(vault: &Vault, command: &GuardCommand, output: &Output) -> Result<(), Failure> {
    match command {
        GuardCommand::Status => status::run(vault, output),
        GuardCommand::Set { key, value, asking } => {
            let change = Change::SetGuard {
                key: key.replace('-', "_"),
                value: (value != "default").then(|| value.clone()),
            };
            let done = |_: &Proposal| {
                let (key, value) = (SafeText::escape(key), SafeText::quoted(value));
                format!("✓ {key} set to {value}")
            };
            let telling = Telling::plain(&done).with("setting", key.clone());
            change::run(vault, asking, &change, &telling, output)
        }
        GuardCommand::Accept {
            identity,
            old_identity,
            asking,
        } => {
            let done = |_: &Proposal| "✓ Accepted".to_owned();
            let telling = Telling::plain(&done);
            let Some(file) = old_identity else {
                let change = if *identity {
                    Change::AcceptIdentity {}
                } else {
                    Change::AcceptDrift {}
                };
                return change::run(vault, asking, &change, &telling, output);
            };
            let change = Change::AcceptIdentity {};
            let door = asking::to_change(vault, asking, &change, output)?;
            let door = door.with_old_identity(file.clone());
            change::run_as(&door, asking, &change, &telling, output).map(drop)
        }
        GuardCommand::Restore { asking } => repair(
            vault,
            asking,
            &Change::Restore {},
            "✓ The approved state is back on disk",
            output,
        ),
        GuardCommand::Reset { asking } => repair(
            vault,
            asking,
            &Change::ResetSettings {},
            "✓ Every setting of the guard has its default",
            output,
        ),
        GuardCommand::SetLogAside { asking } => repair(
            vault,
            asking,
            &Change::SetLogAside {},
            "✓ The damaged log is set aside in guard/, and a new one has begun",
            output,
        ),
    }
}

fn repair(
    vault: &Vault,
    flags: &Asking,
    change: &Change,
    done: &str,
    output: &Output,
) -> Result<(), Failure> {
    let done = |_: &Proposal| done.to_owned();
    change::run(vault, flags, change, &Telling::plain(&done), output)
}
