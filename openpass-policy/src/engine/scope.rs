//! What may be decided otherwise by another set of policies.

use cedar_policy::{ActionConstraint, EntityUid, Policy, PrincipalConstraint, ResourceConstraint};

use super::{PolicyEngine, encode::Encoded};
use crate::Operation;

/// The policies that only one of two engines has.
pub(crate) struct Differing<'a> {
    engine: &'a PolicyEngine,
    policies: Vec<&'a Policy>,
}

impl PolicyEngine {
    /// The own policies that are in this engine or in `other`, and not in both.
    pub(crate) fn differing<'a>(&'a self, other: &'a Self) -> Differing<'a> {
        let mut policies: Vec<&Policy> = self.own_but(other).collect();
        policies.extend(other.own_but(self));
        Differing {
            engine: self,
            policies,
        }
    }

    fn own_but<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a Policy> {
        self.own()
            .filter(|policy| other.policies.policy(policy.id()) != Some(policy))
    }
}

impl Differing<'_> {
    /// Whether the engines may decide otherwise on `operation`: whether one of
    /// these policies is about its principal, action and resource. In doubt,
    /// yes.
    pub(crate) fn may_matter(&self, operation: &Operation) -> bool {
        if self.policies.is_empty() {
            return false;
        }
        // Without a time, a policy that needs one denies everything.
        let Ok(encoded) = Encoded::new(self.engine, operation) else {
            return true;
        };
        operation.request().time.is_none()
            || self
                .policies
                .iter()
                .any(|policy| self.is_about(policy, &encoded))
    }

    fn is_about(&self, policy: &Policy, encoded: &Encoded) -> bool {
        let is = |name: &cedar_policy::EntityTypeName, uid: &EntityUid| uid.type_name() == name;
        let action = |uid: &EntityUid| {
            uid == encoded.action() || self.engine.actions.is_ancestor_of(uid, encoded.action())
        };
        let principal = match policy.principal_constraint() {
            PrincipalConstraint::Eq(uid) => uid == *encoded.principal(),
            PrincipalConstraint::Is(name) => is(&name, encoded.principal()),
            _ => true,
        };
        let resource = match policy.resource_constraint() {
            ResourceConstraint::Eq(uid) => uid == *encoded.resource(),
            ResourceConstraint::Is(name) => is(&name, encoded.resource()),
            _ => true,
        };
        principal
            && resource
            && match policy.action_constraint() {
                ActionConstraint::Any => true,
                ActionConstraint::Eq(uid) => action(&uid),
                ActionConstraint::In(all) => all.iter().any(action),
            }
    }
}
