//! The schema of the files that people write for `policy test`, for their editors;
//! held against the shape that the program reads, both ways.

use std::collections::BTreeSet;

use openpass_policy::{
    Action, ApproverKind, AuthFactor, AuthMethod, Channel, Power, SealGrade, StepUp, Tier,
    Unattended, author::TestSuite,
};
use serde_json::{Value, json};

use crate::{
    check::problems,
    schema::{Member, flag, has, list, map, may_have, object, text, words},
};

pub(crate) const PRINCIPAL: &str = "^(user|agent:.+)$";
pub(crate) const WALL_TIME: &str = "^([Mm][Oo][Nn]|[Tt][Uu][Ee]|[Ww][Ee][Dd]|[Tt][Hh][Uu]|[Ff][Rr][Ii]|[Ss][Aa][Tt]|[Ss][Uu][Nn]) ([01][0-9]|2[0-3]):[0-5][0-9]$";

/// An object without other members.
fn closed(members: Vec<Member>) -> Value {
    let mut schema = object(members);
    schema["additionalProperties"] = false.into();
    schema
}

/// One value, or a list of them.
fn one_or_more(one: Value) -> Value {
    let many = json!({ "type": "array", "items": one, "minItems": 1 });
    json!({ "anyOf": [one, many] })
}

fn of(pattern: &str) -> Value {
    one_or_more(json!({ "type": "string", "pattern": pattern }))
}

fn vocabulary<const N: usize>(all: [&str; N]) -> Value {
    one_or_more(words(&all))
}

/// What both the file and a case say of the circumstances.
fn circumstances() -> Vec<Member> {
    let guard = closed(vec![
        may_have(
            "stepUp",
            vocabulary(StepUp::ALL.map(StepUp::as_str)),
            "`step_up` of the guard's settings.",
        ),
        may_have(
            "unattended",
            vocabulary(Unattended::ALL.map(Unattended::as_str)),
            "`unattended` of the guard's settings.",
        ),
        may_have(
            "sealed",
            vocabulary(SealGrade::ALL.map(SealGrade::as_str)),
            "What stands behind the approved state.",
        ),
    ]);
    let channels = Channel::SHIPPED;
    let channels: Vec<&str> = channels.iter().map(Channel::as_str).collect();
    vec![
        may_have(
            "time",
            of(WALL_TIME),
            "A day and a time of day, such as `mon 09:30`.",
        ),
        may_have(
            "channel",
            one_or_more(words(&channels)),
            "Which way it is asked for.",
        ),
        may_have(
            "attended",
            one_or_more(flag()),
            "Whether somebody is there.",
        ),
        may_have("guard", guard, "The guard's settings."),
    ]
}

fn entities() -> Value {
    let agent = closed(vec![
        has("tier", words(&Tier::ALL.map(Tier::as_str)), "Its tier."),
        may_have(
            "canManageConfig",
            flag(),
            "Whether it may change configuration; if left out, as `powers` says, else not.",
        ),
        may_have(
            "powers",
            list(words(&powers())),
            "What it may do, by the fields of its profile; if left out, what its tier gives.",
        ),
    ]);
    let token = closed(vec![
        has("agentName", text(), "The agent that it is for."),
        may_have("allTools", flag(), "Whether it opens every tool."),
    ]);
    let kinds: Vec<&str> = ApproverKind::ALL.iter().map(|kind| kind.as_str()).collect();
    let approver = closed(vec![has("kind", words(&kinds), "Its kind.")]);
    let vault = json!({ "const": "vault" });
    let listed = closed(vec![
        may_have("from", vault.clone(), "Those of the vault too."),
        may_have("agents", map(agent), "Agents, by name."),
        may_have("tokens", map(token), "Tokens, by id or label."),
        may_have(
            "approvers",
            map(approver),
            "Approvers, by the thumbprint of their key.",
        ),
    ]);
    json!({ "anyOf": [vault, listed] })
}

fn powers() -> Vec<&'static str> {
    Power::ALL.map(Power::as_str).into()
}

fn request() -> Value {
    let becomes = |all: Value| closed(vec![has("after", all, "The value after.")]);
    let factor = closed(vec![
        has(
            "factor",
            vocabulary(AuthFactor::ALL.map(AuthFactor::as_str)),
            "With it, the answer is `allow` or `deny`.",
        ),
        may_have(
            "signed",
            one_or_more(flag()),
            "Whether an approver of the factor's kind signed; none did, if left out.",
        ),
    ]);
    let mut context = circumstances();
    context.extend([
        may_have("authentication", factor, "What was given."),
        may_have(
            "tier",
            becomes(vocabulary(Tier::ALL.map(Tier::as_str))),
            "The tier after; before, it is the agent's own.",
        ),
        may_have(
            "powers",
            closed(vec![has(
                "gained",
                list(words(&powers())),
                "The powers, all together: no list of values to ask for each.",
            )]),
            "What an agent gains beside what its tier after gives.",
        ),
        may_have(
            "value",
            becomes(one_or_more(text())),
            "The value of a key of config.yaml after; before, there is none.",
        ),
        may_have(
            "method",
            becomes(vocabulary(AuthMethod::ALL.map(AuthMethod::as_str))),
            "How the vault is unlocked after; before, it is the other.",
        ),
    ]);
    let actions = Action::ALL;
    let actions: Vec<&str> = actions.iter().map(Action::as_str).collect();
    closed(vec![
        has(
            "principal",
            of(PRINCIPAL),
            "`user`, or `agent:` and a name of `entities`.",
        ),
        has("action", one_or_more(words(&actions)), "The action."),
        may_have(
            "resource",
            one_or_more(text()),
            "The id of what it is on: an agent, a token, an approver, a file, a key.",
        ),
        may_have(
            "context",
            closed(context),
            "The circumstances, in place of the file's.",
        ),
    ])
}

