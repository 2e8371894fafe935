//! Whatever loads can be encoded, and is decided as Cedar decides it.

use cedar_policy::{
    Authorizer, Context, Entities, EntityUid, PolicyId, PolicySet, Request, Schema,
};
use openpass_policy::{
    AuthFactor, Authentication, Denial, Operation, PolicyEngine, PolicySource, StateDigest,
};
use proptest::prelude::*;
use serde_json::json;

use crate::{
    tape::Tape,
    world::{self, Datum, Field, Kind, Thing, Type},
};

const SHIPPED: [&str; 3] = [
    include_str!("../../schema/openpass.cedarschema"),
    include_str!("../../policies/guards.cedar"),
    include_str!("../../policies/default.cedar"),
];

/// What every context holds, as Cedar's own schema has to say it.
const COMMON: &str = "authentication: OpenPass::Authentication, requester: OpenPass::Requester, \
    channel: OpenPass::Channel, attended: Bool, guard: OpenPass::Guard, time: OpenPass::Time";

#[derive(Debug)]
struct World {
    types: Vec<Type>,
    context: Vec<Field>,
    /// The group of the action; none is `critical`.
    group: Option<&'static str>,
    is_person: bool,
    asking: Thing,
    on: Thing,
    given: Vec<(String, Datum)>,
    policies: String,
}

impl World {
    fn make(tape: &mut Tape) -> Self {
        let count = 2 + tape.pick(3);
        let types: Vec<Type> = (0..count)
            .map(|before| world::make_type(tape, before))
            .collect();
        let context = world::fields(tape, count, 2, "c");
        let groups = [
            None,
            Some("config"),
            Some("routine"),
            Some("guardrails"),
            Some("credentials"),
        ];
        let group = *tape.of(&groups);
        let next = &mut 0;
        let asking = world::thing(&types, count - 1, tape, next);
        let on = world::thing(&types, count - 2, tape, next);
        let given = world::values(&context, &types, tape, next);
        let mut made = Self {
            types,
            context,
            group,
            is_person: tape.coin(),
            asking,
            on,
            given,
            policies: String::new(),
        };
        made.policies = made.some_policies(tape);
        made
    }

    /// The fragment; for Cedar itself with what the engine puts in.
    fn fragment(&self, whole: bool) -> String {
        let group = if whole {
            self.group.or(Some("critical"))
        } else {
            self.group
        };
        let group = group.map(|it| format!("in [OpenPass::Action::\"{it}\"]"));
        let mut context = world::record_text(&self.context);
        if whole {
            context = context.replacen('{', &format!("{{ {COMMON}, "), 1);
        }
        let (principal, resource) = (self.asking.kind, self.on.kind);
        format!(
            "namespace Made {{ {} action act {} appliesTo {{ principal: [T{principal}], \
             resource: [T{resource}], context: {context} }}; }}",
            world::types_text(&self.types),
            group.unwrap_or_default()
        )
    }

    fn some_policies(&self, tape: &mut Tape) -> String {
        let count = 1 + tape.pick(3);
        let policy = |number| {
            let effect = *tape.of(&["permit", "forbid"]);
            let condition = self.condition(tape);
            format!(
                "@id(\"p{number}\") {effect} (principal, action == Made::Action::\"act\", \
                 resource) when {{ {condition} }};\n"
            )
        };
        (0..count).map(policy).collect()
    }

    fn condition(&self, tape: &mut Tape) -> String {
        match tape.pick(4) {
            0 => "true".to_owned(),
            1 => self.on_fields("context", &self.context, tape),
            2 => self.on_thing("principal", &self.asking, tape),
            _ => self.on_thing("resource", &self.on, tape),
        }
    }

    fn on_thing(&self, path: &str, thing: &Thing, tape: &mut Tape) -> String {
        let kind = &self.types[thing.kind];
        match tape.pick(3) {
            1 if !kind.parents.is_empty() => {
                let parent = *tape.of(&kind.parents);
                let id = format!("e{}", 1 + tape.pick(6));
                format!("{path} in {}::\"{id}\"", world::type_name(parent))
            }
            2 if let Some(tags) = &kind.tags => {
                let tag = format!("{path}.getTag(\"k\")");
                format!(
                    "{path}.hasTag(\"k\") && {}",
                    self.on_value(&tag, tags, tape)
                )
            }
            _ => self.on_fields(path, &kind.fields, tape),
        }
    }

