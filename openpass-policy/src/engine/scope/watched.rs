//! The watched policies that apply to an operation.

use std::collections::BTreeSet;

use cedar_policy::{Authorizer, PolicyId as CedarPolicyId, PolicySet};

use super::{Own, forbids};
use crate::{
    AuthFactor, Authentication,
    engine::{PolicyEngine, encode::Encoded, stack},
};

/// The members that apply, each with what is given where it does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Hits(Vec<(usize, usize)>);

impl Hits {
    pub(super) const fn of(hits: Vec<(usize, usize)>) -> Self {
        Self(hits)
    }

    /// The members' numbers, each once.
    pub(crate) fn members(&self) -> BTreeSet<usize> {
        self.0.iter().map(|(_, member)| *member).collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Policies under their numbers: those that forbid apart, since Cedar names no
/// permit beside one.
#[derive(Default)]
pub(super) struct Watched {
    forbids: PolicySet,
    permits: PolicySet,
    look_at_the_factor: bool,
    look_at_the_approver: bool,
    count: usize,
    levels: usize,
}

/// The work that an operation takes before any policy is evaluated, counted in
/// policies.
pub(super) const ENCODING: u64 = 10;

impl Watched {
    pub(super) fn add(&mut self, number: usize, own: &Own<'_>, levels: usize) {
        let policy = own.policy.new_id(CedarPolicyId::new(number.to_string()));
        let set = match forbids(&own.policy) {
            true => &mut self.forbids,
            false => &mut self.permits,
        };
        // Numbers are of one policy each, so that none is there yet.
        if set.add(policy).is_ok() {
            self.count += 1;
        }
        self.levels = self.levels.max(levels).max(own.levels);
        self.look_at_the_factor |= own.looks.looks_within("context.authentication");
        let approver = "context.authentication.approver";
        self.look_at_the_approver |= own.looks.looks_within(approver);
    }

    pub(super) fn work(&self) -> u64 {
        let given = match (self.look_at_the_factor, self.look_at_the_approver) {
            (_, true) => 6,
            (true, false) => 4,
            (false, false) => 1,
        };
        given * (ENCODING + u64::try_from(self.count).unwrap_or(u64::MAX))
    }

    /// The numbers of the policies that apply, or cannot be evaluated, whatever was
    /// proved.
    pub(super) fn hits(&self, engine: &PolicyEngine, asked: &Encoded) -> Hits {
        if !asked.own_policies {
            return Hits::default();
        }
        let levels = self.levels.max(engine.levels);
        let mut hits = stack::for_levels(levels, || self.applying(engine, asked));
        hits.sort_unstable();
        hits.dedup();
        Hits(hits)
    }

    fn applying(&self, engine: &PolicyEngine, asked: &Encoded) -> Vec<(usize, usize)> {
        let all = Authentication::all().enumerate();
        let all = all.filter(|(_, given)| match self.look_at_the_factor {
            true => {
                engine.can_have(given.factor()) && (self.look_at_the_approver || !given.is_signed())
            }
            false => given.factor() == AuthFactor::None,
        });
        let mut hits = Vec::new();
        for (number_of_given, with) in all {
            let Ok(request) = asked.request(engine, with) else {
                continue;
            };
            for set in [&self.forbids, &self.permits] {
                if set.is_empty() {
                    continue;
                }
                let response = Authorizer::new().is_authorized(&request, set, asked.entities());
                let number = |id: &CedarPolicyId| {
                    let id: &str = id.as_ref();
                    id.parse::<usize>().ok()
                };
                let diagnostics = response.diagnostics();
                hits.extend(
                    diagnostics
                        .reason()
                        .filter_map(number)
                        .map(|it| (number_of_given, it)),
                );
                hits.extend(diagnostics.errors().filter_map(|error| match error {
                    cedar_policy::AuthorizationError::PolicyEvaluationError(error) => {
                        Some((number_of_given, number(error.policy_id())?))
                    }
                }));
            }
        }
        hits
    }
}
