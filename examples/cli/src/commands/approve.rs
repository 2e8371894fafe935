//! `openpass approve` and `openpass deny`.

mod list;
mod watch;

use openpass_auth::SafeText;
use openpass_vault::{
    Change, Pending, PendingState, Proposal, Requester, Vault, VaultError, WaitingCall,
};
use serde::Serialize;

use self::list::{RequestRow, entry};
use super::change::{self, Telling};
use crate::{
    args::{Approve, Deny, PromptFlags},
    door,
    failure::Failure,
    output::Output,
};

/// The outcome of `openpass deny`, for programs.
#[derive(Serialize)]
struct Denied {
    code: String,
    /// `denied` or `dry-run`.
    outcome: &'static str,
    /// The request, which waits on, with `--dry-run`.
    request: Option<RequestRow>,
}

/// Decides on what an agent asked for, lists what waits, or asks about each request as it
/// comes.
pub(super) fn run(vault: &Vault, approve: &Approve, output: &Output) -> Result<(), Failure> {
    if approve.code.is_some() {
        Pending::is_for(&door::requester())?;
    }
    match &approve.code {
        None if approve.watch => watch::run(vault, &approve.flags, output),
        None => list::list(vault, output),
        Some(code) => decide(vault, waiting(vault, code)?, &approve.flags, output),
    }
}

/// Asks about a request as it was read.
fn decide(
    vault: &Vault,
    (mut pending, change): (Pending, Change),
    flags: &PromptFlags,
    output: &Output,
) -> Result<(), Failure> {
    // The agent's own reason; an approval without a person gives one too.
    let reason = pending.reason.clone().or_else(|| flags.reason.clone());
    let claimed = Requester::Claimed {
        name: pending.agent.clone(),
        channel: pending.channel.clone(),
    };
    let door = door::to_change_as(claimed, vault, flags, reason, &change, output)?
        .for_left(pending.clone());
    output.note(&format!(
        "Somebody left this as a request of agent {} through {}. It is not known whether it was \
         that agent.\n",
        SafeText::quoted(&pending.agent),
        pending.channel.as_str()
    ));
    if let Some(warning) = pending.warning() {
        output.say(&format!("Warning: {warning}."));
    }
    let done = |proposal: &Proposal| {
        let summary = proposal.operation().summary();
        format!("✓ Approved: {summary}")
    };
    let mut telling = Telling::plain(&done)
        .with("code", pending.code.clone())
        .with("agent", pending.agent.clone());
    telling.request = Some(pending.code.clone());
    if let Some(done) = change::run_as(&door, flags, &change, &telling, output)? {
        pending.issued = done.issued().cloned();
        // The change stands; the host that asked only hears of it later.
        if let Err(error) = pending.note_approved(vault) {
            output.say(&format!(
                "Warning: the change stands; who asked for it is not told: {error}"
            ));
        }
    }
    Ok(())
}

/// Denies what an agent asked for. It takes power from nobody, so nobody is
/// asked; but an agent does not decide on what others wait for.
pub(super) fn deny(vault: &Vault, deny: &Deny, output: &Output) -> Result<(), Failure> {
    let by = door::requester();
    Pending::is_for(&by)?;
    let (pending, change) = waiting(vault, &deny.code)?;
    let code = pending.code.clone();
    if deny.dry_run {
        let entry = entry(vault, pending, &change);
        let (agent, wants) = (SafeText::quoted(&entry.agent), entry.wants());
        output.say(&format!(
            "Would deny {code}: agent {agent} wants to {wants}"
        ));
        output.note("[DRY-RUN] The request still waits.");
        let left = Denied {
            code,
            outcome: "dry-run",
            request: Some(entry),
        };
        return output.result(&left, String::new);
    }
    match pending.deny(vault, &by, deny.reason.as_deref()) {
        Err(warning @ VaultError::DenialNotRecorded(_)) => {
            output.say(&format!("Warning: {warning}"));
        }
        denied => denied?,
    }
    let denied = Denied {
        code,
        outcome: "denied",
        request: None,
    };
    output.done(&denied, || format!("✓ Request {} denied\n", denied.code))
}

/// Returns the change that the request under `code` asks for, and the agent
/// that is said to ask.
pub(super) fn asked(vault: &Vault, code: &str) -> Result<(Change, Requester), Failure> {
    Pending::is_for(&door::requester())?;
    let (pending, change) = waiting(vault, code)?;
    let claimed = Requester::Claimed {
        name: pending.agent.clone(),
        channel: pending.channel.clone(),
    };
    Ok((change, claimed))
}

/// The request under `code`, and what it asks for.
fn waiting(vault: &Vault, code: &str) -> Result<(Pending, Change), Failure> {
    let pending = Pending::read(vault, code).map_err(|error| match error {
        VaultError::UnknownPending { .. } => is_a_call(vault, code, error),
        error => error.into(),
    })?;
    match (pending.state, pending.change.clone()) {
        (PendingState::Waiting, Some(change)) => Ok((pending, change)),
        (state, _) => Err(Failure::Usage(format!(
            "the request {} no longer waits: {}",
            pending.code,
            state.as_str()
        ))),
    }
}

/// The failure where no request has this code: a call that waits with openpass-guard may.
fn is_a_call(vault: &Vault, code: &str, unknown: VaultError) -> Failure {
    WaitingCall::read(vault, code).map_or_else(
        |_| unknown.into(),
        |call| {
            let command = WaitingCall::command(vault, &call.code);
            let code = call.code;
            Failure::Missing(format!(
                "{code} is a call of a tool that waits with openpass-guard: run `{command}`"
            ))
        },
    )
}
