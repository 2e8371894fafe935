//! Policies held against the schema, and what Cedar says made readable.

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::{
    PolicySet, Schema, ValidationError, ValidationMode, ValidationWarning, Validator,
};

use super::PolicySource;
use crate::{PolicyProblem, ProblemKind, policy_error::escaped};

/// Cedar names the action after this, for each action that a policy may apply
/// to.
const FOR_ACTION: &str = " in context for ";

/// Everything that does not fit. A warning counts as an error: a rule that can
/// never match, or that could be mistaken for another, is no rule.
pub(super) fn problems(
    schema: &Schema,
    policies: &PolicySet,
    sources: &BTreeMap<String, &PolicySource>,
) -> Vec<PolicyProblem> {
    let result = Validator::new(schema.clone()).validate(policies, ValidationMode::Strict);
    let problem = |id: &cedar_policy::PolicyId, said: &dyn miette::Diagnostic, kind| {
        let id: &str = id.as_ref();
        match sources.get(id) {
            Some(source) => PolicyProblem::from_cedar(kind, source, said),
            None => PolicyProblem::whole_file(kind, "policies", escaped(&said.to_string()), ""),
        }
    };
    let mut broken = BTreeSet::new();
    let mut problems = Vec::new();
    for error in result.validation_errors() {
        broken.insert(error.policy_id());
        let mut problem = problem(error.policy_id(), error, ProblemKind::DoesNotFit);
        if matches!(error, ValidationError::UnrecognizedActionId(_)) {
            problem.help = Some(closest_action(schema, &problem.message));
        }
        problems.push(problem);
    }
    // What follows from another problem of the same policy is left out.
    let impossible = result
        .validation_warnings()
        .filter(|warning| matches!(warning, ValidationWarning::ImpossiblePolicy(_)));
    let impossible: BTreeSet<_> = impossible.map(ValidationWarning::policy_id).collect();
    for warning in result.validation_warnings() {
        let follows = matches!(warning, ValidationWarning::InvalidActionApplication(_))
            && impossible.contains(warning.policy_id());
        if !follows && !broken.contains(warning.policy_id()) {
            problems.push(problem(
                warning.policy_id(),
                warning,
                ProblemKind::Suspicious,
            ));
        }
    }
    merged(problems)
}

/// Which action was meant. Cedar compares the namespace too, and then takes a
/// short name for a close one.
fn closest_action(schema: &Schema, message: &str) -> String {
    let meant = message.split('`').filter(|part| part.contains("Action::"));
    let meant = meant.into_iter().next_back().unwrap_or_default().to_owned();
    let known = schema.actions().map(ToString::to_string);
    let distance = |known: &String| strsim::damerau_levenshtein(known, &meant);
    match known.min_by_key(|known| (distance(known), known.clone())) {
        Some(action) if distance(&action) <= 4 => format!("did you mean `{action}`?"),
        _ => "the actions are listed in docs/policy/model.md".to_owned(),
    }
}

/// One problem for those that differ by the action only.
fn merged(mut problems: Vec<PolicyProblem>) -> Vec<PolicyProblem> {
    problems.sort_by(|a, b| a.message.cmp(&b.message));
    let mut merged: Vec<(PolicyProblem, usize)> = Vec::new();
    for problem in problems {
        let same = merged
            .iter_mut()
            .find(|(other, _)| is_same(other, &problem));
        match same {
            Some((_, more)) => *more += 1,
            None => merged.push((problem, 0)),
        }
    }
    merged
        .into_iter()
        .map(|(mut problem, more)| {
            if more > 0 {
                let s = if more == 1 { "" } else { "s" };
                problem.message += &format!(" (nor for {more} more action{s})");
            }
            problem
        })
        .collect()
}

fn is_same(a: &PolicyProblem, b: &PolicyProblem) -> bool {
    fn but_action(problem: &PolicyProblem) -> Option<&str> {
        Some(problem.message.split_once(FOR_ACTION)?.0)
    }
    (&a.file, a.line, a.column, a.kind) == (&b.file, b.line, b.column, b.kind)
        && but_action(a).is_some()
        && but_action(a) == but_action(b)
}
