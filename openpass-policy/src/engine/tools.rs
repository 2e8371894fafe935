//! The questions that the tools of people who write policy ask of an engine.

use std::borrow::Cow;

use cedar_policy::{ActionConstraint, EntityTypeName, Policy, PolicySet, ResourceConstraint};

use super::{PolicyEngine, decide, encode, literals::Looks, policy_id, sliced::Sliced, stack};
use crate::{Authentication, Denial, Operation, PolicyId};

impl PolicyEngine {
    /// The policies of a user's own.
    pub(super) fn own(&self) -> impl Iterator<Item = &Policy> {
        let all = self.policies.whole().policies();
        all.filter(|policy| !policy_id(policy.id()).is_shipped())
    }

    /// Whether a policy of a user's own has `name` in its text.
    pub(crate) fn names(&self, name: &str) -> bool {
        self.own()
            .filter_map(Policy::to_cedar)
            .any(|text| text.contains(name))
    }

    /// Whether a policy of a user's own computes something, and so may fail.
    pub(crate) fn may_fail(&self) -> bool {
        !self.may_fail.is_empty()
    }

    /// The paths and values that a policy of a user's own looks at.
    pub(crate) fn looks(&self, id: &PolicyId) -> Option<&Looks> {
        self.looks.get(id).map(|looks| &**looks)
    }

    /// Whether one alone of the operations that `operation` is and comes to may run with
    /// `given`. The operation itself has the number 0, and its parts the next ones.
    pub(crate) fn decide_part_with(
        &self,
        operation: &Operation,
        part: usize,
        given: Authentication,
    ) -> Result<Vec<PolicyId>, Denial> {
        let mut all = decide::whole_and_parts(operation);
        let operation = all.nth(part).ok_or(Denial::NotPermitted)?;
        stack::for_levels(self.levels, || {
            let request = encode::encoded(self, operation)?;
            let policies = self.policies.slice(request.addressed());
            self.suffices(&request, given, &policies)
        })
    }

    /// This engine without some policies of a user's own. `None` if one is
    /// shipped or not there: nothing runs without the guards.
    pub(crate) fn without(&self, ids: &[PolicyId]) -> Option<Cow<'_, Self>> {
        if ids.is_empty() {
            return Some(Cow::Borrowed(self));
        }
        let (mut fewer, mut policies) = (self.clone(), self.policies.whole().clone());
        for id in ids {
            if self.policy(id)?.shipped {
                return None;
            }
            let cedar_id = cedar_policy::PolicyId::new(id.as_str());
            policies.remove_static(cedar_id).ok()?;
            fewer.index.remove(id);
            fewer.need_time.retain(|other| other != id);
            fewer.may_fail.remove(id);
        }
        fewer.policies = self.sliced(policies);
        Some(Cow::Owned(fewer))
    }

    /// Some of the policies, with their scopes.
    pub(super) fn sliced(&self, policies: PolicySet) -> Sliced {
        Sliced::new(policies, &self.actions, |id| self.blind.contains(id))
    }

    /// Whether a policy is about actions or resources of a host's own alone, by its
    /// head.
    pub(crate) fn is_about_other_operations(&self, id: &PolicyId) -> bool {
        let id = cedar_policy::PolicyId::new(id.as_str());
        let Some(policy) = self.policies.whole().policy(&id) else {
            return false;
        };
        let is_other = |name: &EntityTypeName| name.namespace() != "OpenPass";
        let action = match policy.action_constraint() {
            ActionConstraint::Any => false,
            ActionConstraint::Eq(uid) => is_other(uid.type_name()),
            ActionConstraint::In(all) => all.iter().all(|uid| is_other(uid.type_name())),
        };
        action
            || match policy.resource_constraint() {
                ResourceConstraint::Any => false,
                ResourceConstraint::Is(name) | ResourceConstraint::IsIn(name, _) => is_other(&name),
                ResourceConstraint::Eq(uid) | ResourceConstraint::In(uid) => {
                    is_other(uid.type_name())
                }
            }
    }
}
