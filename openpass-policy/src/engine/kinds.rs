//! The kinds of requests that there are, and the policies of a user's own as data: for
//! what judges policies without a solver.

use std::collections::BTreeSet;

use cedar_policy::{Policy, PolicySet};
use serde_json::Value;

use super::{PolicyEngine, extend, model::Types, policy_id, stack};
use crate::{PolicyId, PolicyLoadError};

/// One kind of request: who asks, for what, on what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestKind {
    /// The principal's entity type.
    pub(crate) principal: String,
    /// The action, by [`uid`].
    pub(crate) action: String,
    /// The action itself and every group that it is in.
    pub(crate) groups: BTreeSet<String>,
    /// The resource's entity type.
    pub(crate) resource: String,
}

/// A policy of a user's own.
#[derive(Debug)]
pub(crate) struct OwnPolicy {
    pub(crate) id: PolicyId,
    /// Its JSON form.
    pub(crate) json: Value,
    /// Its text as it was written.
    pub(crate) text: String,
    /// Whether it computes something, and so may fail.
    pub(crate) may_fail: bool,
}

/// An entity by its type and id.
pub(crate) fn uid(entity_type: &str, id: &str) -> String {
    format!("{entity_type}::\"{id}\"")
}

fn of(entity: &cedar_policy::EntityUid) -> String {
    uid(&entity.type_name().to_string(), entity.id().unescaped())
}

impl PolicyEngine {
    /// Every kind of request that fits the schema.
    pub(crate) fn kinds(&self) -> Vec<RequestKind> {
        let kind = |env: cedar_policy::RequestEnv| {
            let groups = self.actions.ancestors(env.action()).into_iter().flatten();
            RequestKind {
                principal: env.principal().to_string(),
                action: of(env.action()),
                groups: groups.map(of).chain([of(env.action())]).collect(),
                resource: env.resource().to_string(),
            }
        };
        let mut kinds: Vec<RequestKind> = self.schema.request_envs().map(kind).collect();
        kinds.sort_by(|a, b| (&a.action, &a.principal).cmp(&(&b.action, &b.principal)));
        kinds
    }

    /// Returns the type of every value of a request.
    pub(crate) fn types(&self) -> Result<Types, PolicyLoadError> {
        let (channels, fragments) = &*self.declared;
        extend::types(channels, fragments)
    }

    /// The policies of a user's own, by file and place.
    pub(crate) fn own_policies(&self) -> Vec<OwnPolicy> {
        let own = |policy: &Policy| {
            let id = policy_id(policy.id());
            Some(OwnPolicy {
                json: policy.to_json().ok()?,
                text: policy.to_cedar().unwrap_or_default(),
                may_fail: self.may_fail.contains(&id),
                id,
            })
        };
        let mut all: Vec<OwnPolicy> = self.own().filter_map(own).collect();
        all.sort_by_cached_key(|policy| {
            let info = self.policy(&policy.id);
            (
                info.map(|info| (info.file.clone(), info.line)),
                policy.id.clone(),
            )
        });
        all
    }

    /// The shipped policies' JSON forms.
    pub(crate) fn shipped_policies(&self) -> Vec<Value> {
        let all = self.shipped.policies();
        all.filter_map(|policy| policy.to_json().ok()).collect()
    }

    /// The shipped policies with one of a user's own, alone.
    pub(crate) fn with_only(&self, id: &PolicyId) -> Option<Self> {
        let policy = self.own().find(|policy| policy_id(policy.id()) == *id)?;
        let shipped = self.shipped.policies().cloned();
        let mut policies = PolicySet::from_policies(shipped).ok()?;
        policies.add(policy.clone()).ok()?;
        let mut one = self.clone();
        one.policies = self.sliced(policies);
        one.need_time.retain(|other| other == id);
        Some(one)
    }
}

/// Runs what recurses over policies, on a thread with a stack of its own.
pub(crate) fn with_room<T: Send>(
    judge: impl FnOnce() -> Result<T, PolicyLoadError> + Send,
) -> Result<T, PolicyLoadError> {
    stack::for_loading(judge)
}
