//! Plain Cedar, and the three answers made of it. It is written from the schema's own
//! documentation and from what the engine promises, not from the engine.

use std::collections::BTreeMap;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request, Response, Schema,
};
use serde_json::{Value, json};

use crate::ask::{Agent, Ask, PLAIN, What};

/// An answer, in words: which ids decide, by which factors, signed or not.
#[derive(Debug, PartialEq)]
pub(crate) enum Answer {
    Allow(Vec<String>),
    /// The factors that lead to a yes, those of them that have to be signed, and what
    /// stands in the way without.
    Ask(Vec<String>, Vec<String>, Vec<String>),
    Deny(Vec<String>),
    Errors(Vec<String>),
}

/// The factors that a prompt may ask for, the strongest first, each with the approver that
/// signs for it.
const FACTORS: [(&str, &str); 2] = [("biometry", "enclave"), ("passphrase", "passphrase")];

/// A question, encoded.
pub(crate) struct Encoded {
    entities: Entities,
    /// By the factor and the approver.
    requests: BTreeMap<(&'static str, &'static str), Request>,
    /// Whether policies beside the shipped ones decide.
    pub(crate) own_decide: bool,
}

impl Encoded {
    pub(crate) fn of(ask: &Ask, schema: &Schema) -> Self {
        let (action, resource, mut context) = parts(ask);
        let person = ask.agent.is_none();
        let principal = match &ask.agent {
            None => ("User", "owner"),
            Some(agent) => ("Agent", agent.name),
        };
        let mut entities = vec![resource.clone()];
        match (&ask.agent, &ask.what) {
            (None, _) => entities.push(entity(principal, json!({}))),
            (Some(agent), _) => entities.push(agent_entity(agent)),
        }
        let other = match &ask.what {
            What::ChangeAgent(it, _) | What::RemoveAgent(it, _) | What::Token(_, _, it, _) => {
                Some(it.clone())
            }
            What::AddAgent(it) => Some(nobody(it.name)),
            _ => None,
        };
        if let Some(other) =
            other.filter(|it| ask.agent.as_ref().is_none_or(|own| own.name != it.name))
        {
            entities.push(agent_entity(&other));
        }
        let entities = Entities::from_json_value(Value::Array(entities), Some(schema)).unwrap();
        context["requester"] = named("Requester", if person { "person" } else { "agent" });
        context["channel"] = named("Channel", ask.channel);
        context["attended"] = ask.attended.into();
        context["guard"] = json!({
            "stepUp": named("StepUp", ask.step_up),
            "unattended": named("Unattended", ask.unattended),
            "sealed": named("SealGrade", ask.sealed),
        });
        context["time"] = json!({ "minuteOfDay": ask.minute, "weekday": ask.weekday });
        let action_uid = uid(&named("Action", action));
        let resource_uid = uid(&json!({ "__entity": resource["uid"] }));
        let request = |factor, approver| {
            let mut context = context.clone();
            context["authentication"] = json!({
                "factor": named("AuthFactor", factor),
                "approver": named("ApproverKind", approver),
            });
            let context = Context::from_json_value(context, Some((schema, &action_uid))).unwrap();
            let principal = uid(&named(principal.0, principal.1));
            Request::new(
                principal,
                action_uid.clone(),
                resource_uid.clone(),
                context,
                Some(schema),
            )
            .unwrap()
        };
        let unsigned = FACTORS.iter().map(|(factor, _)| (*factor, "none"));
        let all = FACTORS
            .into_iter()
            .chain(unsigned)
            .chain([("none", "none")]);
        let repairs = [
            "renewApprover",
            "removePolicy",
            "restore",
            "restoreNarrower",
            "resetGuardSettings",
            "setLogAside",
        ];
        Self {
            entities,
            requests: all
                .map(|given| (given, request(given.0, given.1)))
                .collect(),
            own_decide: !(person && ask.channel == "cli" && repairs.contains(&action)),
        }
    }

    /// Allow, else what a person can be asked for, else Deny; any error denies.
    pub(crate) fn answer(&self, policies: &PolicySet) -> Answer {
        self.three_way(policies).unwrap_or_else(Answer::Errors)
    }

    fn three_way(&self, policies: &PolicySet) -> Result<Answer, Vec<String>> {
        let (allowed, without) = self.evaluate(policies, ("none", "none"))?;
        if allowed {
            return Ok(Answer::Allow(without));
        }
        let (mut accepts, mut signed_only, mut strongest) = (Vec::new(), Vec::new(), None);
        for (factor, approver) in FACTORS {
            let (unsigned, _) = self.evaluate(policies, (factor, "none"))?;
            if unsigned {
                accepts.push(factor.to_owned());
                continue;
            }
            match self.evaluate(policies, (factor, approver))? {
                (true, _) => {
                    accepts.push(factor.to_owned());
                    signed_only.push(factor.to_owned());
                }
                (false, ids) => _ = strongest.get_or_insert(ids),
            }
        }
        Ok(match accepts.is_empty() {
            true => Answer::Deny(strongest.unwrap_or_default()),
            false => Answer::Ask(accepts, signed_only, without),
        })
    }

    fn evaluate(
        &self,
        policies: &PolicySet,
        given: (&str, &str),
    ) -> Result<(bool, Vec<String>), Vec<String>> {
        let given = self.requests.keys().find(|it| **it == given).unwrap();
        let response: Response =
            Authorizer::new().is_authorized(&self.requests[given], policies, &self.entities);
        let mut ids: Vec<String> = response.diagnostics().errors().map(error_id).collect();
        ids.sort();
        if !ids.is_empty() {
            return Err(ids);
        }
        ids = response
            .diagnostics()
            .reason()
            .map(ToString::to_string)
            .collect();
        ids.sort();
        Ok((response.decision() == Decision::Allow, ids))
    }
}

