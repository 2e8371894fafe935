//! The policies of a user's own, each by itself: what its shape says, and whether it fits
//! the schema. Where there are many, several threads judge them.

use core::num::NonZero;
use std::{collections::BTreeSet, thread};

use cedar_policy::{Policy, PolicySet, ValidationMode, ValidationResult, Validator};
use serde_json::Value;

#[cfg(feature = "author")]
use crate::engine::literals::Looks;
use crate::{
    PolicySource,
    engine::{expression, index::Begins, shape, stack},
};

/// The least policies for which a thread of its own is worth while.
const FEW: usize = 64;
/// The most threads.
const THREADS: usize = 8;

/// A policy that parses, under its final id.
pub(super) struct Candidate<'a> {
    pub(super) policy: Policy,
    pub(super) source: &'a PolicySource,
    pub(super) begins: Begins,
}

/// The facts that a policy's shape shows.
pub(super) struct Facts {
    /// The number of levels by which its operators nest.
    pub(super) levels: usize,
    /// The entity that it names and looks into.
    pub(super) looks_into: Option<String>,
    /// An operation without a time is denied where this is so, whichever way the policy is
    /// written.
    pub(super) looks_at_time: bool,
    /// Whether it answers the same whatever vouches for the operation.
    pub(super) is_blind: bool,
    #[cfg(feature = "author")]
    pub(super) computes: bool,
    #[cfg(feature = "author")]
    pub(super) looks: Looks,
}

impl Facts {
    /// The facts of the policy of this JSON form. `None` where a part of it cannot be read.
    fn of(json: &Value) -> Option<Self> {
        expression::are_readable(json).then(|| Self {
            levels: shape::levels(json),
            looks_into: shape::looks_into(json),
            looks_at_time: shape::looks_at_context(json, "time"),
            is_blind: !shape::looks_at_context(json, "authentication"),
            #[cfg(feature = "author")]
            computes: shape::computes(json),
            #[cfg(feature = "author")]
            looks: Looks::of(json),
        })
    }

    /// Whether the policy may be held against the schema, and decide.
    pub(super) const fn are_fine(&self) -> bool {
        self.levels <= PolicySource::MAX_LEVELS && self.looks_into.is_none()
    }
}

/// Some policies, judged.
pub(super) struct Judged {
    /// The facts of each policy; `None` where nobody can tell.
    pub(super) facts: Vec<Option<Facts>>,
    /// The attributes that any of them looks at.
    pub(super) looked_at: BTreeSet<String>,
    /// The validator's result on the policies whose shape is fine.
    pub(super) fit: ValidationResult,
}

/// Judges `candidates`. The parts of the answer are in their order.
pub(super) fn judge(validator: &Validator, candidates: &[Candidate<'_>]) -> Vec<Judged> {
    let threads = candidates.len().div_ceil(FEW);
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = threads.min(cores).min(THREADS);
    if threads < 2 {
        return vec![judge_some(validator, candidates)];
    }
    let size = candidates.len().div_ceil(threads);
    thread::scope(|scope| {
        let (first, others) = candidates.split_at(size.min(candidates.len()));
        let others = others.chunks(size).map(|some| {
            let judging = stack::spawn_for_loading(scope, || judge_some(validator, some));
            (some, judging)
        });
        let others: Vec<_> = others.collect();
        let mut all = vec![judge_some(validator, first)];
        all.extend(others.into_iter().map(|(some, judging)| {
            // Without a thread, or where one panicked, this one does the work.
            let judged = judging.ok().and_then(|it| it.join().ok());
            judged.unwrap_or_else(|| judge_some(validator, some))
        }));
        all
    })
}

fn judge_some(validator: &Validator, candidates: &[Candidate<'_>]) -> Judged {
    let (mut facts, mut looked_at) = (Vec::new(), BTreeSet::new());
    let mut fine = PolicySet::new();
    for Candidate { policy, .. } in candidates {
        let found = policy.to_json().ok().and_then(|json| {
            shape::attributes(&json, &mut looked_at);
            Facts::of(&json)
        });
        // INVARIANT: what is not held against the schema does not load.
        facts.push(found.filter(|it| !it.are_fine() || fine.add(policy.clone()).is_ok()));
    }
    Judged {
        facts,
        looked_at,
        fit: validator.validate(&fine, ValidationMode::Strict),
    }
}
