//! What every command that changes something does: work out, show, decide,
//! ask, commit, tell.

use core::fmt::Write as _;
use std::{io, sync::Arc};

use futures_lite::future::block_on;
use openpass_auth::{AuthError, Authenticator, SafeText, Unavailable};
use openpass_policy::{
    Action, AuthFactor, AuthMethod, Decision, FieldChange, Grant, Operation, PolicyEngine,
    Principal, Refusal, Request,
};
use openpass_vault::{Change, Pending, Proposal, Vault, VaultError};
use serde::Serialize;
use serde_json::{Map, Value};

use super::drawing;
use crate::{args::Asking, asking::Asker, failure::Failure, output::Output};

/// What programs are told of a change.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    facts: &'a Map<String, Value>,
    action: Action,
    digest: String,
    #[serde(flatten)]
    decision: &'a Decision,
    changes: &'a [FieldChange],
    outcome: &'static str,
    factor: Option<AuthFactor>,
}

/// How one command tells of its change.
pub(super) struct Telling<'a> {
    /// What programs are told beside what every change has.
    pub(super) facts: Map<String, Value>,
    /// The table for people, where it is not the plain one.
    pub(super) table: Option<&'a dyn Fn(&Proposal) -> String>,
    /// What people are told when it is done.
    pub(super) done: &'a dyn Fn(&Proposal) -> String,
    /// Whether they are told on stderr, as the product does.
    pub(super) on_stderr: bool,
    /// Who is asked, in place of those whom the flags name.
    pub(super) instead: Option<Arc<dyn Authenticator>>,
}

impl<'a> Telling<'a> {
    pub(super) fn plain(done: &'a dyn Fn(&Proposal) -> String) -> Self {
        Self {
            facts: Map::new(),
            table: None,
            done,
            on_stderr: false,
            instead: None,
        }
    }

    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(name.to_owned(), value.into());
        self
    }
}

/// Makes `change` for whoever runs the command.
pub(super) fn run(
    vault: &Vault,
    asking: &Asking,
    change: &Change,
    telling: &Telling<'_>,
    output: &Output,
) -> Result<(), Failure> {
    let asker = Asker::new(asking, vault, engine(vault, change, output)?, output);
    let made = run_as(&asker, asker.request(), change, telling, output);
    if let Err(Failure::Refused(Refusal::NotAuthenticated(AuthError::Unavailable(_)))) = &made {
        leave_for_a_person(&asker, change, output);
    }
    made.map(drop)
}

/// Makes `change` for whom `request` names. `None` is a dry run.
pub(super) fn run_as(
    asker: &Asker<'_>,
    request: Request,
    change: &Change,
    telling: &Telling<'_>,
    output: &Output,
) -> Result<Option<Proposal>, Failure> {
    let proposal = asker.vault().propose(request, change)?;
    asker.vault().ready_for(proposal.change())?;
    can_be_asked_for(asker, &proposal)?;
    let decision = asker.engine().decide(proposal.operation());
    output.note(&shown(&proposal, telling));
    output.note(&needs(asker, proposal.operation(), &decision));
    if asker.flags().dry_run {
        output.note("[DRY-RUN] No changes written.");
        tell(&proposal, &decision, ("dry-run", None), telling, output)?;
        return Ok(None);
    }
    let grant = granted(asker, &proposal, &decision, telling, output)?;
    let factor = grant.factor();
    match asker.vault().commit(grant, &proposal) {
        Err(warning @ VaultError::NotSynced { .. }) => output.note(&format!("Warning: {warning}")),
        made => made?,
    }
    if telling.on_stderr {
        output.note(&(telling.done)(&proposal));
    }
    let outcome = ("done", Some(factor));
    if let Err(error) = tell(&proposal, &decision, outcome, telling, output) {
        // The change stands: an error would say that it does not.
        output.note(&format!(
            "Warning: the result could not be printed: {error}"
        ));
    }
    Ok(Some(proposal))
}

fn granted(
    asker: &Asker<'_>,
    proposal: &Proposal,
    decision: &Decision,
    telling: &Telling<'_>,
    output: &Output,
) -> Result<Grant, Failure> {
    asker.flags_fit(decision)?;
    let operation = proposal.operation();
    let guard = match &telling.instead {
        Some(authenticator) => asker.guard_asking(Arc::clone(authenticator)),
        None => asker.guard(operation, decision, output)?,
    };
    block_on(guard.authorize(operation.clone())).map_err(|refusal| unanswered(refusal, decision))
}

/// A y/N that nobody answers is another matter than a proof that nobody gives.
fn unanswered(refusal: Refusal, decision: &Decision) -> Failure {
    match (refusal, decision) {
        (Refusal::NotAuthenticated(error), Decision::Allow { .. }) => Failure::NotAnswered(error),
        (refusal, _) => refusal.into(),
    }
}

