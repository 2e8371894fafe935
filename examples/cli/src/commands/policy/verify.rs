//! `openpass policy verify`: 0 proved, 1 refuted, 2 nothing could be tried,
//! 3 unknown.

use openpass_vault::Vault;

use super::args::Verify;
use crate::{failure::Failure, output::Output};

/// Proves what holds for every possible request.
pub(super) fn run(vault: Option<&Vault>, flags: &Verify, output: &Output) -> Result<(), Failure> {
    prove(vault, flags, output).map_err(nothing_tried)
}

/// Nothing that went wrong may end as if something had been refuted. Who may
/// not look is denied, as everywhere.
pub(super) fn nothing_tried(failure: Failure) -> Failure {
    match failure {
        own @ (Failure::Proof { .. } | Failure::Refused(_)) => own,
        other => Failure::Proof {
            code: 2,
            message: other.to_string(),
        },
    }
}

#[cfg(not(feature = "verify"))]
fn prove(_: Option<&Vault>, _: &Verify, _: &Output) -> Result<(), Failure> {
    Err(Failure::Usage(
        "this openpass was built without the prover, so nothing was proved; build it with \
         `--features verify`"
            .to_owned(),
    ))
}

#[cfg(feature = "verify")]
fn prove(vault: Option<&Vault>, flags: &Verify, output: &Output) -> Result<(), Failure> {
    let engine = super::engine(vault, &flags.files)?;
    let promises = super::files::sources(&flags.promises)?;
    let proof = engine.verification().solver(flags.solver.as_deref());
    let proof = promises
        .iter()
        .fold(proof, openpass_policy::Verification::promises)
        .prove()
        .map_err(|error| Failure::Usage(error.to_string()))?;
    output.result(&crate::json::in_our_spelling(&proof)?, || proof.to_string())?;
    let (code, message) = if proof.is_proved() {
        return Ok(());
    } else if proof.is_refuted() {
        (1, "a statement was refuted")
    } else {
        (3, "a statement could be neither proved nor refuted")
    };
    Err(Failure::Proof {
        code,
        message: message.to_owned(),
    })
}
