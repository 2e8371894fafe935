//! The entities of a question.

use std::collections::{HashMap, HashSet};

use cedar_policy::{Entities, Entity, EntityUid, RestrictedExpression, Schema};

use super::{Uids, invalid, own, powers, rank, text};
use crate::{
    AgentRef, ConfigKeyKind, Denial, Power, Powers, Principal, Resource, TokenRef,
    engine::reach::Addressed, operation::Question,
};

/// The principal, the resource and what these refer to: a reference to an entity
/// that is missing would be an evaluation error. Cedar holds them against the schema, and
/// adds the schema's actions.
pub(super) fn entities(
    uids: &Uids,
    schema: &Schema,
    question: &Question,
    asked: &Addressed,
) -> Result<Entities, Denial> {
    let mut all = match &question.resource {
        Resource::Host(_) => own::entities(uids, question).map_err(Denial::invalid)?,
        resource => vec![resource_entity(uids, resource, &asked.resource)?],
    };
    let asking = match &question.request.principal {
        Principal::User => {
            all.push(Entity::with_uid(asked.principal.clone()));
            None
        }
        Principal::Agent(agent) => {
            all.push(agent_entity(uids, agent)?);
            Some(agent)
        }
        // It is among what the operation tells.
        Principal::Host(_) => None,
    };
    if let Resource::AgentProfile { agent } | Resource::Token(TokenRef { agent, .. }) =
        &question.resource
    {
        match asking {
            Some(same) if same.name == agent.name && same != agent => {
                return Err(invalid("the agent that asks differs from its own profile"));
            }
            Some(same) if same.name == agent.name => {}
            _ => all.push(agent_entity(uids, agent)?),
        }
    }
    Entities::from_entities(all, Some(schema)).map_err(invalid)
}

fn agent_entity(uids: &Uids, agent: &AgentRef) -> Result<Entity, Denial> {
    let attributes = HashMap::from([
        ("name".to_owned(), text(&agent.name)),
        ("tier".to_owned(), rank(agent.standing())),
        (
            "canManageConfig".to_owned(),
            RestrictedExpression::new_bool(agent.can_manage_config()),
        ),
        ("powers".to_owned(), powers(uids, held(agent.powers))?),
    ]);
    Entity::new(uids.own("Agent", &agent.name)?, attributes, HashSet::new()).map_err(invalid)
}

/// `other` is only ever gained: nobody can tell who holds it.
pub(super) const fn held(powers: Powers) -> Powers {
    powers.without(Power::Other)
}

fn resource_entity(uids: &Uids, resource: &Resource, uid: &EntityUid) -> Result<Entity, Denial> {
    let attributes = match resource {
        Resource::AgentProfile { agent } => {
            HashMap::from([("agent".to_owned(), uids.value("Agent", &agent.name)?)])
        }
        Resource::Token(token) => HashMap::from([
            ("agentName".to_owned(), text(&token.agent.name)),
            ("agent".to_owned(), uids.value("Agent", &token.agent.name)?),
            (
                "allTools".to_owned(),
                RestrictedExpression::new_bool(token.all_tools),
            ),
        ]),
        Resource::Approver(approver) => {
            let kind = uids.value("ApproverKind", approver.kind.as_str())?;
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