    fn on_fields(&self, path: &str, fields: &[Field], tape: &mut Tape) -> String {
        if fields.is_empty() {
            return "true".to_owned();
        }
        let field = tape.of(fields);
        let value = self.on_value(&format!("{path}.{}", field.name), &field.kind, tape);
        match field.required {
            true => value,
            false => format!("{path} has {} && {value}", field.name),
        }
    }

    fn on_value(&self, path: &str, kind: &Kind, tape: &mut Tape) -> String {
        match kind {
            Kind::Plain("Bool") => path.to_owned(),
            Kind::Plain("Long") => format!("{path} < 0"),
            Kind::Plain("String") => format!(r#"{path} like "*\*""#),
            Kind::Plain("decimal") => format!(r#"{path}.lessThan(decimal("1.0"))"#),
            Kind::Plain("ipaddr") => format!(r#"{path}.isInRange(ip("10.0.0.0/8"))"#),
            Kind::Plain("datetime") => format!(r#"{path} < datetime("2026-01-01")"#),
            Kind::Plain(_) => format!(r#"{path} < duration("61m")"#),
            Kind::Word => format!(r#"{path} == Made::Word::"red""#),
            Kind::Entity(kind) => {
                let fields = self.types[*kind].fields.as_slice();
                match tape.coin() && !fields.is_empty() {
                    true => self.on_fields(path, fields, tape),
                    false => format!("{path} == {}::\"e3\"", world::type_name(*kind)),
                }
            }
            Kind::Set(element) => match element.as_ref() {
                Kind::Plain("Long") => format!("{path}.contains(-7)"),
                Kind::Word => format!(r#"{path}.contains(Made::Word::"red")"#),
                _ => format!("{path}.isEmpty()"),
            },
            Kind::Record(fields) => self.on_fields(path, fields, tape),
        }
    }

    fn engine(&self) -> PolicyEngine {
        let built = PolicyEngine::builder().host(PolicySource::new("made", self.fragment(false)));
        let built = match self.is_person {
            true => built.person(world::type_name(self.asking.kind)),
            false => built,
        };
        let built = built.policies(&[PolicySource::new("made.cedar", self.policies.as_str())]);
        let built = built.build();
        built.unwrap_or_else(|error| panic!("{error}\n{}\n{}", self.fragment(false), self.policies))
    }

    fn operation(&self, asking: &Thing, on: &Thing, given: &[(String, Datum)]) -> Operation {
        let operation = Operation::new("Made::act")
            .by(asking.entity())
            .on(on.entity());
        let (all, given) = (given, given.iter());
        let operation = given.fold(operation, |it, (name, datum)| it.with(name, datum.value()));
        let operation = world::without(all).fold(operation, Operation::without);
        operation.onto(StateDigest::of(&[]))
    }

    /// What Cedar itself says: the policies that decide, and whether to allow.
    fn raw(&self, given: Authentication) -> (bool, Vec<String>) {
        let fragment = self.fragment(true);
        let schema = [SHIPPED[0], &fragment].join("\n");
        let (schema, _) = Schema::from_cedarschema_str(&schema).unwrap();
        let mut policies = PolicySet::new();
        for text in [SHIPPED[1], SHIPPED[2], &self.policies] {
            for policy in text.parse::<PolicySet>().unwrap().policies() {
                let id = PolicyId::new(policy.annotation("id").unwrap());
                policies.add(policy.new_id(id)).unwrap();
            }
        }
        let mut all = Vec::new();
        self.asking.put_into(&mut all);
        self.on.put_into(&mut all);
        self.given
            .iter()
            .for_each(|(_, datum)| datum.put_into(&mut all));
        let entities = Entities::from_json_value(json!(all), Some(&schema)).unwrap();
        let uid = |text: String| text.parse::<EntityUid>().unwrap();
        let action = uid("Made::Action::\"act\"".to_owned());
        let of = |kind: &str, id: &str| json!({ "__entity": { "type": format!("OpenPass::{kind}"), "id": id } });
        let mut context = world::record(&self.given);
        let requester = if self.is_person { "person" } else { "agent" };
        context["authentication"] = json!({
            "factor": of("AuthFactor", given.factor().as_str()),
            "approver": of("ApproverKind", given.approver().as_str()),
        });
        context["requester"] = of("Requester", requester);
        context["channel"] = of("Channel", "other");
        context["attended"] = json!(true);
        context["guard"] = json!({ "stepUp": of("StepUp", "biometry"),
            "unattended": of("Unattended", "passphrase"),
            "sealed": of("SealGrade", "none") });
        context["time"] = json!({ "minuteOfDay": 0, "weekday": 1 });
        let context = Context::from_json_value(context, Some((&schema, &action))).unwrap();
        let name = |it: &Thing| uid(format!("{}::\"{}\"", world::type_name(it.kind), it.id));
        let (asking, on) = (name(&self.asking), name(&self.on));
        let request = Request::new(asking, action, on, context, Some(&schema)).unwrap();
        let response = Authorizer::new().is_authorized(&request, &policies, &entities);
        assert_eq!(response.diagnostics().errors().count(), 0);
        let reasons = response.diagnostics().reason().map(ToString::to_string);
        let mut reasons: Vec<String> = reasons.collect();
        reasons.sort();
        (
            response.decision() == cedar_policy::Decision::Allow,
            reasons,
        )
    }

    /// Operations with one thing wrong, and what the error has to name.
    fn wrong(&self) -> Vec<(Operation, String)> {
        let mut wrong = Vec::new();
        for (place, (name, datum)) in self.given.iter().enumerate() {
            for given in faults(&self.given, &self.context, place, datum) {
                wrong.push((self.operation(&self.asking, &self.on, &given), name.clone()));
            }
        }
        let fields = &self.types[self.on.kind].fields;
        for (place, (name, datum)) in self.on.fields.iter().enumerate() {
            for given in faults(&self.on.fields, fields, place, datum) {
                let on = Thing {
                    fields: given,
                    ..self.on.clone()
                };
                wrong.push((self.operation(&self.asking, &on, &self.given), name.clone()));
            }
        }
        let silent = Thing {
            says_so: false,
            parents: vec![],
            tags: vec![],
            ..self.on.clone()
        };
        let kind = &self.types[self.on.kind];
        if !kind.parents.is_empty() || kind.tags.is_some() {
            wrong.push((
                self.operation(&self.asking, &silent, &self.given),
                self.on.id.clone(),
            ));
        }
        let mut more = self.given.clone();
        more.push(("unheard".to_owned(), Datum::Word("red")));
        let operation = self.operation(&self.asking, &self.on, &more);
        wrong.push((operation, "unheard".to_owned()));
        wrong
    }
}

/// `given` without what is at `place`, where that must be there, and with a value of
/// another type in its place.
fn faults(
    given: &[(String, Datum)],
    declared: &[Field],
    place: usize,
    datum: &Datum,
) -> Vec<Vec<(String, Datum)>> {
    let mut mistyped = given.to_vec();
    mistyped[place].1 = match datum {
        Datum::Plain("Bool", _) => Datum::Plain("Long", "1"),
        _ => Datum::Plain("Bool", "true"),
    };
    let mut without = given.to_vec();
    let (name, _) = without.remove(place);
    let is_required = declared.iter().any(|it| it.name == name && it.required);
    let mut faults = vec![mistyped];
    faults.extend(is_required.then_some(without));
    faults
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn what_loads_can_be_encoded_and_is_decided_as_cedar_decides(
        choices in prop::collection::vec(any::<u16>(), 0..160)
    ) {
        let world = World::make(&mut Tape::new(choices));
        let engine = world.engine();
        let operation = world.operation(&world.asking, &world.on, &world.given);
        prop_assert_eq!(engine.check(&operation), Ok(()));
        let unsigned = [AuthFactor::None, AuthFactor::Confirm, AuthFactor::Passphrase];
        let signed = Authentication::signed(AuthFactor::Passphrase);
        for given in unsigned.map(Authentication::unsigned).into_iter().chain([signed]) {
            let (allowed, policies) = match engine.decide_with(&operation, given) {
                Ok(policies) => (true, policies),
                Err(Denial::Forbidden { policies }) => (false, policies),
                Err(Denial::NotPermitted) => (false, Vec::new()),
                Err(other) => panic!("{other}"),
            };
            let policies: Vec<String> = policies.iter().map(ToString::to_string).collect();
            prop_assert_eq!((allowed, policies), world.raw(given));
        }
        for (operation, name) in world.wrong() {
            let error = engine.check(&operation).map_err(|error| error.to_string());
            let error = error.expect_err(&name);
            prop_assert!(error.contains(&name), "{}: {}", name, error);
        }
    }
}
