//! Whether the prompt and stderr share a screen, so that the prompt alone shows
//! the change.

use std::io::{IsTerminal as _, stderr};

use openpass_policy::{Action, AuthFactor, Decision, Operation};
use openpass_vault::Door;

use crate::args::{Prompt, PromptFlags};

/// Whether a prompt on the terminal that stderr goes to shows all of the change.
/// A dialog has its own place, and room for less.
pub(super) fn shows(
    door: &Door,
    flags: &PromptFlags,
    operation: &Operation,
    by: &Decision,
) -> bool {
    let is_asked = match by {
        Decision::Allow { .. } => !flags.yes && *operation.action() != Action::SetRoutineConfigKey,
        Decision::RequireBiometry { .. } => match door.opt_out(operation) {
            Some(AuthFactor::Waived) => false,
            Some(_) => true,
            None => flags.no_biometric || door.vault().touch_id().is_err(),
        },
        Decision::Deny(_) => false,
    };
    let at_the_terminal = flags.prompt == Prompt::Terminal && operation.request().attended;
    is_asked && at_the_terminal && stderr().is_terminal()
}