pub(crate) fn schema() -> Value {
    let among = closed(vec![
        may_have("includes", list(text()), "These decide, among others."),
        may_have("excludes", list(text()), "None of these decides."),
    ]);
    let case = closed(vec![
        has("name", text(), "What it shows, as a sentence."),
        has(
            "request",
            request(),
            "What is asked; with lists, for each combination.",
        ),
        has(
            "decision",
            words(&[
                "allow",
                "deny",
                "biometry",
                "passphrase",
                "biometry or passphrase",
                "biometry, if signed",
                "passphrase, if signed",
                "biometry or passphrase, if signed",
                "biometry, or passphrase if signed",
                "passphrase, or biometry if signed",
            ]),
            "What policy should say.",
        ),
        may_have(
            "reason",
            json!({ "anyOf": [list(text()), among] }),
            "The ids of the policies that decide: exactly these, or these among others.",
        ),
    ]);
    let mut members = circumstances();
    members.push(may_have(
        "entities",
        entities(),
        "The agents, tokens and approvers that the tests speak of: `vault`, or a list of each.",
    ));
    members.push(has("tests", list(case), "The tests."));
    let mut schema = closed(members);
    // What editors of YAML know.
    schema["$schema"] = "http://json-schema.org/draft-07/schema#".into();
    schema["title"] = "A file of tests for `openpass policy test`".into();
    schema
}

fn yaml(text: &str) -> Value {
    yaml_serde::from_str(text).unwrap()
}

fn fits(text: &str) -> Vec<String> {
    problems(&schema(), &yaml(text))
}

#[test]
fn a10_each_recipes_tests_and_the_guides_fit_the_schema() {
    let docs = "../../docs/policy";
    let mut seen = 0;
    for entry in std::fs::read_dir(format!("{docs}/recipes")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|it| it == "yaml") {
            let text = std::fs::read_to_string(&path).unwrap();
            assert_eq!(fits(&text), [""; 0], "{}", path.display());
            seen += 1;
        }
    }
    assert!(seen >= 10);
    let page = |name: &str| std::fs::read_to_string(format!("{docs}/{name}")).unwrap();
    let guide = page("testing.md") + &page("README.md");
    let blocks = guide.split("```yaml\n").skip(1);
    let blocks: Vec<&str> = blocks.map(|it| it.split("\n```").next().unwrap()).collect();
    assert!(blocks.len() >= 3);
    for block in blocks {
        let whole = match block.contains("tests:") {
            true => format!("{block}\n"),
            false => format!("tests:\n{block}\n"),
        };
        assert_eq!(fits(&whole), [""; 0], "{whole}");
        let read = yaml_serde::from_str::<TestSuite>(&whole);
        assert!(read.is_ok(), "{whole}: {read:?}");
    }
}

/// A file with everything that it can have, and in place of `HERE` in each of its
/// parts something more.
const WHOLE: &str = "
HERE0
time: mon 10:00
channel: [cli, mcp]
attended: [true, false]
guard: { HERE1 stepUp: biometry, unattended: [refuse], sealed: signed }
entities:
  HERE2
  from: vault
  agents: { codex: { HERE3 tier: standard, canManageConfig: true, powers: [canWrite] } }
  tokens: { ci: { HERE4 agentName: codex, allTools: true } }
  approvers: { key: { HEREC kind: security-key } }
