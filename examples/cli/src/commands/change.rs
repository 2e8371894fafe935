//! The output of every command that changes something: the change, what it
//! takes, how it ended. The door does the rest.

mod prompt;

use core::fmt::Write as _;

use futures_lite::future::block_on;
use openpass_auth::{AuthError, SafeText};
use openpass_policy::{
    Action, AuthFactor, Decision, FieldChange, Operation, Refusal, author::MatrixChange,
};
use openpass_vault::{
    Change, Door, DoorError, Look, Looked, Proposal, Requester, Vault, VaultError,
};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{drawing, leave};
use crate::{
    args::PromptFlags,
    door,
    failure::Failure,
    json::{self, Field},
    output::{Output, Paper},
};

/// The report of a change, for programs.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    facts: &'a Map<String, Value>,
    action: Action,
    digest: String,
    #[serde(flatten)]
    decision: Value,
    changes: Vec<Field<'a>>,
    outcome: &'static str,
    factor: Option<AuthFactor>,
}

/// The parts of the output that one command has of its own.
pub(super) struct Telling<'a> {
    /// The members of the report that only this command has.
    pub(super) facts: Map<String, Value>,
    /// The table for people, where it is not the plain one.
    pub(super) table: Option<&'a dyn Fn(&Proposal) -> String>,
    /// The code of the request that is decided on, where it is one.
    pub(super) request: Option<String>,
    /// The text for people when the change is made.
    pub(super) done: &'a dyn Fn(&Proposal) -> String,
    /// The notes that a person should read before they answer.
    pub(super) notes: Vec<String>,
    /// Whether the notes are printed on stderr, as the product does.
    pub(super) on_stderr: bool,
}

impl<'a> Telling<'a> {
    pub(super) fn plain(done: &'a dyn Fn(&Proposal) -> String) -> Self {
        Self {
            facts: Map::new(),
            table: None,
            request: None,
            done,
            notes: Vec::new(),
            on_stderr: false,
        }
    }

    /// Tells `notes` behind the preview, and to programs.
    pub(super) fn noting(mut self, notes: Vec<String>) -> Self {
        self.notes.clone_from(&notes);
        self.with("notes", notes)
    }

    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(name.to_owned(), value.into());
        self
    }
}

/// Makes `change` for the user who runs the command.
pub(super) fn run(
    vault: &Vault,
    flags: &PromptFlags,
    change: &Change,
    telling: &Telling<'_>,
    output: &Output,
) -> Result<(), Failure> {
    run_for(vault, flags, change, telling, output).map(drop)
}

/// As [`run`], and returns what was made. `None` is a dry run.
pub(super) fn run_for(
    vault: &Vault,
    flags: &PromptFlags,
    change: &Change,
    telling: &Telling<'_>,
    output: &Output,
) -> Result<Option<Proposal>, Failure> {
    let door = door::to_change(vault, flags, change, output)?;
    match run_as(&door, flags, change, telling, output) {
        Err(Failure::Refused(Refusal::NotAuthenticated(why @ AuthError::Unavailable(_)))) => {
            Err(leave::for_a_person(&door, change, why))
        }
        made => made,
    }
}

/// Makes `change` through `door`. `None` is a dry run.
pub(super) fn run_as(
    door: &Door,
    flags: &PromptFlags,
    change: &Change,
    telling: &Telling<'_>,
    output: &Output,
) -> Result<Option<Proposal>, Failure> {
    if flags.dry_run {
        drop(looked(door, Look::DryRun, output)?);
    }
    let proposal = door.propose(change).map_err(|error| told(error, output))?;
    // A dry run is a look, which policy has allowed; a change is shown only to
    // an asker who may make it.
    let decision = if flags.dry_run {
        door.decide(proposal.operation())
    } else {
        door.admit(&proposal).map_err(|error| told(error, output))?
    };
    let shown = || {
        let needs = needs(door, proposal.operation(), &decision);
        let seen = door.seen(proposal.operation());
        format!(
            "{}\n{needs}",
            shown(&proposal, seen, telling, output.stderr())
        )
    };
    // What the prompt shows on the same screen is not shown twice.
    let by_prompt = !flags.dry_run && prompt::shows(door, flags, proposal.operation(), &decision);
    if flags.dry_run {
        output.say(&shown());
    } else if !by_prompt {
        output.note(&shown());
    }
    if let Some(code) = &telling.request {
        let fingerprint = proposal.operation().digest().code();
        output.note(&format!(
            "Request {code}; the change that it asks for has the fingerprint {fingerprint} now, \
             and the prompt shows it too."
        ));
    }
    for lost in door.vault().lost_by(&proposal) {
        output.note(&format!("Warning: {lost}."));
    }
    for note in &telling.notes {
        output.note(&format!("Note: {note}"));
    }
    if flags.dry_run {
        output.note("[DRY-RUN] No changes written.");
        tell(
            door,
            &proposal,
            &decision,
            ("dry-run", None),
            telling,
            output,
        )?;
        return Ok(None);
    }
    // They name what is in the vault: for the person, and for no agent.
    let is_person = door::requester() == Requester::Person;
    if is_person && !proposal.operation().request().attended {
        for notice in door.notices()? {
            let notice = notice.as_str().trim_end_matches('.');
            output.note(&format!("Note: {notice}."));
        }
    }
    let grant = block_on(door.authorize(proposal.to_authorize())).map_err(|error| {
        let failure = unanswered(told(error, output), &decision);
        if by_prompt && failure.is_for_want_of_somebody() {
            output.note(&shown());
        }
        failure
    })?;
    let factor = grant.factor();
    match door.commit(grant, &proposal) {
        Err(DoorError::Vault(warning @ VaultError::NotSynced { .. })) => {
            output.say(&format!("Warning: {warning}"));
        }
        made => made?,
    }
    if telling.on_stderr {
        output.note(&(telling.done)(&proposal));
    }
    let outcome = ("done", Some(factor));
    if let Err(error) = tell(door, &proposal, &decision, outcome, telling, output) {
        // The change stands: an error would say that it does not.
        output.say(&format!(
            "Warning: the result could not be printed: {error}"
        ));
    }
    Ok(Some(proposal))
}

