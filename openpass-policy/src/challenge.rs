//! From an operation to the question that a person is asked.

use std::time::Duration;

use openpass_auth::{Challenge, Detail, FactorSet, SafeText};

use crate::{Direction, FieldChange, Operation, Principal, Resource};

/// How many changes a prompt shows before it counts the rest.
const SHOWN: usize = 24;

/// The question whether `operation` may happen.
///
/// INVARIANT (what is shown is what is bound): everything here comes from the
/// operation whose digest the grant holds, through `SafeText`.
pub(crate) fn challenge(operation: &Operation, accepts: FactorSet, timeout: Duration) -> Challenge {
    Challenge::new(operation.summary(), accepts, timeout)
        .with_details(details(operation))
        .with_code(SafeText::escape(&operation.digest().code()))
}

fn details(operation: &Operation) -> Vec<Detail> {
    let request = operation.request();
    let mut details = vec![fact("vault", SafeText::escape(&request.vault))];
    if let Principal::Agent(agent) = &request.principal {
        let name = SafeText::quoted(&agent.name);
        details.push(fact("asked by", SafeText::fill("agent {}", &[&name])));
    }
    match operation.resource() {
        Resource::AgentProfile { agent } => {
            details.push(fact("agent", SafeText::quoted(&agent.name)));
        }
        Resource::Token { agent_name, .. } => {
            details.push(fact("agent", SafeText::quoted(agent_name)));
        }
        _ => {}
    }
    if let Some(reason) = &request.reason {
        details.push(fact("reason given", SafeText::quoted(reason)));
    }
    details.extend(changes(operation.changes()));
    details
}

/// The changes that widen come first, so that a long list cannot push one out
/// of sight.
fn changes(all: &[FieldChange]) -> Vec<Detail> {
    let widens = |change: &&FieldChange| change.direction == Direction::Widens;
    let first = all.iter().filter(widens);
    let then = all.iter().filter(|change| !widens(change));
    let mut lines: Vec<Detail> = first.chain(then).take(SHOWN).map(line).collect();
    let hidden = all.len().saturating_sub(SHOWN);
    if hidden > 0 {
        let count = SafeText::number(hidden as u64);
        lines.push(fact(
            "not shown",
            SafeText::fill("{} more changes", &[&count]),
        ));
    }
    lines
}

fn line(change: &FieldChange) -> Detail {
    let value = |value: &Option<String>| {
        value
            .as_deref()
            .map_or_else(|| SafeText::literal("(not set)"), SafeText::escape)
    };
    Detail::Change {
        field: SafeText::escape(&change.field),
        before: value(&change.before),
        after: value(&change.after),
        widens: change.direction == Direction::Widens,
    }
}

fn fact(label: &'static str, value: SafeText) -> Detail {
    Detail::Fact {
        label: SafeText::literal(label),
        value,
    }
}
