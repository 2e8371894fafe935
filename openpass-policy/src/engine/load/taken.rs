//! The policies that were collected: which of them are taken.

use cedar_policy::{Policy, Schema, Validator};

use super::{
    judged::{self, Candidate, Facts},
    loader::{Loader, TOLD},
    wrong,
};
use crate::{
    PolicyProblem, PolicySource, ProblemKind,
    engine::{policy_id, validate},
    policy_error::escaped,
};

impl<'a> Loader<'a, '_> {
    /// Holds what was collected against the schema.
    pub(super) fn judge(&mut self, schema: &Schema) {
        let candidates = core::mem::take(&mut self.candidates);
        if candidates.is_empty() {
            return;
        }
        let validator = Validator::new(schema.clone());
        let mut results = Vec::new();
        let mut judged = judged::judge(&validator, &candidates);
        let facts = judged
            .iter_mut()
            .flat_map(|some| core::mem::take(&mut some.facts));
        for (candidate, facts) in candidates.iter().zip(facts) {
            self.take(candidate, facts);
        }
        for some in judged {
            self.parts.looked_at.extend(some.looked_at);
            results.push(some.fit);
        }
        let (policies, sources) = (&self.parts.policies, &self.parts.sources);
        let room = TOLD.saturating_sub(self.problems.len());
        let unfit = validate::problems(&results, policies, sources, self.names, room);
        self.problems.extend(unfit.problems);
        self.more += unfit.more;
    }

    /// Takes a policy of a user's own, or tells what is wrong with its shape.
    fn take(&mut self, candidate: &Candidate<'a>, facts: Option<Facts>) {
        let wrong = wrong::shape(facts.as_ref(), self.names);
        match (wrong, facts) {
            (None, Some(facts)) => {
                self.parts.note(&policy_id(candidate.policy.id()), facts);
                self.keep(candidate.source, &candidate.policy);
            }
            (wrong, facts) => {
                let (kind, message, help) = wrong.unwrap_or_else(wrong::unknown);
                let place = wrong::place(candidate, facts.as_ref());
                self.tell(|| {
                    PolicyProblem::at(kind, candidate.source, place, message).with_help(help)
                });
            }
        }
    }

    /// Adds a policy to those that decide. An ignored error here would drop a forbid.
    pub(super) fn keep(&mut self, source: &'a PolicySource, policy: &Policy) {
        match self.parts.policies.add(policy.clone()) {
            Ok(()) => {
                let id: &str = policy.id().as_ref();
                self.parts.sources.insert(id.to_owned(), source);
            }
            Err(error) => self.problems.push(PolicyProblem::whole_file(
                ProblemKind::Id,
                &source.file,
                escaped(&error.to_string()),
                "give the policy another `@id`",
            )),
        }
    }
}
