//! A policy set, and of it the policies whose scopes a request fits: the others are not
//! evaluated.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use cedar_policy::{Entities, EntityUid, Policy, PolicyId as CedarPolicyId, PolicySet};

use super::{
    deciding::Deciding,
    reach::{Addressed, Reach, Reaches, Whom},
};

/// The most policies that the slices which are kept have together. The last one is kept
/// whatever its size.
const KEPT: usize = 4_096;
/// The number of policies above which a slice that has most of the set is not made: all of
/// the set will do, apart once for every such slice.
const MANY: usize = KEPT / 8;
/// The number of policies that a slice counts as, beside its own.
const LEAST: usize = KEPT / 64;

/// A policy set, with the scopes of its policies.
#[derive(Clone)]
pub(super) struct Sliced {
    whole: Arc<PolicySet>,
    /// All of the policies, apart: made where a slice would be most of them.
    whole_apart: Arc<OnceLock<Arc<Deciding>>>,
    scopes: Arc<Scopes>,
    kept: Arc<Mutex<Kept>>,
}

impl Sliced {
    /// `is_blind` says of which policies [`Deciding::apart`] may be told so.
    pub(super) fn new(
        set: PolicySet,
        actions: &Entities,
        is_blind: impl Fn(&CedarPolicyId) -> bool,
    ) -> Self {
        Self {
            scopes: Arc::new(Scopes::of(&set, actions, is_blind)),
            whole: Arc::new(set),
            whole_apart: Arc::default(),
            kept: Arc::default(),
        }
    }

    /// All of the policies.
    #[cfg(feature = "author")]
    pub(super) fn whole(&self) -> &PolicySet {
        &self.whole
    }

    /// The policies that a request may fit.
    ///
    /// INVARIANT: a policy whose scope a request does not fit decides nothing and cannot
    /// fail, so that Cedar answers the same without it. Cedar evaluates the scope of each
    /// policy that is left, too.
    pub(super) fn slice(&self, asked: &Addressed) -> Arc<Deciding> {
        let key = self.scopes.key(asked);
        // What is kept is whole at every moment.
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slice) = kept.get(&key) {
            return slice;
        }
        drop(kept);
        let slice = self.new_slice(asked);
        let whole = self.whole_apart.get();
        let size = match whole.is_some_and(|whole| Arc::ptr_eq(&slice, whole)) {
            true => 0,
            false => slice.count(),
        };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.keep(key, &slice, size);
        slice
    }

    fn new_slice(&self, asked: &Addressed) -> Arc<Deciding> {
        let fitting: Vec<&Entry> = self.scopes.fitting(asked).collect();
        let is_most = fitting.len().saturating_mul(2) > self.scopes.entries.len();
        if is_most && fitting.len() > MANY {
            return self.all();
        }
        // Each is there, once.
        let policies: Option<Vec<(&Policy, bool)>> = fitting
            .iter()
            .map(|it| Some((self.whole.policy(&it.id)?, it.is_blind)))
            .collect();
        policies
            .and_then(|all| Deciding::apart(all.into_iter()))
            .map_or_else(|| self.all(), Arc::new)
    }

    fn all(&self) -> Arc<Deciding> {
        let apart = self.whole_apart.get_or_init(|| {
            let entries = self.scopes.entries.iter();
            let all = entries.filter_map(|it| Some((self.whole.policy(&it.id)?, it.is_blind)));
            let apart = Deciding::apart(all);
            let is_whole = |it: &Deciding| it.count() == self.whole.num_of_policies();
            let apart = apart.filter(is_whole);
            Arc::new(apart.unwrap_or_else(|| Deciding::together((*self.whole).clone())))
        });
        Arc::clone(apart)
    }
}

/// A policy, and what is known of it.
struct Entry {
    id: CedarPolicyId,
    reach: Reach,
    is_blind: bool,
}

/// The scope of each policy of a set, to be found by the entities that they name.
struct Scopes {
    entries: Vec<Entry>,
    /// Those about one principal.
    of_principal: HashMap<EntityUid, Vec<usize>>,
    /// Those about one resource, and no one principal.
    of_resource: HashMap<EntityUid, Vec<usize>>,
    others: Vec<usize>,
    /// The principals and resources that some scope names.
    named: HashSet<EntityUid>,
}

impl Scopes {
    fn of(set: &PolicySet, actions: &Entities, is_blind: impl Fn(&CedarPolicyId) -> bool) -> Self {
        let mut reaches = Reaches::of(actions);
        let entries = set.policies().map(|policy| Entry {
            id: policy.id().clone(),
            reach: reaches.reach(policy),
            is_blind: is_blind(policy.id()),
        });
        let mut scopes = Self {
            entries: entries.collect(),
            of_principal: HashMap::new(),
            of_resource: HashMap::new(),
            others: Vec::new(),
            named: HashSet::new(),
        };
        for (number, Entry { reach, .. }) in scopes.entries.iter().enumerate() {
            for whom in [&reach.principal, &reach.resource] {
                if let Whom::One(uid) = whom {
                    scopes.named.insert(uid.clone());
                }
            }
            let place = match (&reach.principal, &reach.resource) {
                (Whom::One(uid), _) => scopes.of_principal.entry(uid.clone()).or_default(),
                (_, Whom::One(uid)) => scopes.of_resource.entry(uid.clone()).or_default(),
                _ => &mut scopes.others,
            };
            place.push(number);
        }
        scopes
    }

    fn fitting<'s>(&'s self, asked: &'s Addressed) -> impl Iterator<Item = &'s Entry> {
        let of_principal = self.of_principal.get(&asked.principal);
        let of_resource = self.of_resource.get(&asked.resource);
        let named = of_principal.into_iter().chain(of_resource).flatten();
        let numbers = named.chain(&self.others);
        let entries = numbers.filter_map(|number| self.entries.get(*number));
        entries.filter(|it| it.reach.may_be(asked))
    }

    /// The parts that two requests have in common if the same policies fit them.
    fn key(&self, asked: &Addressed) -> Key {
        let whom = |uid: &EntityUid| match self.named.contains(uid) {
            true => Whom::One(uid.clone()),
            false => Whom::Of(uid.type_name().clone()),
        };
        Key {
            action: asked.action.clone(),
            principal: whom(&asked.principal),
            resource: whom(&asked.resource),
        }
    }
}

#[derive(PartialEq, Eq)]
struct Key {
    action: EntityUid,
    principal: Whom,
    resource: Whom,
}

/// The slices that were asked for last, each with its size, the last one behind.
#[derive(Default)]
struct Kept(VecDeque<(Key, Arc<Deciding>, usize)>);

impl Kept {
    fn get(&mut self, key: &Key) -> Option<Arc<Deciding>> {
        let at = self.0.iter().position(|(known, ..)| known == key)?;
        let found = self.0.remove(at)?;
        let slice = Arc::clone(&found.1);
        self.0.push_back(found);
        Some(slice)
    }

    fn keep(&mut self, key: Key, slice: &Arc<Deciding>, size: usize) {
        if self.get(&key).is_some() {
            return;
        }
        // Each takes some room, however few policies it has.
        let size = size.saturating_add(LEAST);
        self.0.push_back((key, Arc::clone(slice), size));
        let mut total: usize = self.0.iter().map(|(.., size)| size).sum();
        while total > KEPT && self.0.len() > 1 {
            let oldest = self.0.pop_front();
            total = total.saturating_sub(oldest.map_or(0, |(.., size)| size));
        }
    }
}

#[cfg(test)]
mod tests;
