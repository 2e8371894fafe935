//! The place that each policy is from, and what the policy says it is for.

use std::collections::BTreeMap;

use cedar_policy::{Effect, Policy};
use serde::Serialize;

use super::PolicySource;
use crate::{PolicyId, policy_error::escaped};

/// One policy of an engine: where it is from and what it is for. All its texts
/// may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PolicyInfo {
    /// Its id.
    pub id: PolicyId,
    /// Whether it forbids; else it permits.
    pub forbids: bool,
    /// Its file.
    pub file: String,
    /// The line in that file where it begins, from 1.
    pub line: usize,
    /// Its `@name` annotation: what a rule was called before it was imported.
    pub name: Option<String>,
    /// Its `@doc` annotation.
    pub doc: Option<String>,
    /// Whether it is part of the program.
    pub shipped: bool,
}

/// Every policy of an engine by its id.
pub(super) type Index = BTreeMap<PolicyId, PolicyInfo>;

/// The place where a policy begins in its file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Begins {
    /// The byte, from 0.
    pub(super) at: usize,
    /// The line, from 1.
    pub(super) line: usize,
}

/// Finds where the policies of a file begin. They are asked for in the file's
/// order: the same text may be there twice.
pub(super) struct Beginnings<'a> {
    text: &'a str,
    from: usize,
    /// The line of `from`, from 1.
    line: usize,
}

impl<'a> Beginnings<'a> {
    pub(super) const fn of(source: &'a PolicySource) -> Self {
        Self {
            text: source.text.as_str(),
            from: 0,
            line: 1,
        }
    }

    /// Finds the place where the next policy begins. Cedar keeps its text as it was
    /// written.
    pub(super) fn next(&mut self, policy: &Policy) -> Begins {
        let text = policy.to_cedar().unwrap_or_default();
        let rest = self.text.get(self.from..).unwrap_or_default();
        if let Some(at) = rest.find(&text) {
            let start = self.from + at;
            // Each line is counted once, however many policies there are.
            self.line += lines(rest.get(..at).unwrap_or_default());
            let begins = Begins {
                at: start,
                line: self.line,
            };
            self.line += lines(&text);
            self.from = start + text.len();
            return begins;
        }
        Begins { at: 0, line: 1 }
    }
}

fn lines(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}

/// The value of an annotation. Cedar's own way to ask for one parses the key each time.
pub(super) fn annotation<'a>(policy: &'a Policy, key: &str) -> Option<&'a str> {
    let mut all = policy.annotations();
    all.find(|(name, _)| *name == key).map(|(_, value)| value)
}

pub(super) fn info(policy: &Policy, id: PolicyId, source: &Origin<'_>, line: usize) -> PolicyInfo {
    PolicyInfo {
        id,
        forbids: policy.effect() == Effect::Forbid,
        file: escaped(&source.source.file),
        line,
        name: annotation(policy, "name").map(escaped),
        doc: annotation(policy, "doc").map(escaped),
        shipped: source.shipped,
    }
}

/// A file, and whether it is part of the program.
pub(super) struct Origin<'a> {
    pub(super) source: &'a PolicySource,
    pub(super) shipped: bool,
}
