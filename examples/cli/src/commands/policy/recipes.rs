//! The recipes of docs/policy/recipes, which are part of the program.

use openpass_policy::PolicySource;

/// A policy to start from, with its tests.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recipe {
    /// Its name, which is its policy's id and both files' name.
    pub(super) name: &'static str,
    /// The policy, in Cedar.
    pub(super) policy: &'static str,
    /// The tests, in YAML.
    pub(super) tests: &'static str,
}

/// Each by its name, with the text of its policy and of its tests: the list that the
/// tests of the recipes go by too.
const LIST: &[(&str, &str, &str)] = &include!("../../../../../docs/policy/recipes/list.rs");

/// All of them, in the guide's order.
pub(super) fn all() -> impl Iterator<Item = Recipe> {
    LIST.iter().map(|&(name, policy, tests)| Recipe {
        name,
        policy,
        tests,
    })
}

/// Their names.
pub(super) fn names() -> Vec<&'static str> {
    all().map(|recipe| recipe.name).collect()
}

impl Recipe {
    /// Its policy, as a file by its name.
    pub(super) fn source(self) -> PolicySource {
        PolicySource::new(format!("{}.cedar", self.name), self.policy)
    }
}
