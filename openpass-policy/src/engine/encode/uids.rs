//! Entities by the names of the schema, each of which is parsed once.

use core::str::FromStr as _;
use std::{collections::HashMap, sync::Arc};

use cedar_policy::{EntityId, EntityTypeName, EntityUid, RestrictedExpression, Schema};

use super::invalid;
use crate::{
    Action, Denial, Entity, Principal, Resource, engine::reach::Addressed, operation::Question,
};

/// The namespace of OpenPass's own types, with what stands behind it.
const OWN: &str = "OpenPass::";

/// The entity types of a schema by their names.
#[derive(Debug, Clone)]
pub(in crate::engine) struct Uids {
    /// OpenPass's own, without the namespace.
    own: Arc<HashMap<String, EntityTypeName>>,
    /// A host's, with the namespace.
    hosts: Arc<HashMap<String, EntityTypeName>>,
}

impl Uids {
    pub(in crate::engine) fn of(schema: &Schema) -> Self {
        let actions = schema.actions().map(EntityUid::type_name);
        let (mut own, mut hosts) = (HashMap::new(), HashMap::new());
        for name in schema.entity_types().chain(actions) {
            let full = name.to_string();
            match full.strip_prefix(OWN) {
                Some(bare) => own.insert(bare.to_owned(), name.clone()),
                None => hosts.insert(full, name.clone()),
            };
        }
        Self {
            own: Arc::new(own),
            hosts: Arc::new(hosts),
        }
    }

    /// An entity of a type of OpenPass's own.
    pub(super) fn own(&self, type_name: &str, id: &str) -> Result<EntityUid, Denial> {
        let name = match self.own.get(type_name) {
            Some(name) => name.clone(),
            None => parsed(&format!("{OWN}{type_name}"))?,
        };
        Ok(EntityUid::from_type_name_and_id(name, EntityId::new(id)))
    }

    /// A reference to an entity of a type of OpenPass's own.
    pub(super) fn value(&self, type_name: &str, id: &str) -> Result<RestrictedExpression, Denial> {
        let uid = self.own(type_name, id)?;
        Ok(RestrictedExpression::new_entity_uid(uid))
    }

    /// An entity that a host names with its namespace. One without, or in OpenPass's, is
    /// not the host's to name.
    fn host(&self, full: &str, id: &str) -> Result<EntityUid, Denial> {
        if full.starts_with(OWN) {
            return Err(invalid("a host's operation has a namespace of its own"));
        }
        let name = match self.hosts.get(full) {
            Some(name) => name.clone(),
            None => parsed(full)?,
        };
        Ok(EntityUid::from_type_name_and_id(name, EntityId::new(id)))
    }

    pub(super) fn entity(&self, entity: &Entity) -> Result<EntityUid, Denial> {
        match entity.entity_type() {
            name if name.contains("::") => self.host(name, entity.id()),
            _ => Err(invalid("a host's entity is named with its namespace")),
        }
    }

    /// The action, as policy names it.
    pub(in crate::engine) fn action(&self, action: &Action) -> Result<EntityUid, Denial> {
        let Action::Host(action) = action else {
            return self.own("Action", action.as_str());
        };
        match action.id().rsplit_once("::") {
            Some((namespace, id)) => self.host(&format!("{namespace}::Action"), id),
            None => Err(invalid("a host's action is named with its namespace")),
        }
    }

    fn principal(&self, principal: &Principal) -> Result<EntityUid, Denial> {
        match principal {
            Principal::User => self.own("User", "owner"),
            Principal::Agent(agent) => self.own("Agent", &agent.name),
            Principal::Host(entity) => self.entity(entity),
        }
    }

    fn resource(&self, resource: &Resource) -> Result<EntityUid, Denial> {
        match resource {
            Resource::Host(own) => self.entity(own),
            _ => self.own(resource.type_name(), resource.id()),
        }
    }

    /// The principal, the action and the resource of a question, as policy names them.
    pub(in crate::engine) fn addressed(&self, question: &Question) -> Result<Addressed, Denial> {
        Ok(Addressed {
            principal: self.principal(&question.request.principal)?,
            action: self.action(&question.action)?,
            resource: self.resource(&question.resource)?,
        })
    }
}

fn parsed(name: &str) -> Result<EntityTypeName, Denial> {
    EntityTypeName::from_str(name).map_err(invalid)
}
