//! The kinds of file in `policies/`, by the ending of the name.

use std::path::Path;

/// Whether a file of this name is read as Cedar's policies.
pub(crate) fn is_cedar(name: &str) -> bool {
    has_ending(name, "cedar")
}

/// Whether a file of this name declares actions and entity types that policies may speak
/// of, as a Cedar schema.
pub(crate) fn is_declaration(name: &str) -> bool {
    has_ending(name, "cedarschema")
}

/// Whether an engine is built of a file of this name.
pub(crate) fn is_for_the_engine(name: &str) -> bool {
    is_cedar(name) || is_declaration(name)
}

/// Whether a file of this name holds the product's YAML rules.
pub(super) fn is_yaml(name: &str) -> bool {
    has_ending(name, "yaml") || has_ending(name, "yml")
}

/// Whether a file of this name counts as one of the vault's policies.
pub(super) fn is_policy_file(name: &str) -> bool {
    is_for_the_engine(name) || is_yaml(name)
}

/// Returns whether `name` has the ending, in upper or lower case: a policy must not be
/// passed over for a capital letter.
fn has_ending(name: &str, ending: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|found| found.eq_ignore_ascii_case(ending))
}
