//! Bounds on what is loaded, before the work is done.

use super::loader::Loader;
use crate::{PolicyProblem, PolicySource, ProblemKind};

impl Loader<'_, '_> {
    /// Refuses too many files, and too much text, before any of it is parsed.
    pub(super) fn check_amount(&mut self, own: &[PolicySource]) {
        // One that is too long by itself is refused by itself, and not parsed.
        let parsed = own.iter().map(|source| source.text.len());
        let total: usize = parsed.filter(|len| *len <= PolicySource::MAX_BYTES).sum();
        let message = if own.len() > PolicySource::MAX_FILES {
            format!(
                "there are {} policy files, and no more than {} are read",
                own.len(),
                PolicySource::MAX_FILES
            )
        } else if total > PolicySource::MAX_TOTAL_BYTES {
            format!(
                "the policy files have {total} bytes together, and no more than {} are read",
                PolicySource::MAX_TOTAL_BYTES
            )
        } else {
            return;
        };
        self.too_much(message);
    }

    /// Refuses too many policies, before any of them is judged.
    pub(super) fn check_count(&mut self) {
        let count = self.candidates.len();
        if count > PolicySource::MAX_POLICIES {
            self.too_many = true;
            self.too_much(format!(
                "there are {count} policies, and no more than {} are taken",
                PolicySource::MAX_POLICIES
            ));
        }
    }

    fn too_much(&mut self, message: String) {
        self.problems.push(PolicyProblem::whole_file(
            ProblemKind::TooLarge,
            "policies",
            message,
            "remove what is not needed, or put several rules into one",
        ));
    }
}
