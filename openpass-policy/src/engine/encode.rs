//! From an operation to Cedar's request and entities.

mod own;

use core::{cell::RefCell, str::FromStr as _};
use std::collections::{HashMap, HashSet};

use super::PolicyEngine;
use crate::{
    Action, AgentRef, Authentication, Channel, ConfigKeyKind, Denial, Operation, OperationError,
    Power, Powers, Principal, Resource, Standing, TokenRef, operation::Extra, repair,
};
use cedar_policy::{
    Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, Request, RestrictedExpression,
};

/// An operation as Cedar sees it, but for what vouches for it.
pub(super) struct Encoded {
    principal: EntityUid,
    action: EntityUid,
    resource: EntityUid,
    entities: Entities,
    context: Vec<(String, RestrictedExpression)>,
    /// The requests that were asked for.
    requests: RefCell<Vec<(Authentication, Request)>>,
    /// Whether policies of a user's own decide too.
    pub(super) own_policies: bool,
}

impl Encoded {
    pub(super) fn new(engine: &PolicyEngine, operation: &Operation) -> Result<Self, Denial> {
        engine.fits(operation).map_err(Denial::invalid)?;
        let principal = principal_uid(&operation.request().principal)?;
        let resource = resource_uid(operation.resource())?;
        Ok(Self {
            action: action_uid(operation.action())?,
            entities: entities(engine, operation, &principal, &resource)?,
            context: context(engine, operation)?,
            requests: RefCell::default(),
            principal,
            resource,
            own_policies: !repair::is_the_persons(operation),
        })
    }

    /// Changes the operation's context to that of another time and other settings.
    #[cfg(feature = "author")]
    pub(super) fn retold(
        &mut self,
        engine: &PolicyEngine,
        other: &Operation,
    ) -> Result<(), Denial> {
        self.context = context(engine, other)?;
        self.requests.get_mut().clear();
        Ok(())
    }

    pub(super) const fn entities(&self) -> &Entities {
        &self.entities
    }

    /// The request with `given` to vouch for it. It is checked against the schema:
    /// without, Cedar takes unknown enum values.
    pub(super) fn request(
        &self,
        engine: &PolicyEngine,
        given: Authentication,
    ) -> Result<Request, Denial> {
        let mut requests = self.requests.borrow_mut();
        if let Some((_, known)) = requests.iter().find(|(known, _)| *known == given) {
            return Ok(known.clone());
        }
        let request = self.new_request(engine, given)?;
        requests.push((given, request.clone()));
        Ok(request)
    }

    fn new_request(&self, engine: &PolicyEngine, given: Authentication) -> Result<Request, Denial> {
        let factor = entity_value("AuthFactor", given.factor().as_str())?;
        let approver = entity_value("ApproverKind", given.approver().as_str())?;
        let authentication = record([("factor", factor), ("approver", approver)])?;
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
        problems: OperationError::of_cedar(error),
    }
}

fn uid(type_name: &str, id: &str) -> Result<EntityUid, Denial> {
    let name = EntityTypeName::from_str(&format!("OpenPass::{type_name}")).map_err(invalid)?;
    Ok(EntityUid::from_type_name_and_id(name, EntityId::new(id)))
}

/// The id of an entity that a host names with its namespace. One without, or in
/// OpenPass's, is not the host's to name.
fn host_uid(namespace: &str, type_name: &str, id: &str) -> Result<EntityUid, Denial> {
    if namespace == "OpenPass" || namespace.starts_with("OpenPass::") {
        return Err(invalid("a host's operation has a namespace of its own"));
    }
    let name = EntityTypeName::from_str(&format!("{namespace}::{type_name}")).map_err(invalid)?;
    Ok(EntityUid::from_type_name_and_id(name, EntityId::new(id)))
}

fn action_uid(action: &Action) -> Result<EntityUid, Denial> {
    let Action::Host(action) = action else {
        return uid("Action", action.as_str());
    };
    match action.id().rsplit_once("::") {
        Some((namespace, id)) => host_uid(namespace, "Action", id),
        None => Err(invalid("a host's action is named with its namespace")),
    }
}

fn resource_uid(resource: &Resource) -> Result<EntityUid, Denial> {
    match resource {
        Resource::Host(own) => entity_uid(own),
        _ => uid(resource.type_name(), resource.id()),
    }
}

fn entity_uid(entity: &crate::Entity) -> Result<EntityUid, Denial> {
    match entity.entity_type().rsplit_once("::") {
        Some((namespace, name)) => host_uid(namespace, name, entity.id()),
        None => Err(invalid("a host's entity is named with its namespace")),
    }
}

