//! Rules as OpenPass's YAML writes them, read strictly: what OpenPass ignores
//! or bends is refused here.

mod beginning;
mod complaints;
mod conditions;
mod file;
mod keys;
mod numbers;
mod pattern;
mod values;

pub(crate) use beginning::Beginning;
pub(crate) use conditions::Conditions;
pub(crate) use file::read;
pub(crate) use pattern::Pattern;

use crate::problem::{Complaint, Problem};

/// The outcome for a request that a rule matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Allow,
    Deny,
    Prompt,
    RequireBiometry,
}

impl Outcome {
    pub(crate) const ALL: [Self; 4] =
        [Self::Allow, Self::Deny, Self::Prompt, Self::RequireBiometry];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::Prompt => "prompt",
            Self::RequireBiometry => "require_biometry",
        }
    }
}

/// One rule, with its place.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) file: String,
    pub(crate) line: usize,
    /// Its place in the file, from 1.
    pub(crate) number: usize,
    pub(crate) name: String,
    pub(crate) priority: i64,
    pub(crate) outcome: Outcome,
    pub(crate) conditions: Conditions,
    pub(crate) comments: Vec<String>,
}

/// The content of one file of rules.
#[derive(Debug, Default)]
pub(crate) struct FileRules {
    pub(crate) description: Option<String>,
    pub(crate) header: Vec<String>,
    pub(crate) footer: Vec<String>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) notes: Vec<String>,
}

/// Collects the problems of a file, and notes that are worth knowing.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    file: &'a str,
    rule: Option<String>,
    problems: Vec<Problem>,
    notes: Vec<String>,
}

impl<'a> Reader<'a> {
    const fn new(file: &'a str) -> Self {
        Self {
            file,
            rule: None,
            problems: Vec::new(),
            notes: Vec::new(),
        }
    }

    fn complain(&mut self, line: usize, complaint: Complaint) {
        let problem = complaint.at(self.file, line, self.rule.as_deref());
        self.problems.push(problem);
    }

    fn note(&mut self, line: usize, note: &str) {
        let file = crate::quote::plain(self.file);
        let rule = self.rule.as_deref().map(crate::quote::shown);
        let rule = rule
            .map(|rule| format!(" rule {rule}:"))
            .unwrap_or_default();
        self.notes.push(format!("{file}:{line}:{rule} {note}"));
    }

    /// The value, or `None` and a complaint.
    fn keep<T>(&mut self, line: usize, result: Result<T, Complaint>) -> Option<T> {
        result
            .map_err(|complaint| self.complain(line, complaint))
            .ok()
    }
}