/// The engine that decides on `change`. With a broken policy file, what mends
/// it is decided by the shipped policies alone: nobody is locked out by a file.
pub(super) fn engine(
    vault: &Vault,
    change: &Change,
    output: &Output,
) -> Result<PolicyEngine, Failure> {
    match vault.engine() {
        Err(error) if change.mends_the_guard() => {
            output.note(&format!(
                "Warning: {error}. The shipped policies alone decide on this change."
            ));
            Ok(PolicyEngine::shipped()?)
        }
        engine => Ok(engine?),
    }
}

/// Touch ID is not made the way in where it could not ask, whatever key says so.
fn can_be_asked_for(asker: &Asker<'_>, proposal: &Proposal) -> Result<(), Failure> {
    let touch_id = AuthMethod::TouchId;
    let named = *proposal.change() == Change::SetAuthMethod { method: touch_id };
    if !named && proposal.unlocks_by() != Some(touch_id) {
        return Ok(());
    }
    match asker.finger_available() {
        // The passphrase that this change takes accepts the fingers.
        Ok(()) | Err(Unavailable::EnrolmentChanged | Unavailable::EnrolmentUnknown) => Ok(()),
        Err(reason) => Err(Failure::NoTouchId(reason)),
    }
}

/// An agent's request that nobody here could be asked about waits for a person
/// at another terminal.
fn leave_for_a_person(asker: &Asker<'_>, change: &Change, output: &Output) {
    let request = asker.request();
    let Principal::Agent(agent) = &request.principal else {
        return;
    };
    let from = (agent.name.as_str(), request.channel);
    match Pending::leave(asker.vault(), from, change, request.reason.clone()) {
        Ok(code) => output.note(&format!(
            "A person can decide on it within 15 minutes, in a terminal of their own:\n  {}",
            Pending::command(asker.vault(), &code)
        )),
        Err(error) => output.note(&format!("It cannot wait for a person: {error}")),
    }
}

/// The change for people: the command's own table, or one row a field.
fn shown(proposal: &Proposal, telling: &Telling<'_>) -> String {
    if let Some(table) = telling.table {
        return table(proposal);
    }
    let operation = proposal.operation();
    let mut text = match operation.asked_by() {
        None => format!("To {}\n", operation.summary()),
        Some(agent) => format!("Asked by {agent}: to {}\n", operation.summary()),
    };
    if let Some(reason) = &operation.request().reason {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "Reason: {}", SafeText::quoted(reason));
    }
    for change in operation.changes() {
        text += &drawing::of(&change.shown());
    }
    if proposal.decisions().is_some_and(|it| it.changes.is_empty()) {
        text += "No sample operation gets another answer.\n";
    }
    text.trim_end().to_owned()
}

/// What the change would take, for people.
pub(super) fn needs(asker: &Asker<'_>, operation: &Operation, decision: &Decision) -> String {
    let routine = operation.action() == Action::SetRoutineConfigKey;
    match decision {
        Decision::Allow { .. } if routine => {
            "\nThis key gives no power: nobody is asked.".to_owned()
        }
        Decision::Allow { .. } => "\nThis change only narrows: a y/N is enough.".to_owned(),
        Decision::RequireBiometry { accepts, policies } => {
            match asker.opt_out(operation) {
                Some(AuthFactor::Waived) => return by_setting("nothing", "unattended: waive"),
                Some(_) => return by_setting("only a y/N", "step_up: confirm"),
                None => {}
            }
            let policies: Vec<&str> = policies.iter().map(|id| id.as_str()).collect();
            format!("\nThis change takes {accepts}, by {}.", policies.join(", "))
        }
        Decision::Deny(denial) => format!("\nThis change is denied: {denial}."),
    }
}

fn by_setting(proof: &str, setting: &str) -> String {
    format!("\nThis change takes {proof}, by the guard's settings ({setting}).")
}

fn tell(
    proposal: &Proposal,
    decision: &Decision,
    (outcome, factor): (&'static str, Option<AuthFactor>),
    telling: &Telling<'_>,
    output: &Output,
) -> Result<(), Failure> {
    let mut facts = telling.facts.clone();
    if let Some(token) = proposal.issued().filter(|_| outcome == "done") {
        facts.insert("id".to_owned(), token.id.clone().into());
        facts.insert("file".to_owned(), token.file.clone().into());
    }
    if let Some(decisions) = proposal.decisions() {
        let decisions = serde_json::to_value(decisions).map_err(io::Error::from)?;
        facts.insert("matrix".to_owned(), decisions);
    }
    let text = || match outcome {
        "done" if !telling.on_stderr => format!("{}\n", (telling.done)(proposal)),
        _ => String::new(),
    };
    let operation = proposal.operation();
    report(operation, decision, (outcome, factor), &facts, text, output)
}

/// Tells programs of an operation.
pub(super) fn report(
    operation: &Operation,
    decision: &Decision,
    (outcome, factor): (&'static str, Option<AuthFactor>),
    facts: &Map<String, Value>,
    text: impl FnOnce() -> String,
    output: &Output,
) -> Result<(), Failure> {
    let report = Report {
        facts,
        action: operation.action(),
        digest: operation.digest().to_string(),
        decision,
        changes: operation.changes(),
        outcome,
        factor,
    };
    output.result(&report, text)
}
