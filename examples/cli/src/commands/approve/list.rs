//! `openpass approve` without a code: what waits.

use core::fmt::Write as _;

use openpass_auth::SafeText;
use openpass_policy::{Action, Operation};
use openpass_vault::{Change, Claimed, Pending, Process, Proposal, Vault, WaitingCall};
use serde::Serialize;

use crate::{door, failure::Failure, output::Output};

#[derive(Serialize)]
struct RequestList {
    requests: Vec<RequestRow>,
    count: usize,
    /// The calls of others' tools that wait, which openpass-guard shows and has signed.
    calls: Vec<CallRow>,
    /// Files beside them that may be requests and are not shown.
    not_shown: usize,
}

/// A call of another program's tool, which waits with openpass-guard.
#[derive(Serialize)]
struct CallRow {
    code: String,
    agent: String,
    created: String,
    expires: String,
    /// The command that shows it and has it signed.
    command: String,
}

impl CallRow {
    fn of(vault: &Vault, call: WaitingCall) -> Self {
        Self {
            command: WaitingCall::command(vault, &call.code),
            code: call.code,
            agent: call.agent,
            created: call.created,
            expires: call.expires,
        }
    }

    /// The row for people.
    fn shown(&self) -> String {
        let agent = SafeText::quoted(&self.agent);
        let (code, created, command) = (&self.code, &self.created, &self.command);
        format!("{code}  {created}  agent {agent} calls a tool: run `{command}`\n")
    }
}

#[derive(Serialize)]
pub(super) struct RequestRow {
    code: String,
    pub(super) agent: String,
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
    /// The row for people, and below it who is said to have asked.
    pub(super) fn shown(&self) -> String {
        let agent = SafeText::quoted(&self.agent);
        let (code, created, channel) = (&self.code, &self.created, &self.channel);
        let wants = self.wants();
        let mut text = format!("{code}  {created}  agent {agent} through {channel}: {wants}\n");
        if let Some(claimed) = &self.claimed {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "           claimed: asked by {claimed}");
        }
        text
    }

    pub(super) fn wants(&self) -> String {
        match (&self.wants, &self.problem) {
            (Some(wants), _) => wants.clone(),
            (None, Some(problem)) => format!("something that cannot be done: {problem}"),
            (None, None) => "nothing".to_owned(),
        }
    }
}

/// Prints the requests that wait, the newest first.
pub(super) fn list(vault: &Vault, output: &Output) -> Result<(), Failure> {
    let requests: Vec<RequestRow> = Pending::list(vault, &door::requester())?
        .into_iter()
        .rev()
        .filter_map(|pending| {
            let change = pending.change.clone()?;
            Some(entry(vault, pending, &change))
        })
        .collect();
    let calls = WaitingCall::list(vault, &door::requester()).unwrap_or_else(|error| {
        // The requests of this program do not depend on the other's.
        output.say(&format!(
            "Warning: the calls that wait with openpass-guard cannot be listed: {error}"
        ));
        Vec::new()
    });
    let listing = RequestList {
        count: requests.len(),
        requests,
        calls: calls
            .into_iter()
            .map(|call| CallRow::of(vault, call))
            .collect(),
        not_shown: Pending::not_listed(vault)?,
    };
    output.result(&listing, || table(&listing))
}

fn table(listing: &RequestList) -> String {
    let mut text = String::new();
    if listing.requests.is_empty() && listing.calls.is_empty() && listing.not_shown == 0 {
        text += "Nothing waits.\n";
    }
    for request in &listing.requests {
        text += &request.shown();
    }
    for call in &listing.calls {
        text += &call.shown();
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

/// The request as a row, with what it comes to on the vault as it is now.
pub(super) fn entry(vault: &Vault, pending: Pending, change: &Change) -> RequestRow {
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