/// Looks through `door`, as policy allows.
pub(crate) fn looked(door: &Door, look: Look, output: &Output) -> Result<Looked, Failure> {
    block_on(door.look(look)).map_err(|error| told(error, output))
}

/// A failure, after stderr has been told where the guard log does not have a
/// refusal.
pub(super) fn told(error: DoorError, output: &Output) -> Failure {
    let DoorError::Refused(refusal) = error else {
        return error.into();
    };
    let (refusal, unlogged) = refusal.split();
    if let Some(error) = unlogged {
        output.say(&format!(
            "Warning: this refusal could not be put on the guard log: {error}"
        ));
    }
    refusal.into()
}

/// A y/N that nobody answers is another matter than a proof that nobody gives.
fn unanswered(failure: Failure, decision: &Decision) -> Failure {
    match (failure, decision) {
        (Failure::Refused(Refusal::NotAuthenticated(error)), Decision::Allow { .. }) => {
            Failure::NotAnswered(error)
        }
        (failure, _) => failure,
    }
}

/// The change for people: the command's own table, or one row a field.
fn shown(proposal: &Proposal, seen: &[FieldChange], telling: &Telling<'_>, paper: Paper) -> String {
    let operation = proposal.operation();
    let is_seen = seen.len() == operation.changes().len();
    if let Some(table) = telling.table.filter(|_| is_seen) {
        return table(proposal);
    }
    let mut text = match operation.asked_by() {
        None => format!("To {}\n", operation.summary()),
        Some(agent) => format!("Asked by {agent}: to {}\n", operation.summary()),
    };
    if let Some(reason) = &operation.request().reason {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "Reason: {}", SafeText::quoted(reason));
    }
    if !is_seen {
        text += "Policy does not let you see what it changes.\n";
    }
    for change in seen {
        text += &drawing::of(&change.shown(), paper);
    }
    if let Some(decisions) = proposal.decisions() {
        let locked = decisions.locked().map(MatrixChange::what_and_when);
        let locked: Vec<String> = locked.collect();
        if !locked.is_empty() {
            let _ = writeln!(
                text,
                "This locks you out of: {}. You can always take a policy away again: `openpass policy remove NAME`.",
                locked.join("; ")
            );
        }
    }
    if proposal.decisions().is_some_and(|it| it.changes.is_empty()) {
        text += "No sample operation gets a different answer.\n";
    }
    text.trim_end().to_owned()
}

/// Says what the change would take, for people.
pub(super) fn needs(door: &Door, operation: &Operation, decision: &Decision) -> String {
    let routine = *operation.action() == Action::SetRoutineConfigKey;
    match decision {
        Decision::Allow { .. } if routine => {
            "\nThis key gives no power: nobody is asked.".to_owned()
        }
        Decision::Allow { .. } => "\nThis change only narrows: a y/N is enough.".to_owned(),
        Decision::RequireBiometry { policies, .. } => {
            match door.opt_out(operation) {
                Some(AuthFactor::Waived) => return by_setting("nothing", "unattended: waive"),
                Some(_) => return by_setting("only a y/N", "step_up: confirm"),
                None => {}
            }
            let policies: Vec<&str> = policies.iter().map(|id| id.as_str()).collect();
            let takes = decision.takes().unwrap_or_default();
            format!("\nThis change takes {takes}, by {}.", policies.join(", "))
        }
        Decision::Deny(denial) => format!("\nThis change is denied: {denial}."),
    }
}

fn by_setting(proof: &str, setting: &str) -> String {
    format!("\nThis change takes {proof}, by the guard's settings ({setting}).")
}

fn tell(
    door: &Door,
    proposal: &Proposal,
    decision: &Decision,
    (outcome, factor): (&'static str, Option<AuthFactor>),
    telling: &Telling<'_>,
    output: &Output,
) -> Result<(), Failure> {
    let mut facts = telling.facts.clone();
    if let Some(token) = proposal.issued().filter(|_| outcome == "done") {
        let issued = json!({ "id": token.id, "file": token.file });
        facts.insert("issued".to_owned(), issued);
    }
    if let Some(decisions) = proposal.decisions() {
        facts.insert("matrix".to_owned(), json::in_our_spelling(decisions)?);
    }
    let text = || match outcome {
        "done" if !telling.on_stderr => format!("{}\n", (telling.done)(proposal)),
        _ => String::new(),
    };
    let operation = proposal.operation();
    let outcome = (outcome, factor);
    report(door, operation, decision, outcome, &facts, text, output)
}

/// Tells programs of an operation.
pub(super) fn report(
    door: &Door,
    operation: &Operation,
    decision: &Decision,
    (outcome, factor): (&'static str, Option<AuthFactor>),
    facts: &Map<String, Value>,
    text: impl FnOnce() -> String,
    output: &Output,
) -> Result<(), Failure> {
    let report = Report {
        facts,
        action: operation.action().clone(),
        digest: operation.digest().to_string(),
        decision: json::in_our_spelling(decision)?,
        changes: json::fields(door.seen(operation)),
        outcome,
        factor,
    };
    output.done(&report, text)
}