fn principal_uid(principal: &Principal) -> Result<EntityUid, Denial> {
    match principal {
        Principal::User => uid("User", "owner"),
        Principal::Agent(agent) => uid("Agent", &agent.name),
        Principal::Host(entity) => entity_uid(entity),
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

/// The principal, the resource and what these refer to: a reference to an entity
/// that is missing would be an evaluation error.
fn entities(
    engine: &PolicyEngine,
    operation: &Operation,
    principal: &EntityUid,
    resource: &EntityUid,
) -> Result<Entities, Denial> {
    let mut all = match operation.resource() {
        Resource::Host(_) => own::entities(operation).map_err(Denial::invalid)?,
        resource_is => vec![resource_entity(resource_is, resource)?],
    };
    let asking = match &operation.request().principal {
        Principal::User => {
            all.push(Entity::with_uid(principal.clone()));
            None
        }
        Principal::Agent(agent) => {
            all.push(agent_entity(agent)?);
            Some(agent)
        }
        // It is among what the operation tells.
        Principal::Host(_) => None,
    };
    if let Resource::AgentProfile { agent } | Resource::Token(TokenRef { agent, .. }) =
        operation.resource()
    {
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
        ("name".to_owned(), text(&agent.name)),
        ("tier".to_owned(), rank(agent.standing())),
        (
            "canManageConfig".to_owned(),
            RestrictedExpression::new_bool(agent.can_manage_config()),
        ),
        ("powers".to_owned(), powers(held(agent.powers))?),
    ]);
    Entity::new(uid("Agent", &agent.name)?, attributes, HashSet::new()).map_err(invalid)
}

fn text(text: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(text.to_owned())
}

fn rank(standing: Standing) -> RestrictedExpression {
    RestrictedExpression::new_long(i64::from(standing.rank()))
}

/// `other` is only ever gained: nobody can tell who holds it.
const fn held(powers: Powers) -> Powers {
    powers.without(Power::Other)
}

fn powers(powers: Powers) -> Result<RestrictedExpression, Denial> {
    let powers = powers.iter();
    let powers = powers.map(|power| entity_value("Power", power.as_str()));
    let powers = powers.collect::<Result<Vec<_>, _>>()?;
    Ok(RestrictedExpression::new_set(powers))
}

fn resource_entity(resource: &Resource, uid: &EntityUid) -> Result<Entity, Denial> {
    let attributes = match resource {
        Resource::AgentProfile { agent } => {
            HashMap::from([("agent".to_owned(), entity_value("Agent", &agent.name)?)])
        }
        Resource::Token(token) => HashMap::from([
            ("agentName".to_owned(), text(&token.agent.name)),
            (
                "agent".to_owned(),
                entity_value("Agent", &token.agent.name)?,
            ),
            (
                "allTools".to_owned(),
                RestrictedExpression::new_bool(token.all_tools),
            ),
        ]),
        Resource::Approver(approver) => {
            let kind = entity_value("ApproverKind", approver.kind.as_str())?;
            HashMap::from([("kind".to_owned(), kind)])
        }
        Resource::ConfigKey { name } => HashMap::from([
            ("name".to_owned(), text(name)),
            (
                "credential".to_owned(),
                RestrictedExpression::new_bool(
                    ConfigKeyKind::of(name) == ConfigKeyKind::Credential,
                ),
            ),
        ]),
        _ => HashMap::new(),
    };
    Entity::new(uid.clone(), attributes, HashSet::new()).map_err(invalid)
}

type Pairs = Vec<(String, RestrictedExpression)>;

/// The time of day. Where the host does not tell it, and no policy that
/// decides looks at it, any will do.
fn time(engine: &PolicyEngine, operation: &Operation) -> Result<RestrictedExpression, Denial> {
    let time = operation.request().time;
    if time.is_none() && engine.needs_time() && !repair::is_the_persons(operation) {
        return Err(Denial::NoTime {
            policies: engine.need_time.clone(),
        });
    }
    let (minute, weekday) = time.map_or((0, 1), |time| (time.minute_of_day(), time.weekday()));
    record([
        ("minuteOfDay", RestrictedExpression::new_long(minute.into())),
        ("weekday", RestrictedExpression::new_long(weekday.into())),
    ])
}

fn context(engine: &PolicyEngine, operation: &Operation) -> Result<Pairs, Denial> {
    let request = operation.request();
    if let Channel::Host(name) = &request.channel
        && Channel::SHIPPED
            .iter()
            .any(|shipped| shipped.as_str() == name)
    {
        return Err(invalid("a host's channel has the name of a shipped one"));
    }
    let settings = request.settings;
    let guard = record([
        ("stepUp", entity_value("StepUp", settings.step_up.as_str())?),
        (
            "unattended",
            entity_value("Unattended", settings.unattended.as_str())?,
        ),
        (
            "sealed",
            entity_value("SealGrade", settings.sealed.as_str())?,
        ),
    ])?;
    let mut pairs = vec![
        ("time".to_owned(), time(engine, operation)?),
        (
            "channel".to_owned(),
            entity_value("Channel", request.channel.as_str())?,
        ),
        (
            "requester".to_owned(),
            entity_value("Requester", engine.requester(&request.principal))?,
        ),
        (
            "attended".to_owned(),
            RestrictedExpression::new_bool(request.attended),
        ),
        ("guard".to_owned(), guard),
    ];
    match operation.extra() {
        Extra::None => {}
        Extra::Host(own) => {
            pairs.extend(own::pairs(&own.context).map_err(Denial::invalid)?);
        }
        &Extra::Standing {
            before,
            after,
            gained,
        } => {
            let tier = record([("before", rank(before)), ("after", rank(after))])?;
            pairs.push(("tier".to_owned(), tier));
            let (held, gained) = (powers(held(before.powers))?, powers(gained)?);
            let powers = record([("held", held), ("gained", gained)])?;
            pairs.push(("powers".to_owned(), powers));
        }
        Extra::Value { before, after } => {
            let value = record([
                ("before", entity_value("ConfigValue", before.as_str())?),
                ("after", entity_value("ConfigValue", after.as_str())?),
            ])?;
            pairs.push(("value".to_owned(), value));
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
