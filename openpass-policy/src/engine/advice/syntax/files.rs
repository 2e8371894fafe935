//! Files that are something else.

use super::super::{cure::Cure, spot::Spot};

/// A policy in its shortest form.
pub(in crate::engine) const EXAMPLE: &str = "a policy in Cedar looks like this: \
     `forbid (principal, action in OpenPass::Action::\"critical\", resource);`";

pub(super) fn yaml(spot: &Spot<'_>) -> Option<Cure> {
    let first = (spot.pieces.word(0), spot.pieces.word(1));
    let is_key = first.1 == ":" && !matches!(first.0, "principal" | "action" | "resource");
    let is_yaml = spot.at <= 3 && (first.0 == "-" || is_key);
    is_yaml.then(|| spot.cure_at(0, 0, "this is YAML, and the file is read as Cedar", EXAMPLE))
}

pub(super) fn json(spot: &Spot<'_>) -> Option<Cure> {
    let is_json = spot.at == 0 && matches!(spot.word(0), "{" | "[");
    is_json.then(|| spot.cure("this is JSON, and the file is read as Cedar", EXAMPLE))
}
