//! Plain Cedar, with everything that can be prepared.

use std::{collections::HashMap, str::FromStr};

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicySet, Request,
    RestrictedExpression, Schema, ValidationMode, Validator,
};

use crate::Own;

const SCHEMA: &str = include_str!("../../../openpass-policy/schema/openpass.cedarschema");
const GUARDS: &str = include_str!("../../../openpass-policy/policies/guards.cedar");
const DEFAULTS: &str = include_str!("../../../openpass-policy/policies/default.cedar");

/// The policies, and a request for each factor.
#[derive(Debug)]
pub struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    nobody: Request,
}

impl Cedar {
    /// Prepares the question as it is before anybody has proved anything.
    #[must_use]
    pub fn new(own: Own, count: usize) -> Self {
        let schema = schema();
        let cedar = Self {
            authorizer: Authorizer::new(),
            policies: parsed(&text(own, count)),
            entities: entities(&schema),
            nobody: request(&schema, "none"),
        };
        let proved = request(&schema, "passphrase");
        assert_eq!(cedar.answer(&cedar.nobody), Decision::Deny);
        assert_eq!(cedar.answer(&proved), Decision::Allow);
        cedar
    }

    /// Evaluates once: without proof.
    #[must_use]
    pub fn once(&self) -> Decision {
        self.answer(&self.nobody)
    }

    fn answer(&self, request: &Request) -> Decision {
        self.authorizer
            .is_authorized(request, &self.policies, &self.entities)
            .decision()
    }
}

/// Returns the schema.
#[must_use]
pub fn schema() -> Schema {
    Schema::from_cedarschema_str(SCHEMA).unwrap().0
}

/// Returns all policies in one text.
#[must_use]
pub fn text(own: Own, count: usize) -> String {
    let own = own.files(count).into_iter().map(|(_, text)| text);
    format!("{GUARDS}\n{DEFAULTS}\n{}", own.collect::<String>())
}

/// Parses `text`.
#[must_use]
pub fn parsed(text: &str) -> PolicySet {
    PolicySet::from_str(text).unwrap()
}

/// Reads the schema, parses `text` and validates it strictly: what loading takes at least.
#[must_use]
pub fn loaded(text: &str) -> (Schema, PolicySet) {
    let (schema, policies) = (schema(), parsed(text));
    let validator = Validator::new(schema.clone());
    let validated = validator.validate(&policies, ValidationMode::Strict);
    assert!(validated.validation_passed(), "{validated}");
    (schema, policies)
}

fn uid(text: &str) -> EntityUid {
    EntityUid::from_str(&format!("OpenPass::{text}")).unwrap()
}

fn value(text: &str) -> RestrictedExpression {
    RestrictedExpression::new_entity_uid(uid(text))
}

fn record(
    fields: impl IntoIterator<Item = (&'static str, RestrictedExpression)>,
) -> RestrictedExpression {
    let fields = fields.into_iter().map(|(name, it)| (name.to_owned(), it));
    RestrictedExpression::new_record(fields).unwrap()
}

fn powers(names: &[&str]) -> RestrictedExpression {
    let names = names.iter();
    RestrictedExpression::new_set(names.map(|name| value(&format!("Power::\"{name}\""))))
}

fn request(schema: &Schema, factor: &str) -> Request {
    let long = RestrictedExpression::new_long;
    let authentication = record([
        ("factor", value(&format!("AuthFactor::\"{factor}\""))),
        ("approver", value(r#"ApproverKind::"none""#)),
    ]);
    let guard = record([
        ("stepUp", value(r#"StepUp::"biometry""#)),
        ("unattended", value(r#"Unattended::"passphrase""#)),
        ("sealed", value(r#"SealGrade::"none""#)),
    ]);
    let context = [
        ("authentication", authentication),
        ("requester", value(r#"Requester::"person""#)),
        ("channel", value(r#"Channel::"cli""#)),
        ("attended", RestrictedExpression::new_bool(true)),
        ("guard", guard),
        (
            "time",
            record([("minuteOfDay", long(0)), ("weekday", long(1))]),
        ),
        ("tier", record([("before", long(0)), ("after", long(2))])),
        (
            "powers",
            record([("held", powers(&[])), ("gained", powers(&["canWrite"]))]),
        ),
    ];
    let context = context.map(|(name, it)| (name.to_owned(), it));
    Request::new(
        uid(r#"User::"owner""#),
        uid(r#"Action::"widenAgent""#),
        uid(r#"AgentProfile::"codex""#),
        Context::from_pairs(context).unwrap(),
        Some(schema),
    )
    .unwrap()
}

fn entities(schema: &Schema) -> Entities {
    let attributes = |fields: &[(&str, RestrictedExpression)]| -> HashMap<_, _> {
        let fields = fields.iter();
        fields
            .map(|(name, it)| ((*name).to_owned(), it.clone()))
            .collect()
    };
    let agent = attributes(&[
        ("name", RestrictedExpression::new_string("codex".to_owned())),
        ("powers", powers(&[])),
        ("tier", RestrictedExpression::new_long(0)),
        ("canManageConfig", RestrictedExpression::new_bool(false)),
    ]);
    let profile = attributes(&[("agent", value(r#"Agent::"codex""#))]);
    let none = std::collections::HashSet::new;
    let entities = [
        Entity::with_uid(uid(r#"User::"owner""#)),
        Entity::new(uid(r#"Agent::"codex""#), agent, none()).unwrap(),
        Entity::new(uid(r#"AgentProfile::"codex""#), profile, none()).unwrap(),
    ];
    Entities::from_entities(entities, Some(schema)).unwrap()
}