fn error_id(error: &cedar_policy::AuthorizationError) -> String {
    match error {
        cedar_policy::AuthorizationError::PolicyEvaluationError(error) => {
            error.policy_id().to_string()
        }
    }
}

/// The action, the resource, and what the action's context has of its own.
fn parts(ask: &Ask) -> (&'static str, Value, Value) {
    let plain = |action: &'static str, resource: Value| (action, resource, json!({}));
    match &ask.what {
        What::ChangeAgent(before, after) => {
            let gained = gained(before, after, ask.widens);
            let widens = !gained.is_empty() || rank_of(after.tier) > rank_of(before.tier);
            let action = if widens { "widenAgent" } else { "narrowAgent" };
            (action, profile(before), standing(before, after, &gained))
        }
        What::RemoveAgent(before, after) => {
            let gained = gained(before, after, ask.widens);
            (
                "removeAgent",
                profile(before),
                standing(before, after, &gained),
            )
        }
        What::AddAgent(after) => {
            let before = nobody(after.name);
            let gained = gained(&before, after, ask.widens);
            let restricted = gained.is_empty() && after.tier == "read-only";
            let action = if restricted {
                "addRestrictedAgent"
            } else {
                "addAgent"
            };
            (action, profile(&before), standing(&before, after, &gained))
        }
        What::Token(action, id, agent, all) => plain(
            action,
            entity(
                ("Token", id),
                json!({ "agentName": agent.name, "agent": named("Agent", agent.name), "allTools": all }),
            ),
        ),
        What::SetAuthMethod(before, after) => {
            let method = |word: &&str| named("AuthMethod", word);
            let context = json!({ "method": { "before": method(before), "after": method(after) } });
            (
                "setAuthMethod",
                entity(("Vault", "this"), json!({})),
                context,
            )
        }
        What::Approver(action, id, kind) => plain(
            action,
            entity(
                ("Approver", id),
                json!({ "kind": named("ApproverKind", kind) }),
            ),
        ),
        What::PolicyFile(action, name) => plain(action, entity(("PolicyFile", name), json!({}))),
        What::Key((_, "audit"), ..) => plain(
            "changeAuditSettings",
            entity(("AuditSettings", "this"), json!({})),
        ),
        What::Key((name, kind), (_, before), (_, after)) => {
            let routine = *kind == "routine" && !ask.widens;
            let action = if routine {
                "setRoutineConfigKey"
            } else {
                "setConfigKey"
            };
            let key = json!({ "name": name, "credential": *kind == "credential" });
            let value = |word: &&str| named("ConfigValue", word);
            let context = json!({ "value": { "before": value(before), "after": value(after) } });
            (action, entity(("ConfigKey", name), key), context)
        }
        What::Plain(action) => {
            let (_, on) = PLAIN
                .into_iter()
                .find(|(known, _)| known == action)
                .unwrap();
            let action = match *action {
                "restore" if !ask.widens => "restoreNarrower",
                action => action,
            };
            plain(action, entity((on, "this"), json!({})))
        }
    }
}

/// The powers that come with a change. What widens and gains none of them gains `other`,
/// and so does a field that is none of theirs.
fn gained(before: &Agent, after: &Agent, field_widens: bool) -> Vec<&'static str> {
    let new = after.powers.iter().copied();
    let mut gained: Vec<&str> = new.filter(|it| !before.powers.contains(it)).collect();
    let by_tier = rank_of(after.tier) > rank_of(before.tier);
    if field_widens || (by_tier && gained.is_empty()) {
        gained.push("other");
    }
    gained
}

fn nobody(name: &'static str) -> Agent {
    let (tier, powers) = ("read-only", Vec::new());
    Agent { name, tier, powers }
}

fn standing(before: &Agent, after: &Agent, gained: &[&str]) -> Value {
    json!({
        "tier": { "before": rank(before), "after": rank(after) },
        "powers": { "held": powers(&before.powers), "gained": powers(gained) },
    })
}

fn profile(agent: &Agent) -> Value {
    entity(
        ("AgentProfile", agent.name),
        json!({ "agent": named("Agent", agent.name) }),
    )
}

fn agent_entity(agent: &Agent) -> Value {
    let attributes = json!({
        "name": agent.name,
        "tier": rank(agent),
        "canManageConfig": agent.powers.contains(&"canManageConfig"),
        "powers": powers(&agent.powers),
    });
    entity(("Agent", agent.name), attributes)
}

fn rank_of(tier: &str) -> usize {
    ["read-only", "standard", "admin"]
        .iter()
        .position(|it| *it == tier)
        .unwrap()
}

/// By the tier's name or by the powers, whichever is more; canManageConfig does not count.
fn rank(agent: &Agent) -> usize {
    let standard = ["canUseClipboard", "canUseAutotype", "canReadValues"];
    let by_power = |power: &&str| match *power {
        "canManageConfig" => 0,
        power if standard.contains(&power) => 1,
        _ => 2,
    };
    let held = agent.powers.iter().map(by_power).max();
    held.unwrap_or(0).max(rank_of(agent.tier))
}

fn powers(all: &[&str]) -> Value {
    all.iter().map(|power| named("Power", power)).collect()
}

fn named(kind: &str, id: &str) -> Value {
    json!({ "__entity": { "type": format!("OpenPass::{kind}"), "id": id } })
}

fn entity((kind, id): (&str, &str), attributes: Value) -> Value {
    json!({ "uid": named(kind, id)["__entity"], "attrs": attributes, "parents": [] })
}

fn uid(named: &Value) -> EntityUid {
    EntityUid::from_json(named["__entity"].clone()).unwrap()
}
