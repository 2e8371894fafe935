//! From a command's flags to the door that its change goes through.

use openpass_policy::{Channel, StepUp, Unattended};
use openpass_vault::{Biometry, Change, Door, Look, Looked, Prompts, Requester, Vault};

use crate::{
    args::{Prompt, PromptFlags},
    commands::change,
    failure::Failure,
    output::Output,
};

/// The door to `change`, for the user who runs the command.
pub(crate) fn to_change(
    vault: &Vault,
    flags: &PromptFlags,
    change: &Change,
    output: &Output,
) -> Result<Door, Failure> {
    to_change_as(
        requester(),
        vault,
        flags,
        flags.reason.clone(),
        change,
        output,
    )
}

/// The door to `change`, for `asker`, which gives `reason`.
pub(crate) fn to_change_as(
    asker: Requester,
    vault: &Vault,
    flags: &PromptFlags,
    reason: Option<String>,
    change: &Change,
    output: &Output,
) -> Result<Door, Failure> {
    let prompts = prompts(flags).in_colour(output.prompt_has_colour());
    let door = Door::to_change(vault, asker, prompts, change)?.because(reason);
    warn(&door, output);
    Ok(door)
}

/// The door to a new passphrase, for the user who runs the command.
pub(crate) fn to_rotate(
    vault: &Vault,
    flags: &PromptFlags,
    output: &Output,
) -> Result<Door, Failure> {
    to_rotate_as(requester(), vault, flags, output)
}

/// The door to a new passphrase, for `asker`.
pub(crate) fn to_rotate_as(
    asker: Requester,
    vault: &Vault,
    flags: &PromptFlags,
    output: &Output,
) -> Result<Door, Failure> {
    let prompts = prompts(flags).in_colour(output.prompt_has_colour());
    let door = Door::to_rotate(vault, asker, prompts)?.because(flags.reason.clone());
    warn(&door, output);
    Ok(door)
}

/// Looks at the vault, for the user who runs the command, as policy allows.
pub(crate) fn looked(vault: &Vault, look: Look, output: &Output) -> Result<Looked, Failure> {
    let requester = requester();
    if let Some(looked) = Looked::by_shipped_policies(vault, &requester) {
        return Ok(looked);
    }
    let door = Door::to_look(vault, requester, Prompts::at_a_terminal())?;
    change::looked(&door, look, output)
}

/// The prompts that the flags name.
fn prompts(flags: &PromptFlags) -> Prompts {
    if flags.yes && flags.no_biometric {
        return Prompts::unattended(flags.passphrase_fd);
    }
    let mut prompts = Prompts::at_a_terminal();
    if flags.prompt == Prompt::Gui {
        prompts = prompts.in_a_dialog();
    }
    if flags.biometric {
        prompts = prompts.with_biometry(Biometry::Only);
    } else if flags.no_biometric {
        prompts = prompts.with_biometry(Biometry::Never);
    }
    if flags.yes {
        prompts = prompts.saying_yes();
    }
    prompts
}

/// Returns the requester: the person, or the agent that OPENPASS_AGENT names.
/// The environment can only lower the requester's power, and nothing raises it.
pub(crate) fn requester() -> Requester {
    match std::env::var_os("OPENPASS_AGENT") {
        None => Requester::Person,
        // A name that is not UTF-8 is no agent's, and has no power.
        Some(name) => Requester::Agent {
            name: name.to_string_lossy().into_owned(),
            channel: Channel::Cli,
        },
    }
}

/// Says what makes the guard weaker, or stricter, than a person may expect.
fn warn(door: &Door, output: &Output) {
    // The settings are the person's, and no business of an agent's.
    if requester() != Requester::Person {
        return;
    }
    let settings = door.settings();
    if let Some(error) = door.broken_policies() {
        output.note(&format!(
            "Warning: {error}. The shipped policies alone decide on this change."
        ));
    }
    if let Some(problem) = &settings.problem {
        output.note(&format!(
            "Warning: the guard's settings cannot be used, so the strictest hold: {problem}"
        ));
    }
    if settings.guard.step_up == StepUp::Confirm {
        output.note(
            "Warning: by the guard's settings a y/N is enough for your own changes (step_up: \
             confirm); undo it with `openpass guard set step-up default`.",
        );
    }
    if settings.guard.unattended == Unattended::Waive {
        output.note(
            "Warning: by the guard's settings scripts prove nothing (unattended: waive); undo it \
             with `openpass guard set unattended default`.",
        );
    }
}
