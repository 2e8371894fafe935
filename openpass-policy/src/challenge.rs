//! From an operation to the question that a person is asked.

use std::time::Duration;

use openpass_auth::{Challenge, Detail, FactorSet, SafeText, ShownChange};

use crate::{
    Direction, FieldChange, Operation, PolicyEngine, Resource, Value,
    operation::{Fact, summary},
};

/// The most changes without power that a prompt shows before the rest is counted.
const SHOWN: usize = 24;

/// The question whether `operation` may happen, with `notices` for the person
/// who answers it.
///
/// INVARIANT (what is shown is what is bound): everything here but the notices
/// comes from the operation whose digest the grant holds, through `SafeText`.
pub(crate) fn challenge(
    operation: &Operation,
    engine: &PolicyEngine,
    notices: &[SafeText],
    accepts: FactorSet,
    timeout: Duration,
) -> Challenge {
    let mut challenge = Challenge::new(summary::of(operation), accepts, timeout)
        .with_details(details(operation, engine))
        .with_notices(notices.to_vec())
        .with_code(SafeText::escape(&operation.digest().code()))
        .asked_by(operation.request().principal.id());
    if let Some(principal) = operation.asked_by() {
        challenge = challenge.with_principal(&principal);
    }
    match summary::tally(operation) {
        Some(tally) => challenge.with_tally(tally),
        None => challenge,
    }
}

/// The requester's own words come last: they push nothing out of sight.
fn details(operation: &Operation, engine: &PolicyEngine) -> Vec<Detail> {
    let request = operation.request();
    let mut details = Vec::new();
    if !request.vault.is_empty() {
        details.push(fact("vault", SafeText::escape(&request.vault)));
    }
    details.extend(changes(operation));
    details.extend(own(operation, engine));
    if let Some(reason) = &request.reason {
        details.push(fact("reason given", SafeText::quoted(reason)));
    }
    details
}

/// Every change that widens, then what gives no power, or a count of it.
fn changes(operation: &Operation) -> Vec<Detail> {
    let widens = |change: &&FieldChange| change.direction == Direction::Widens;
    let shown = |change: &FieldChange| {
        let shown = change.asked();
        Detail::Change(if summary::says(operation, change) {
            shown.said_in_summary()
        } else {
            shown
        })
    };
    let all = operation.changes();
    let mut lines: Vec<Detail> = all.iter().filter(widens).map(shown).collect();
    let others: Vec<&FieldChange> = all.iter().filter(|change| !widens(change)).collect();
    lines.extend(others.iter().take(SHOWN).map(|change| shown(change)));
    let changes = others.len().saturating_sub(SHOWN);
    if changes > 0 {
        lines.push(Detail::NotShown { changes });
    }
    lines
}

/// Returns what a host's own operation says of itself, the parts of the resource that
/// policies look at, and the host's own facts.
fn own(operation: &Operation, engine: &PolicyEngine) -> Vec<Detail> {
    let (Some(own), Resource::Host(resource)) = (operation.own(), operation.resource()) else {
        return Vec::new();
    };
    // A field that changes says what it becomes.
    let says = |(name, value): &(&String, &Value)| {
        let after = Some(value.to_line());
        let mut changes = operation.changes().iter();
        changes.any(|change| change.field == **name && change.after == after)
    };
    let attributes = resource.attributes().iter();
    let attributes = attributes.filter(|(name, _)| engine.looks_at(name));
    // The context is what the host says of this very operation: all of it.
    let told = attributes.chain(own.context.iter().filter(|it| !says(it)));
    let tags = resource.tags().iter();
    let tags = tags.filter(|(name, _)| engine.looks_at_tag(name));
    let told = told
        .chain(tags)
        .map(|(name, value)| (name.as_str(), value.to_line()));
    let (whole, facts): (Vec<&Fact>, Vec<&Fact>) = own.facts.iter().partition(|it| it.whole);
    let facts = facts.iter();
    let facts = facts.map(|fact| (fact.label.as_str(), fact.value.clone()));
    let told = told.chain(facts).map(|(label, value)| Detail::Fact {
        label: SafeText::escape(label),
        value: SafeText::escape(&value),
    });
    whole.into_iter().map(shown_whole).chain(told).collect()
}

/// The fact as a detail that a prompt shows whole. A prompt that cannot show all of it asks
/// nobody.
///
/// INVARIANT (13): no prompt leaves out, or cuts, what it shows as giving power.
fn shown_whole(fact: &Fact) -> Detail {
    let (label, value) = (SafeText::whole(&fact.label), SafeText::whole(&fact.value));
    Detail::Change(ShownChange::new(
        label,
        SafeText::literal("(not set)"),
        value,
        true,
    ))
}

fn fact(label: &'static str, value: SafeText) -> Detail {
    Detail::Fact {
        label: SafeText::literal(label),
        value,
    }
}
