//! The parts of an engine, collected policy by policy.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use cedar_policy::{PolicyId as CedarPolicyId, PolicySet};

use super::judged::Facts;
#[cfg(feature = "author")]
use crate::engine::literals::AllLooks;
use crate::{
    PolicyId, PolicySource,
    engine::{index::Index, shipped},
};

/// The parts of an engine.
pub(super) struct Collected<'a> {
    pub(super) policies: PolicySet,
    pub(super) index: Index,
    pub(super) sources: BTreeMap<String, &'a PolicySource>,
    pub(super) need_time: Vec<PolicyId>,
    /// The policies that answer the same whatever vouches for an operation.
    pub(super) blind: HashSet<CedarPolicyId>,
    /// Attributes that some policy looks at.
    pub(super) looked_at: BTreeSet<String>,
    #[cfg(feature = "author")]
    pub(super) may_fail: BTreeSet<PolicyId>,
    #[cfg(feature = "author")]
    pub(super) looks: AllLooks,
    /// The number of levels of the policy that nests deepest.
    pub(super) levels: usize,
}

impl Default for Collected<'_> {
    fn default() -> Self {
        Self {
            policies: PolicySet::new(),
            index: Index::new(),
            sources: BTreeMap::new(),
            need_time: Vec::new(),
            blind: shipped::BLIND.iter().map(CedarPolicyId::new).collect(),
            looked_at: shipped::LOOKED_AT
                .iter()
                .map(|it| (*it).to_owned())
                .collect(),
            #[cfg(feature = "author")]
            may_fail: BTreeSet::new(),
            #[cfg(feature = "author")]
            looks: AllLooks::new(),
            levels: shipped::LEVELS,
        }
    }
}

impl Collected<'_> {
    /// Notes what has to be known of a policy of a user's own.
    pub(super) fn note(&mut self, id: &PolicyId, facts: Facts) {
        self.levels = self.levels.max(facts.levels);
        if facts.looks_at_time {
            self.need_time.push(id.clone());
        }
        if facts.is_blind {
            self.blind.insert(CedarPolicyId::new(id.as_str()));
        }
        #[cfg(feature = "author")]
        {
            if facts.computes {
                self.may_fail.insert(id.clone());
            }
            self.looks.insert(id.clone(), facts.looks.into());
        }
    }
}
