//! The requests that a policy is about, by its scope alone.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use cedar_policy::{
    ActionConstraint, Entities, EntityTypeName, EntityUid, Policy, PrincipalConstraint,
    ResourceConstraint,
};

/// The principals, resources and actions in a policy's scope.
#[derive(Clone)]
pub(super) struct Reach {
    pub(super) principal: Whom,
    pub(super) resource: Whom,
    /// The actions that it is about; `None` is every action.
    actions: Option<Arc<HashSet<EntityUid>>>,
}

/// A principal or a resource, as far as a scope names it.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Whom {
    Anybody,
    Of(EntityTypeName),
    One(EntityUid),
}

impl Whom {
    /// In doubt, yes.
    fn may_be(&self, uid: &EntityUid) -> bool {
        match self {
            Self::Anybody => true,
            Self::Of(name) => name == uid.type_name(),
            Self::One(own) => own == uid,
        }
    }
}

/// The principal, the action and the resource of a request.
#[derive(Debug, Clone)]
pub(super) struct Addressed {
    pub(super) principal: EntityUid,
    pub(super) action: EntityUid,
    pub(super) resource: EntityUid,
}

impl Reach {
    /// Whether the policy may be about this. In doubt, yes.
    pub(super) fn may_be(&self, asked: &Addressed) -> bool {
        self.is_about(&asked.action)
            && self.principal.may_be(&asked.principal)
            && self.resource.may_be(&asked.resource)
    }

    /// Whether the policy is about this action, or a group that the action is in.
    pub(super) fn is_about(&self, action: &EntityUid) -> bool {
        let actions = self.actions.as_ref();
        actions.is_none_or(|actions| actions.contains(action))
    }
}

/// Works out what scopes say. Many policies name the same actions.
pub(super) struct Reaches<'a> {
    /// Every action and group of the schema.
    actions: &'a Entities,
    known: HashMap<Vec<EntityUid>, Arc<HashSet<EntityUid>>>,
}

impl<'a> Reaches<'a> {
    pub(super) fn of(actions: &'a Entities) -> Self {
        Self {
            actions,
            known: HashMap::new(),
        }
    }

    pub(super) fn reach(&mut self, policy: &Policy) -> Reach {
        Reach {
            principal: match policy.principal_constraint() {
                PrincipalConstraint::Eq(uid) => Whom::One(uid),
                PrincipalConstraint::Is(name) | PrincipalConstraint::IsIn(name, _) => {
                    Whom::Of(name)
                }
                PrincipalConstraint::Any | PrincipalConstraint::In(_) => Whom::Anybody,
            },
            resource: match policy.resource_constraint() {
                ResourceConstraint::Eq(uid) => Whom::One(uid),
                ResourceConstraint::Is(name) | ResourceConstraint::IsIn(name, _) => Whom::Of(name),
                ResourceConstraint::Any | ResourceConstraint::In(_) => Whom::Anybody,
            },
            actions: match policy.action_constraint() {
                ActionConstraint::Any => None,
                ActionConstraint::Eq(uid) => Some(self.under(vec![uid])),
                ActionConstraint::In(all) => Some(self.under(all)),
            },
        }
    }

    /// The actions that are one of `named`, or in one.
    fn under(&mut self, named: Vec<EntityUid>) -> Arc<HashSet<EntityUid>> {
        if let Some(known) = self.known.get(&named) {
            return Arc::clone(known);
        }
        let is_under = |action: &EntityUid| {
            named
                .iter()
                .any(|one| one == action || self.actions.is_ancestor_of(one, action))
        };
        let all = self.actions.iter().map(|entity| entity.uid());
        let about = Arc::new(all.filter(is_under).collect());
        self.known.insert(named, Arc::clone(&about));
        about
    }
}
