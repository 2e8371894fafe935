//! Attributes of every type that Cedar has.

use openpass_policy::{Decision, Entity, Operation, PolicyEngine, PolicySource, Value};

/// Every type, as attributes of an entity and as a context.
const EVERY: &str = r#"{
    bool: Bool, long: Long, text: String,
    decimal: decimal, ip: ipaddr, datetime: datetime, duration: duration,
    record: { a: Long, inner: { b: String, owner: Owner } },
    owner: Owner,
    colour: Colour,
    bools: Set<Bool>, longs: Set<Long>, texts: Set<String>,
    decimals: Set<decimal>, ips: Set<ipaddr>, datetimes: Set<datetime>,
    durations: Set<duration>, records: Set<{ a: Long }>, owners: Set<Owner>,
    sets: Set<Set<Long>>, none: Set<Long>,
    said?: Long, unsaid?: Long
}"#;

/// What is true of [`values`], each of which is false of others.
const TRUE: [&str; 32] = [
    "it.bool",
    "it.long == -7",
    "it.long < 0 && it.long + 8 > 0",
    r#"it.text == "ä*\"\\""#,
    r#"it.text like "ä\*\"*""#,
    r#"it.decimal.greaterThan(decimal("12.4999"))"#,
    r#"it.decimal == decimal("12.5")"#,
    r#"it.ip.isInRange(ip("10.0.0.0/8"))"#,
    "it.ip.isIpv4() && !it.ip.isLoopback()",
    r#"it.datetime < datetime("2026-11-28")"#,
    r#"it.datetime.offset(duration("1h")) == datetime("2026-11-27T10:00:00Z")"#,
    r#"it.duration > duration("89m") && it.duration.toMinutes() == 90"#,
    "it.record.a == 1",
    r#"it.record.inner.b == "b""#,
    "it.record.inner.owner.level == 3",
    r#"it.owner == Types::Owner::"ada" && it.owner.level == 3"#,
    r#"it.owner in Types::Team::"web""#,
    r#"it.colour == Types::Colour::"red""#,
    "it.bools.contains(true) && !it.bools.contains(false)",
    "it.longs.containsAll([1, 2]) && !it.longs.contains(3)",
    r#"it.texts == ["b", "a", "a"]"#,
    r#"it.decimals.contains(decimal("0.10"))"#,
    r#"it.ips.contains(ip("::1"))"#,
    r#"it.datetimes.contains(datetime("2026-01-01"))"#,
    r#"it.durations.contains(duration("60m"))"#,
    "it.records.contains({ a: 2 })",
    r#"it.owners.contains(Types::Owner::"eve")"#,
    "it.sets.contains([2, 1])",
    "it.none.isEmpty()",
    "it has said && it.said == 1",
    "!(it has unsaid)",
    r#"it.owners.containsAny([Types::Owner::"ada"])"#,
];

fn owner(id: &str, level: i64) -> Entity {
    let owner = Entity::new("Types::Owner", id).with("level", level);
    owner.within("Types::Team", "web")
}

fn values() -> Vec<(&'static str, Value)> {
    let text = str::to_owned;
    let record = |a: i64| Value::record([("a", Value::Long(a))]);
    let inner = [("b", "b".into()), ("owner", owner("ada", 3).into())];
    vec![
        ("bool", true.into()),
        ("long", (-7).into()),
        ("text", "ä*\"\\".into()),
        ("decimal", Value::Decimal(text("12.50"))),
        ("ip", Value::Ip(text("10.1.2.3"))),
        ("datetime", Value::Datetime(text("2026-11-27T09:00:00Z"))),
        ("duration", Value::Duration(text("1h30m"))),
        (
            "record",
            Value::record([("a", 1.into()), ("inner", Value::record(inner))]),
        ),
        ("owner", owner("ada", 3).into()),
        ("colour", Entity::new("Types::Colour", "red").into()),
        ("bools", vec![true].into()),
        ("longs", vec![1, 2, 2].into()),
        ("texts", vec!["a", "b"].into()),
        ("decimals", vec![Value::Decimal(text("0.1"))].into()),
        ("ips", vec![Value::Ip(text("0:0::1"))].into()),
        (
            "datetimes",
            vec![Value::Datetime(text("2026-01-01"))].into(),
        ),
        ("durations", vec![Value::Duration(text("1h"))].into()),
        ("records", vec![record(1), record(2)].into()),
        ("owners", vec![owner("ada", 3), owner("eve", 1)].into()),
        ("sets", vec![vec![1, 2], vec![]].into()),
        ("none", Value::Set(std::collections::BTreeSet::new())),
        ("said", 1.into()),
    ]
}

