//! Conditions that Cedar cannot say. Their rules are refused by name, or replaced by
//! stricter rules.

use super::Domain;
use crate::{
    Problem,
    problem::Complaint,
    quote,
    rules::{Outcome, Rule},
};

/// A condition that Cedar cannot say exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cannot {
    pub(super) line: usize,
    pub(super) what: String,
    pub(super) product: String,
    pub(super) help: String,
}

pub(super) fn problems(rule: &Rule, cannot: &[Cannot]) -> Vec<Problem> {
    let problem = |cannot: &Cannot| {
        Complaint::new(
            format!("a policy here cannot express {}", cannot.what),
            cannot.product.as_str(),
            format!(
                "{}; with --allow-narrower, {}",
                cannot.help,
                instead(rule.outcome)
            ),
        )
        .at(&rule.file, cannot.line, Some(&rule.name))
    };
    cannot.iter().map(problem).collect()
}

/// Returns the outcome that stands for the rule's own, when conditions that cannot be
/// said are left out. It is never wider, whatever the other rules say.
///
/// - A deny that matches more can only deny more.
/// - An allow cannot match more, and cannot say exactly when it matches. Left
///   out, what it matched falls to the rules behind it, and nothing they say
///   is wider than its allow.
/// - A step-up that matched more could take the place of a deny behind it, and a
///   step-up that is left out could give way to an allow. So it becomes a deny.
pub(super) const fn outcome(outcome: Outcome) -> Option<Outcome> {
    match outcome {
        Outcome::Allow => None,
        Outcome::Deny | Outcome::Prompt | Outcome::RequireBiometry => Some(Outcome::Deny),
    }
}

const fn instead(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Allow => "the rule is left out",
        Outcome::Deny => "the rule denies without this condition",
        Outcome::Prompt | Outcome::RequireBiometry => "the rule denies, and without this condition",
    }
}

pub(super) fn note(rule: &Rule, domain: Domain, cannot: &[Cannot]) -> String {
    let what: Vec<&str> = cannot.iter().map(|cannot| cannot.what.as_str()).collect();
    let operations = match domain {
        Domain::Data => "",
        Domain::Config => " for configuration",
    };
    format!(
        "{}: narrower than OpenPass{operations}: {}, since a policy cannot express {}",
        place(rule),
        instead(rule.outcome),
        what.join(", or ")
    )
}

/// Returns the rule's file, line and name, for a person to read.
pub(super) fn place(rule: &Rule) -> String {
    let file = quote::plain(&rule.file);
    format!("{file}:{}: rule {}", rule.line, quote::shown(&rule.name))
}
