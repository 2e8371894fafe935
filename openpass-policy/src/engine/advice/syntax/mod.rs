//! A file that does not parse: the beginner's mistakes, each by what stands around
//! the place that Cedar names.

mod brackets;
mod calls;
mod comments;
mod ends;
mod entities;
mod files;
mod lists;
mod quotes;
mod scope;
mod signs;
mod values;
mod words;

use cedar_policy::ParseErrors;
use miette::Diagnostic;

use super::{cure::Cure, known::Names, pieces::Pieces, spot::Spot};
use crate::{PolicyProblem, PolicySource, ProblemKind};

pub(in crate::engine) use files::EXAMPLE;
pub(in crate::engine) use values::example;
pub(super) use values::minutes_of;

/// The most errors of a file that are looked at.
const MOST: usize = 100;

/// Each knows one mistake. The first that sees its own is right: those that look at
/// the whole file come first, and those that need a word of Cedar's own last.
const RULES: [fn(&Spot<'_>) -> Option<Cure>; 42] = [
    files::yaml,
    files::json,
    comments::hash,
    comments::block,
    quotes::other,
    quotes::unclosed,
    signs::regular_expression,
    signs::wrong,
    signs::ternary,
    words::negation,
    words::connective,
    words::effect,
    words::condition,
    ends::annotation,
    ends::semicolon,
    ends::in_brackets,
    ends::of_file,
    brackets::comma_between_conditions,
    brackets::no_keyword,
    brackets::round,
    brackets::not_closed,
    brackets::one_too_many,
    brackets::blocks,
    brackets::no_else,
    values::time,
    values::decimal,
    values::slot,
    values::null,
    values::variable,
    values::number,
    scope::no_comma,
    scope::two_commas,
    scope::no_brackets,
    scope::typed,
    scope::action_is,
    scope::parts,
    lists::no_comma,
    lists::in_scope,
    lists::in_condition,
    entities::expected,
    entities::is_text,
    calls::any,
];

pub(super) fn problems(
    source: &PolicySource,
    errors: &ParseErrors,
    names: &Names<'_>,
) -> (Vec<PolicyProblem>, usize) {
    let pieces = Pieces::of(&source.text);
    let mut problems = Vec::new();
    let mut told = Vec::new();
    let mut errors: Vec<(usize, &dyn Diagnostic)> = errors
        .iter()
        .map(|error| (place(error).0, error as &dyn Diagnostic))
        .collect();
    errors.sort_by_key(|(at, _)| *at);
    let more = errors.len().saturating_sub(MOST);
    for (_, error) in errors.into_iter().take(MOST) {
        let spot = Spot::new(&pieces, names, place(error), error.to_string());
        let policy = spot.policy();
        // The parser goes on after a mistake, and trips over what follows from it.
        if told.contains(&policy) {
            continue;
        }
        match RULES.iter().find_map(|rule| rule(&spot)) {
            Some(cure) => {
                told.push(policy);
                problems.push(cure.problem(ProblemKind::Syntax, source));
            }
            None => problems.push(as_cedar_says(source, error)),
        }
    }
    (problems, more)
}

/// An offset and a length in bytes.
fn place(error: &dyn Diagnostic) -> (usize, usize) {
    let label = error.labels().and_then(|mut labels| labels.next());
    label.map_or((0, 0), |label| (label.offset(), label.len()))
}

fn as_cedar_says(source: &PolicySource, error: &dyn Diagnostic) -> PolicyProblem {
    let label = error.labels().and_then(|mut labels| labels.next());
    let expected = label.and_then(|label| label.label().map(str::to_owned));
    let problem = PolicyProblem::from_cedar(ProblemKind::Syntax, source, error);
    match expected {
        Some(expected) if problem.help.is_none() => {
            problem.with_help(crate::policy_error::escaped(&expected))
        }
        _ => problem,
    }
}
