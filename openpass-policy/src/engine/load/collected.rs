//! The parts of an engine, collected policy by policy.

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::{Policy, PolicySet, PolicySetError};

use super::wrong::{self, Wrong};
#[cfg(feature = "author")]
use crate::engine::literals::{AllLooks, Looks};
use crate::{
    PolicyId, PolicySource, ProblemKind,
    engine::{
        advice::Names,
        index::{Index, Origin},
        shape, shipped,
    },
};

/// The parts of an engine.
pub(super) struct Collected<'a> {
    pub(super) policies: PolicySet,
    /// Those of a user's own alone.
    pub(super) own: PolicySet,
    pub(super) index: Index,
    pub(super) sources: BTreeMap<String, &'a PolicySource>,
    pub(super) need_time: Vec<PolicyId>,
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
            own: PolicySet::new(),
            index: Index::new(),
            sources: BTreeMap::new(),
            need_time: Vec::new(),
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
    /// Adds a policy under its final id.
    pub(super) fn add(
        &mut self,
        origin: &Origin<'_>,
        policy: &Policy,
    ) -> Result<(), Box<PolicySetError>> {
        if !origin.shipped {
            self.own.add(policy.clone())?;
        }
        Ok(self.policies.add(policy.clone())?)
    }

    /// Returns what is wrong with the shape of a policy of a user's own, if anything.
    /// Notes what has to be known of the policy.
    pub(super) fn bad_shape(
        &mut self,
        origin: &Origin<'_>,
        policy: &Policy,
        id: &str,
        names: &Names<'_>,
    ) -> Option<Wrong> {
        if origin.shipped {
            return None;
        }
        let Ok(json) = policy.to_json() else {
            let message = "the policy has no JSON form".to_owned();
            return Some((
                ProblemKind::Syntax,
                message,
                "write it more simply".to_owned(),
            ));
        };
        let levels = shape::levels(&json);
        if let Some(wrong) = wrong::shape(&json, levels, names) {
            return Some(wrong);
        }
        self.levels = self.levels.max(levels);
        shape::attributes(&json, &mut self.looked_at);
        if shape::looks_at_time(&json) {
            self.need_time.push(PolicyId::new(id));
        }
        #[cfg(feature = "author")]
        {
            if shape::computes(&json) {
                self.may_fail.insert(PolicyId::new(id));
            }
            let looks = Looks::of(&json);
            self.looks.insert(PolicyId::new(id), looks.into());
        }
        None
    }
}