tests:
  - name: whole
    HERE5
    request:
      HERE6
      principal: [user, \"agent:codex\"]
      action: [widenAgent]
      resource: codex
      context:
        HERE7
        time: [tue 09:00]
        channel: other
        attended: false
        guard: { stepUp: [confirm], unattended: waive, sealed: [none, logged] }
        authentication: { HERE8 factor: [biometry, none], signed: [true, false] }
        tier: { HERE9 after: [admin] }
        powers: { HEREB gained: [other] }
        value: { after: [on, off] }
        method: { after: touchid }
    decision: deny
    reason: { HEREA includes: [a], excludes: [b] }
";
const PARTS: &str = "0123456789ABC";

/// The file with `more` in one of its parts.
fn with(part: char, more: &str) -> String {
    let mut text = WHOLE.to_owned();
    for other in PARTS.chars() {
        let is_flow = "13489ABC".contains(other);
        let more = match (other == part, is_flow) {
            (true, true) => format!("{more}: 1,"),
            (true, false) => format!("{more}: 1"),
            (false, _) => String::new(),
        };
        text = text.replace(&format!("HERE{other}"), &more);
    }
    text
}

/// The names between backticks behind "expected".
fn expected(error: &str) -> BTreeSet<String> {
    let (_, names) = error.split_once("expected").unwrap();
    let names = names.split('`').skip(1).step_by(2);
    names.map(str::to_owned).collect()
}

/// The names of the members of the part of the schema to which `path` leads.
fn members(path: &[&str]) -> BTreeSet<String> {
    let mut part = schema();
    for step in path {
        // Of several forms, the one that is an object.
        if let Some(forms) = part.get("anyOf").and_then(Value::as_array) {
            let object = forms.iter().find(|it| it.get("properties").is_some());
            part = object.unwrap().clone();
        }
        part = part["properties"]
            .get(*step)
            .unwrap_or(&part[*step])
            .clone();
    }
    if let Some(forms) = part.get("anyOf").and_then(Value::as_array) {
        let object = forms.iter().find(|it| it.get("properties").is_some());
        part = object.unwrap().clone();
    }
    let members = part["properties"].as_object().unwrap();
    members.keys().cloned().collect()
}

#[test]
fn a10_the_schema_has_every_field_of_the_shape_and_no_other() {
    assert_eq!(fits(&with(' ', "")), [""; 0]);
    let read = yaml_serde::from_str::<TestSuite>(&with(' ', ""));
    assert!(read.is_ok(), "{read:?}");
    let context = ["tests", "items", "request", "context"];
    let below = |last: &[&'static str]| [&context[..], last].concat();
    let parts: [(char, Vec<&str>); 13] = [
        ('0', vec![]),
        ('1', vec!["guard"]),
        ('2', vec!["entities"]),
        ('3', vec!["entities", "agents", "additionalProperties"]),
        ('4', vec!["entities", "tokens", "additionalProperties"]),
        ('5', vec!["tests", "items"]),
        ('6', vec!["tests", "items", "request"]),
        ('7', context.to_vec()),
        ('8', below(&["authentication"])),
        ('9', below(&["tier"])),
        ('A', vec!["tests", "items", "reason"]),
        ('B', below(&["powers"])),
        ('C', vec!["entities", "approvers", "additionalProperties"]),
    ];
    for (part, path) in parts {
        let text = with(part, "zzz");
        let error = yaml_serde::from_str::<TestSuite>(&text).unwrap_err();
        let error = error.to_string();
        assert!(error.contains("unknown field `zzz`"), "{part}: {error}");
        assert_eq!(expected(&error), members(&path), "{part}: {error}");
        assert!(!fits(&text).is_empty(), "{part}");
    }
    for other in ["method", "value"] {
        assert_eq!(members(&below(&[other])), members(&below(&["tier"])));
    }
    assert_eq!(members(&below(&["guard"])), members(&["guard"]));
}

#[test]
fn a10_what_is_wrong_fits_neither_the_schema_nor_the_shape() {
    let case = |request: &str| {
        format!(
            "tests: [{{ name: x, request: {{ principal: user, action: list, {request} }}, decision: deny }}]"
        )
    };
    let wrong = [
        "tests: 1".to_owned(),
        "tests: [1]".to_owned(),
        "tests: [{ name: x }]".to_owned(),
        "entities: everyone\ntests: []".to_owned(),
        "entities: { from: here }\ntests: []".to_owned(),
        "entities: { agents: { a: {} } }\ntests: []".to_owned(),
        "entities: { agents: [a] }\ntests: []".to_owned(),
        "time: []\ntests: []".to_owned(),
        "attended: 1\ntests: []".to_owned(),
        case("context: { attended: maybe }"),
        case("context: { authentication: { factor: finger } }"),
        case("context: { authentication: {} }"),
        case("context: 1"),
        case("resource: []"),
        case("resource: {}"),
        case("").replace("deny", "perhaps"),
        case("").replace("deny }", "deny, reason: guard }"),
    ];
    for text in &wrong {
        assert!(yaml_serde::from_str::<TestSuite>(text).is_err(), "{text}");
        assert!(!fits(text).is_empty(), "{text}");
    }
    // What the shape takes as text and policy knows no word for.
    for text in [
        case("context: { time: noon }"),
        case("context: { time: [mon 25:00] }"),
        case("context: { channel: web }"),
        case("context: { tier: { after: root } }"),
        case("").replace("principal: user", "principal: root"),
        case("").replace("action: list", "action: [list, lists]"),
    ] {
        assert!(!fits(&text).is_empty(), "{text}");
    }
    // Nesting without end ends the check, and an unknown member is told as it is.
    let hostile = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let text = format!("tests: {hostile}\n\"\\e[2J\": 1");
    assert!(!fits(&text).is_empty());
}
