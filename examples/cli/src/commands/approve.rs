//! `openpass approve` and `openpass deny`.

use core::fmt::Write as _;

use openpass_auth::SafeText;
use openpass_policy::{Action, Operation};
use openpass_vault::{
    Change, Claimed, Pending, PendingState, Process, Proposal, Requester, Vault, VaultError,
};
use serde::Serialize;

use super::change::{self, Telling};
use crate::{
    args::{Approve, Deny},
    door,
    failure::Failure,
    output::Output,
};

#[derive(Serialize)]
struct RequestList {
    requests: Vec<RequestRow>,
    count: usize,
    /// Files beside them that may be requests and are not shown.
    not_shown: usize,
}

#[derive(Serialize)]
struct RequestRow {
    code: String,
    agent: String,
    channel: String,
    /// In words; none where it cannot be done.
    wants: Option<String>,
    action: Option<Action>,
    digest: Option<String>,
    /// The reason why the request cannot be carried out.
    problem: Option<String>,
    reason: Option<String>,
    created: String,
    expires: Option<String>,
    /// The processes that are said to have asked, the nearest first.
    claimed_by: Option<Vec<Process>>,
    #[serde(skip)]
    claimed: Option<SafeText>,
}

impl RequestRow {
    fn wants(&self) -> String {
        match (&self.wants, &self.problem) {
            (Some(wants), _) => wants.clone(),
            (None, Some(problem)) => format!("something that cannot be done: {problem}"),
            (None, None) => "nothing".to_owned(),
        }
    }
}

/// The outcome of `openpass deny`, for programs.
#[derive(Serialize)]
struct Denied {
    code: String,
    /// `denied` or `dry-run`.
    outcome: &'static str,
    /// The request, which waits on, with `--dry-run`.
    request: Option<RequestRow>,
}

/// Decides on what an agent asked for, or lists what waits.
pub(super) fn run(vault: &Vault, approve: &Approve, output: &Output) -> Result<(), Failure> {
    match &approve.code {
        None => list(vault, output),
        Some(code) => decide(vault, code, approve, output),
    }
}

fn decide(vault: &Vault, code: &str, approve: &Approve, output: &Output) -> Result<(), Failure> {
    Pending::is_for(&door::requester())?;
    let (mut pending, change) = waiting(vault, code)?;
    let flags = &approve.flags;
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
            output.say(&format!("Warning: {error}"));
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
    let pending = Pending::read(vault, code)?;
    match (pending.state, pending.change.clone()) {
        (PendingState::Waiting, Some(change)) => Ok((pending, change)),
        (state, _) => Err(Failure::Usage(format!(
            "the request {} no longer waits: {}",
            pending.code,
            state.as_str()
        ))),
    }
}

fn list(vault: &Vault, output: &Output) -> Result<(), Failure> {
    let requests: Vec<RequestRow> = Pending::list(vault, &door::requester())?
        .into_iter()
        .filter_map(|pending| {
            let change = pending.change.clone()?;
            Some(entry(vault, pending, &change))
        })
        .collect();
    let listing = RequestList {
        count: requests.len(),
        requests,
        not_shown: Pending::not_listed(vault)?,
    };
    output.result(&listing, || table(&listing))
}

fn table(listing: &RequestList) -> String {
    let mut text = String::new();
    if listing.requests.is_empty() && listing.not_shown == 0 {
        text += "Nothing waits.\n";
    }
    for request in &listing.requests {
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{}  {}  agent {} through {}: {}",
            request.code,
            request.created,
            SafeText::quoted(&request.agent),
            request.channel,
            request.wants()
        );
        if let Some(claimed) = &request.claimed {
            let _ = writeln!(text, "           claimed: asked by {claimed}");
        }
    }
    if listing.not_shown > 0 {
        let _ = writeln!(
            text,
            "Not shown: {} more in guard/pending/, which are too many or not usable requests; look \
             at the folder, and remove what does not belong there.",
            listing.not_shown
        );
    }
    text
}

fn entry(vault: &Vault, pending: Pending, change: &Change) -> RequestRow {
    let proposal = vault.propose(pending.request(vault), change);
    let operation = proposal.as_ref().ok().map(Proposal::operation);
    RequestRow {
        wants: operation.map(|it| it.summary().to_string()),
        action: operation.map(Operation::action).cloned(),
        digest: operation.map(|it| it.digest().to_string()),
        problem: proposal.as_ref().err().map(ToString::to_string),
        expires: Some(pending.expires),
        claimed: pending.claimed.as_ref().map(Claimed::shown),
        claimed_by: pending.claimed.map(|claimed| claimed.by),
        channel: pending.channel.to_string(),
        code: pending.code,
        agent: pending.agent,
        reason: pending.reason,
        created: pending.created,
    }
}
