//! First match wins: every rule leaves to the rules before it what they match.

use super::{Bound, join::Join};
use crate::quote;

/// A rule that comes first, and what must hold for it to match too.
pub(super) struct Earlier {
    name: String,
    terms: Vec<String>,
}

impl Earlier {
    /// As one operand of `||`, with the rule's name before it.
    pub(super) fn render(&self) -> String {
        let name = quote::comment(&format!(" {}", self.name));
        format!("{name}\n    {}", Join::All.one(&self.terms))
    }
}

/// The rules among `before` that can match what `rule` matches, or `None` if
/// they are more than `most`. Of two where one matches whatever the other does,
/// the wider is enough.
pub(super) fn earlier(rule: &Bound<'_>, before: &[Bound<'_>], most: usize) -> Option<Vec<Earlier>> {
    let mut kept: Vec<Earlier> = Vec::new();
    for other in before {
        if other.clause.is_disjoint(&rule.clause) {
            continue;
        }
        let terms = other.clause.beyond(&rule.clause);
        if kept.iter().any(|wider| is_within(&wider.terms, &terms)) {
            continue;
        }
        kept.retain(|narrower| !is_within(&terms, &narrower.terms));
        let name = other.rule.name.clone();
        kept.push(Earlier { name, terms });
        if kept.len() > most {
            return None;
        }
    }
    Some(kept)
}

/// The name of a rule among `before` that matches whatever `rule` does.
pub(super) fn covered<'a>(rule: &Bound<'_>, before: &[Bound<'a>]) -> Option<&'a str> {
    let mut before = before.iter();
    let covers = before.find(|other| {
        !other.clause.is_disjoint(&rule.clause) && other.clause.beyond(&rule.clause).is_empty()
    });
    covers.map(|other| other.rule.name.as_str())
}

fn is_within(wider: &[String], narrower: &[String]) -> bool {
    wider.iter().all(|term| narrower.contains(term))
}
