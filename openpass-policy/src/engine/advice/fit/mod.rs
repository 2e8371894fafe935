//! Policies that parse, and do not fit what there is.

mod action;
mod attribute;
mod entity;
mod ids;
mod impossible;
mod sets;
mod texts;
mod types;

use std::collections::BTreeSet;

use cedar_policy::{PolicyId, PolicySet};

use super::{cure::Cure, known::Names, pieces::Pieces, spot::Spot};
use crate::{PolicyProblem, PolicySource, ProblemKind, policy_error::escaped};

pub(in crate::engine) use ids::one_meant;

/// One mistake that Cedar found: what it says of it, once for each action that the
/// policy may be about.
pub(in crate::engine) struct Finding<'a> {
    pub(in crate::engine) kind: ProblemKind,
    pub(in crate::engine) what: What,
    pub(in crate::engine) source: &'a PolicySource,
    /// The policy's id.
    pub(in crate::engine) id: &'a str,
    /// An offset and a length in bytes.
    pub(in crate::engine) span: (usize, usize),
    pub(in crate::engine) said: BTreeSet<String>,
    /// The number of times that it was said; `said` has no more than the first ones.
    pub(in crate::engine) times: usize,
    pub(in crate::engine) help: Option<String>,
}

/// The kinds of mistakes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::engine) enum What {
    EntityType,
    Action,
    Attribute,
    /// A value of another type than is needed.
    Type,
    /// Two values whose types do not meet.
    Types,
    /// An id that a closed list does not have.
    Id,
    Impossible,
    Other,
}

/// Tells of mistakes, which come by file.
pub(in crate::engine) struct Teller<'a> {
    names: &'a Names<'a>,
    policies: &'a PolicySet,
    /// The file that was told of last, in pieces.
    last: Option<(&'a PolicySource, Pieces<'a>)>,
}

impl<'a> Teller<'a> {
    pub(in crate::engine) const fn new(names: &'a Names<'a>, policies: &'a PolicySet) -> Self {
        Self {
            names,
            policies,
            last: None,
        }
    }

    pub(in crate::engine) fn tell(&mut self, finding: &Finding<'a>) -> PolicyProblem {
        let source = finding.source;
        if !matches!(&self.last, Some((last, _)) if core::ptr::eq(*last, source)) {
            self.last = Some((source, Pieces::of(&source.text)));
        }
        let cure = self.last.as_ref().and_then(|(_, pieces)| {
            let said = finding.said.first().cloned().unwrap_or_default();
            let spot = Spot::new(pieces, self.names, finding.span, said);
            cure(&spot, finding, self.policies)
        });
        match cure {
            Some(cure) => cure.problem(finding.kind, source),
            None => as_cedar_says(finding),
        }
    }
}

fn cure(spot: &Spot<'_>, finding: &Finding<'_>, policies: &PolicySet) -> Option<Cure> {
    let policy = || policies.policy(&PolicyId::new(finding.id));
    match finding.what {
        What::EntityType => entity::cure(spot),
        What::Action => action::cure(spot),
        What::Attribute => attribute::cure(spot, finding, policy()),
        What::Type => types::one(spot),
        What::Types => types::two(spot),
        What::Id => ids::cure(spot),
        What::Impossible => impossible::cure(spot, policy()?),
        What::Other => None,
    }
}

/// Cedar's own words, but for its suggestions.
fn as_cedar_says(finding: &Finding<'_>) -> PolicyProblem {
    let said = finding.said.first().map_or("", String::as_str);
    let said = said.strip_prefix(&format!("for policy `{}`", finding.id));
    let said = said.map(|said| said.trim_start_matches([',', ':', ' ']));
    let said = said.or(finding.said.first().map(String::as_str));
    let problem = PolicyProblem::at(
        finding.kind,
        finding.source,
        finding.span,
        escaped(said.unwrap_or_default()),
    );
    let help = finding.help.as_deref();
    match help.filter(|help| !help.starts_with("did you mean")) {
        Some(help) => problem.with_help(escaped(help)),
        None => problem,
    }
}

/// The part of Cedar's words between two others.
fn between<'t>(text: &'t str, before: &str, behind: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(before)?;
    let end = rest.rfind(behind)?;
    rest.get(..end)
}