fn engine() -> PolicyEngine {
    let schema = format!(
        r#"namespace Types {{
            entity Team; entity Person; entity Colour enum ["red", "blue"];
            entity Owner in [Team] = {{ level: Long }};
            entity Thing = {EVERY};
            action look in [OpenPass::Action::"routine"] appliesTo {{
                principal: [Person], resource: [Thing], context: {EVERY}
            }};
        }}"#
    );
    let head = r#"permit (principal, action == Types::Action::"look", resource)"#;
    let mut policies = String::new();
    for (number, condition) in TRUE.iter().enumerate() {
        for place in ["resource", "context"] {
            let condition = condition.replace("it.", &format!("{place}."));
            let condition = condition.replace("it has", &format!("{place} has"));
            policies += &format!("@id(\"yes-{place}-{number}\") {head} when {{ {condition} }};\n");
            policies += &format!("@id(\"no-{place}-{number}\") {head} unless {{ {condition} }};\n");
        }
    }
    PolicyEngine::builder()
        .host(PolicySource::new("types.cedarschema", schema))
        .policies(&[PolicySource::new("types.cedar", policies)])
        .build()
        .unwrap_or_else(|error| panic!("{error}"))
}

fn look(attributes: Vec<(&'static str, Value)>, context: Vec<(&'static str, Value)>) -> Operation {
    let thing = Entity::new("Types::Thing", "a");
    let attributes = attributes.into_iter();
    let thing = attributes.fold(thing, |it, (name, value)| it.with(name, value));
    let look = Operation::new("Types::look").by(Entity::new("Types::Person", "ada"));
    let look = look.on(thing.without("unsaid")).without("unsaid");
    let context = context.into_iter();
    context.fold(look, |it, (name, value)| it.with(name, value))
}

#[test]
fn policies_on_attributes_and_context_of_every_type_are_decided_as_written() {
    let engine = engine();
    let look = look(values(), values());
    engine.check(&look).unwrap();
    let Decision::Allow { policies } = engine.decide(&look) else {
        panic!("{:?}", engine.decide(&look));
    };
    let wrong: Vec<_> = policies
        .iter()
        .filter(|id| id.as_str().starts_with("no-"))
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    assert_eq!(policies.len(), 2 * TRUE.len());
}

/// Whether the two are of one type, as far as this test's own schema tells them apart.
fn is_of(name: &str, other: &str) -> bool {
    let same = |names: &[&str]| names.contains(&name) && names.contains(&other);
    name == other || same(&["long", "said"]) || same(&["longs", "none"])
        // An empty set is one of anything.
        || (other == "none" && matches!(value(name), Value::Set(_)))
}

fn value(name: &str) -> Value {
    let mut values = values().into_iter();
    values.find(|(it, _)| *it == name).unwrap().1
}

#[test]
fn a_value_of_any_other_type_is_refused_by_the_attributes_name() {
    let engine = engine();
    for (place, (name, _)) in values().into_iter().enumerate() {
        for (other, wrong) in values() {
            if is_of(name, other) {
                continue;
            }
            let mut edited = values();
            edited.remove(place);
            edited.push((name, wrong));
            for operation in [look(edited.clone(), values()), look(values(), edited)] {
                let error = engine.check(&operation).unwrap_err().to_string();
                assert!(error.contains(name), "{name} as {other}: {error}");
            }
        }
    }
}

#[test]
fn an_attribute_that_is_missing_or_unknown_is_refused_by_name_an_optional_one_too() {
    let engine = engine();
    for (place, (name, _)) in values().into_iter().enumerate() {
        let mut edited = values();
        edited.remove(place);
        for operation in [look(edited.clone(), values()), look(values(), edited)] {
            let error = engine.check(&operation).unwrap_err().to_string();
            let told = match name {
                "said" => error.starts_with("nobody said whether") && error.contains(" has said"),
                _ => error.starts_with(&format!("{name} (")) && error.contains("is missing in"),
            };
            assert!(told, "{name}: {error}");
        }
    }
}

#[test]
fn a_text_that_is_no_value_of_its_type_is_refused() {
    let engine = engine();
    type Kind = fn(String) -> Value;
    let wrong: [(&str, Kind, &[&str]); 4] = [
        (
            "decimal",
            Value::Decimal,
            &["", "1", "1.23456", "a", "99999999999999999.0"],
        ),
        ("ip", Value::Ip, &["", "10.0.0", "10.0.0.0/33", "10.0.0.1 "]),
        ("datetime", Value::Datetime, &["", "2026-02-30", "now"]),
        ("duration", Value::Duration, &["", "1", "1x", "1m1h"]),
    ];
    for (name, kind, texts) in wrong {
        for text in texts {
            let place = values().iter().position(|(it, _)| *it == name).unwrap();
            let mut edited = values();
            edited[place].1 = kind((*text).to_owned());
            for operation in [look(edited.clone(), values()), look(values(), edited)] {
                let error = engine.check(&operation).unwrap_err().to_string();
                assert!(error.contains(name), "{name}: {text:?}: {error}");
                let denied = engine.decide(&operation);
                assert!(matches!(denied, Decision::Deny(_)), "{denied:?}");
            }
        }
    }
}
