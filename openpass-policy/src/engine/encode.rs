//! From an operation to Cedar's request and entities.

use core::str::FromStr as _;
use std::collections::{HashMap, HashSet};

use cedar_policy::{
    Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, Request, RestrictedExpression,
};
use openpass_auth::SafeText;

use super::PolicyEngine;
use crate::{AgentRef, AuthFactor, Denial, Operation, Principal, Resource, operation::Extra};

/// An operation as Cedar sees it, but for the factor.
pub(super) struct Encoded {
    principal: EntityUid,
    action: EntityUid,
    resource: EntityUid,
    entities: Entities,
    context: Vec<(String, RestrictedExpression)>,
}

impl Encoded {
    pub(super) fn new(engine: &PolicyEngine, operation: &Operation) -> Result<Self, Denial> {
        let principal = principal_uid(&operation.request().principal)?;
        let resource = uid(operation.resource().type_name(), operation.resource().id())?;
        Ok(Self {
            action: uid("Action", operation.action().as_str())?,
            entities: entities(engine, operation, &principal, &resource)?,
            context: context(operation)?,
            principal,
            resource,
        })
    }

    pub(super) const fn entities(&self) -> &Entities {
        &self.entities
    }

    /// The request with `factor` given. It is checked against the schema:
    /// without, Cedar takes unknown enum values.
    pub(super) fn request(
        &self,
        engine: &PolicyEngine,
        factor: AuthFactor,
    ) -> Result<Request, Denial> {
        let factor = entity_value("AuthFactor", factor.as_str())?;
        let authentication = record([("factor", factor)])?;
        let pairs = self
            .context
            .iter()
            .cloned()
            .chain([("authentication".to_owned(), authentication)]);
        let context = Context::from_pairs(pairs).map_err(invalid)?;
        Request::new(
            self.principal.clone(),
            self.action.clone(),
            self.resource.clone(),
            context,
            Some(&engine.schema),
        )
        .map_err(invalid)
    }
}

fn invalid(error: impl core::fmt::Display) -> Denial {
    Denial::InvalidRequest {
        detail: SafeText::escape(&error.to_string()).to_string(),
    }
}

fn uid(type_name: &str, id: &str) -> Result<EntityUid, Denial> {
    let name = EntityTypeName::from_str(&format!("OpenPass::{type_name}")).map_err(invalid)?;
    Ok(EntityUid::from_type_name_and_id(name, EntityId::new(id)))
}

fn principal_uid(principal: &Principal) -> Result<EntityUid, Denial> {
    match principal {
        Principal::User => uid("User", "owner"),
        Principal::Agent(agent) => uid("Agent", &agent.name),
    }
}

fn entity_value(type_name: &str, id: &str) -> Result<RestrictedExpression, Denial> {
    Ok(RestrictedExpression::new_entity_uid(uid(type_name, id)?))
}

fn record<const N: usize>(
    fields: [(&str, RestrictedExpression); N],
) -> Result<RestrictedExpression, Denial> {
    let fields = fields.map(|(name, value)| (name.to_owned(), value));
    RestrictedExpression::new_record(fields).map_err(invalid)
}

/// The principal, the resource and the agent that the resource refers to: a
/// reference to an entity that is missing would be an evaluation error.
fn entities(
    engine: &PolicyEngine,
    operation: &Operation,
    principal: &EntityUid,
    resource: &EntityUid,
) -> Result<Entities, Denial> {
    let mut all = vec![resource_entity(operation.resource(), resource)?];
    let asking = match &operation.request().principal {
        Principal::User => {
            all.push(Entity::with_uid(principal.clone()));
            None
        }
        Principal::Agent(agent) => {
            all.push(agent_entity(agent)?);
            Some(agent)
        }
    };
    if let Resource::AgentProfile { agent } = operation.resource() {
        match asking {
            Some(same) if same.name == agent.name && same != agent => {
                return Err(invalid("the agent that asks differs from its own profile"));
            }
            Some(same) if same.name == agent.name => {}
            _ => all.push(agent_entity(agent)?),
        }
    }
    engine
        .actions
        .clone()
        .add_entities(all, Some(&engine.schema))
        .map_err(invalid)
}

fn agent_entity(agent: &AgentRef) -> Result<Entity, Denial> {
    let attributes = HashMap::from([
        (
            "tier".to_owned(),
            RestrictedExpression::new_long(i64::from(agent.tier.rank())),
        ),
        (
            "canManageConfig".to_owned(),
            RestrictedExpression::new_bool(agent.can_manage_config),
        ),
    ]);
    Entity::new(uid("Agent", &agent.name)?, attributes, HashSet::new()).map_err(invalid)
}

fn resource_entity(resource: &Resource, uid: &EntityUid) -> Result<Entity, Denial> {
    let attributes = match resource {
        Resource::AgentProfile { agent } => {
            HashMap::from([("agent".to_owned(), entity_value("Agent", &agent.name)?)])
        }
        Resource::Token {
            agent_name,
            all_tools,
            ..
        } => HashMap::from([
            (
                "agentName".to_owned(),
                RestrictedExpression::new_string(agent_name.clone()),
            ),
            (
                "allTools".to_owned(),
                RestrictedExpression::new_bool(*all_tools),
            ),
        ]),
        _ => HashMap::new(),
    };
    Entity::new(uid.clone(), attributes, HashSet::new()).map_err(invalid)
}

fn context(operation: &Operation) -> Result<Vec<(String, RestrictedExpression)>, Denial> {
    let request = operation.request();
    let settings = request.settings;
    let guard = record([
        ("stepUp", entity_value("StepUp", settings.step_up.as_str())?),
        (
            "unattended",
            entity_value("Unattended", settings.unattended.as_str())?,
        ),
    ])?;
    let mut pairs = vec![
        (
            "channel".to_owned(),
            entity_value("Channel", request.channel.as_str())?,
        ),
        (
            "attended".to_owned(),
            RestrictedExpression::new_bool(request.attended),
        ),
        ("guard".to_owned(), guard),
    ];
    match operation.extra() {
        Extra::None => {}
        Extra::Tier { before, after } => {
            let rank = |tier: crate::Tier| RestrictedExpression::new_long(i64::from(tier.rank()));
            let tier = record([("before", rank(before)), ("after", rank(after))])?;
            pairs.push(("tier".to_owned(), tier));
        }
        Extra::Method { before, after } => {
            let method = record([
                ("before", entity_value("AuthMethod", before.as_str())?),
                ("after", entity_value("AuthMethod", after.as_str())?),
            ])?;
            pairs.push(("method".to_owned(), method));
        }
    }
    Ok(pairs)
}
