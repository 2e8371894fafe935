//! Says in plain words what is wrong with a policy: where, what, and what to write.
//!
//! Cedar finds the mistakes. Its places are often those of a whole expression or
//! policy, and its suggestions are the nearest word however far that is; so both are
//! made anew here, from the text around and from what the schema has.

mod close;
mod cure;
mod fit;
mod known;
mod pieces;
mod spot;
mod syntax;

use cedar_policy::ParseErrors;

use super::PolicySource;
use crate::PolicyProblem;

pub(super) use fit::{Finding, Teller, What};
pub(super) use known::Names;
pub(super) use syntax::{EXAMPLE, example};

/// Returns the problems of a file that does not parse, and the number of further ones.
pub(super) fn unparsed(
    source: &PolicySource,
    errors: &ParseErrors,
    names: &Names<'_>,
) -> (Vec<PolicyProblem>, usize) {
    syntax::problems(source, errors, names)
}

/// A comparison with `entity`, by whichever variable can be one.
pub(super) fn compared(names: &Names<'_>, entity: &str) -> String {
    let of = entity.split("::\"").next().unwrap_or_default();
    let asks = names.get().types_of("principal").contains(of);
    let variable = if asks { "principal" } else { "resource" };
    format!("{variable} == {entity}")
}
