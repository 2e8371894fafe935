//! The operations that a policy is about, by its scope alone.

use core::str::FromStr as _;
use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use cedar_policy::{ActionConstraint, EntityUid, Policy, PrincipalConstraint, ResourceConstraint};

use crate::{Action, Operation, PolicyEngine, Resource};

/// The principals, resources and actions in a policy's scope.
pub(super) struct Reach {
    principal: Whom,
    resource: Whom,
    /// The ids of OpenPass's actions that it is about.
    pub(super) actions: Rc<BTreeSet<&'static str>>,
}

enum Whom {
    Anybody,
    Of(String),
    One(String, String),
}

impl Whom {
    fn one(uid: &EntityUid) -> Self {
        let id: &str = uid.id().unescaped();
        Self::One(uid.type_name().to_string(), id.to_owned())
    }

    /// In doubt, yes.
    fn may_be(&self, type_name: &str, id: &str) -> bool {
        match self {
            Self::Anybody => true,
            Self::Of(name) => name == type_name,
            Self::One(name, own) => name == type_name && own == id,
        }
    }
}

/// The principal, the action and the resource of an operation, in the names of policy.
pub(super) struct Addressed {
    principal: (String, String),
    action: &'static str,
    resource: (String, String),
}

impl Addressed {
    pub(super) fn of(operation: &Operation) -> Self {
        let principal = operation.request().principal.id();
        let resource = operation.resource();
        let name = match resource {
            Resource::Host(_) => resource.type_name().to_owned(),
            _ => format!("OpenPass::{}", resource.type_name()),
        };
        Self {
            principal: (principal.entity_type, principal.id),
            action: operation.action().shipped_id(),
            resource: (name, resource.id().to_owned()),
        }
    }
}

impl Reach {
    /// Whether the policy may be about this. In doubt, yes.
    pub(super) fn may_be(&self, asked: &Addressed) -> bool {
        self.actions.contains(asked.action)
            && self
                .principal
                .may_be(&asked.principal.0, &asked.principal.1)
            && self.resource.may_be(&asked.resource.0, &asked.resource.1)
    }
}

/// Works out what scopes say. Many policies name the same actions.
pub(super) struct Reaches<'a> {
    engine: &'a PolicyEngine,
    uids: Vec<(&'static str, EntityUid)>,
    known: BTreeMap<Vec<EntityUid>, Rc<BTreeSet<&'static str>>>,
}

impl<'a> Reaches<'a> {
    pub(super) fn of(engine: &'a PolicyEngine) -> Self {
        let uids = Action::ALL.iter().filter_map(|action| {
            let uid = format!("OpenPass::Action::\"{}\"", action.shipped_id());
            Some((action.shipped_id(), EntityUid::from_str(&uid).ok()?))
        });
        Self {
            engine,
            uids: uids.collect(),
            known: BTreeMap::new(),
        }
    }

    pub(super) fn reach(&mut self, policy: &Policy) -> Reach {
        let principal = match policy.principal_constraint() {
            PrincipalConstraint::Eq(uid) => Whom::one(&uid),
            PrincipalConstraint::Is(name) => Whom::Of(name.to_string()),
            _ => Whom::Anybody,
        };
        let resource = match policy.resource_constraint() {
            ResourceConstraint::Eq(uid) => Whom::one(&uid),
            ResourceConstraint::Is(name) => Whom::Of(name.to_string()),
            _ => Whom::Anybody,
        };
        let named = match policy.action_constraint() {
            ActionConstraint::Any => None,
            ActionConstraint::Eq(uid) => Some(vec![uid]),
            ActionConstraint::In(all) => Some(all),
        };
        Reach {
            principal,
            resource,
            actions: self.actions(named),
        }
    }

    fn actions(&mut self, named: Option<Vec<EntityUid>>) -> Rc<BTreeSet<&'static str>> {
        // No scope names nothing: that is every action.
        let key = named.clone().unwrap_or_default();
        if let Some(known) = self.known.get(&key) {
            return Rc::clone(known);
        }
        let is_named = |uid: &EntityUid| match &named {
            None => true,
            Some(all) => all
                .iter()
                .any(|one| one == uid || self.engine.actions.is_ancestor_of(one, uid)),
        };
        let about = self.uids.iter().filter(|(_, uid)| is_named(uid));
        let about: Rc<BTreeSet<&'static str>> = Rc::new(about.map(|(id, _)| *id).collect());
        self.known.insert(key, Rc::clone(&about));
        about
    }
}
