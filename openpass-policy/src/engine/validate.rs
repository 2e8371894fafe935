//! Policies held against the schema.

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::{PolicySet, ValidationError, ValidationResult, ValidationWarning};
use miette::Diagnostic;

use super::{
    PolicySource,
    advice::{Finding, Names, Teller, What},
};
use crate::{PolicyProblem, ProblemKind, policy_error::escaped};

/// Cedar names the action after this, for each action that a policy may apply
/// to.
const FOR_ACTION: &str = " in context for ";
/// The most messages that are kept for one mistake. Cedar says the same once for each
/// action, or type.
const HEARD: usize = 64;

/// The problems of policies that do not fit the schema, and the number of further ones.
pub(super) struct Unfit {
    pub(super) problems: Vec<PolicyProblem>,
    pub(super) more: usize,
}

/// Everything that does not fit by Cedar's `results` on `policies`, the first `room` of
/// it in words. A warning counts as an error: a rule that can never match, or that could
/// be mistaken for another, is no rule.
pub(super) fn problems(
    results: &[ValidationResult],
    policies: &PolicySet,
    sources: &BTreeMap<String, &PolicySource>,
    names: &Names<'_>,
    room: usize,
) -> Unfit {
    let mut gathered = Gathered {
        sources,
        findings: BTreeMap::new(),
        elsewhere: Vec::new(),
    };
    for result in results {
        gather(result, &mut gathered);
    }
    let mut teller = Teller::new(names, policies);
    let all = gathered.findings.len();
    let told = gathered.findings.values().take(room);
    let mut problems: Vec<PolicyProblem> = told.map(|finding| teller.tell(finding)).collect();
    problems.append(&mut gathered.elsewhere);
    Unfit {
        problems,
        more: all.saturating_sub(room),
    }
}

fn gather<'r>(result: &'r ValidationResult, gathered: &mut Gathered<'r, '_>) {
    let mut broken = BTreeSet::new();
    for error in result.validation_errors() {
        broken.insert(error.policy_id());
        let id: &str = error.policy_id().as_ref();
        gathered.add(ProblemKind::DoesNotFit, what(error), id, error);
    }
    // What follows from another problem of the same policy is left out.
    let impossible = result
        .validation_warnings()
        .filter(|warning| matches!(warning, ValidationWarning::ImpossiblePolicy(_)));
    let impossible: BTreeSet<_> = impossible.map(ValidationWarning::policy_id).collect();
    for warning in result.validation_warnings() {
        let what = match warning {
            ValidationWarning::ImpossiblePolicy(_)
            | ValidationWarning::InvalidActionApplication(_) => What::Impossible,
            _ => What::Other,
        };
        let follows = matches!(warning, ValidationWarning::InvalidActionApplication(_))
            && impossible.contains(warning.policy_id());
        if !follows && !broken.contains(warning.policy_id()) {
            let id: &str = warning.policy_id().as_ref();
            gathered.add(ProblemKind::Suspicious, what, id, warning);
        }
    }
}

const fn what(error: &ValidationError) -> What {
    match error {
        ValidationError::UnrecognizedEntityType(_) => What::EntityType,
        ValidationError::UnrecognizedActionId(_) => What::Action,
        ValidationError::UnsafeAttributeAccess(_) => What::Attribute,
        ValidationError::UnexpectedType(_) => What::Type,
        ValidationError::IncompatibleTypes(_) => What::Types,
        ValidationError::InvalidEnumEntity(_) => What::Id,
        _ => What::Other,
    }
}

/// The file, the place and the kind of a finding; the text tells findings of one place
/// apart.
type Key = (String, usize, usize, What, String);

struct Gathered<'r, 's> {
    sources: &'s BTreeMap<String, &'r PolicySource>,
    findings: BTreeMap<Key, Finding<'r>>,
    /// The problems of policies that are in no file.
    elsewhere: Vec<PolicyProblem>,
}

impl<'r> Gathered<'r, '_> {
    /// Adds what was said, or counts it to a finding that differs by the action alone.
    fn add(&mut self, kind: ProblemKind, what: What, id: &'r str, said: &dyn Diagnostic) {
        let text = said.to_string();
        let Some(source) = self.sources.get(id) else {
            let problem = PolicyProblem::whole_file(kind, "policies", escaped(&text), "");
            self.elsewhere.push(problem);
            return;
        };
        let label = said.labels().and_then(|mut labels| labels.next());
        let (at, length) = label.map_or((0, 0), |label| (label.offset(), label.len()));
        let same = match what {
            What::Attribute => attribute(&text),
            // One value can be of many types, one for each action.
            What::Type => "",
            _ => text
                .split_once(FOR_ACTION)
                .map_or(text.as_str(), |(same, _)| same),
        };
        let key = (source.file.clone(), at, length, what, same.to_owned());
        let finding = self.findings.entry(key).or_insert_with(|| Finding {
            kind,
            what,
            source,
            id,
            span: (at, length),
            said: BTreeSet::new(),
            times: 0,
            help: said.help().map(|help| help.to_string()),
        });
        finding.times += 1;
        // The first ones by name, in whichever order they come.
        finding.said.insert(text);
        if finding.said.len() > HEARD {
            finding.said.pop_last();
        }
    }
}

/// Returns the attribute that an error is about.
fn attribute(said: &str) -> &str {
    let (_, rest) = said.split_once("attribute `").unwrap_or(("", said));
    rest.split_once('`').map_or(rest, |(path, _)| path)
}
