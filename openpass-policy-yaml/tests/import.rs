//! What imported rules do: the sample vault's files, configuration, persons.
#![expect(clippy::unwrap_used, reason = "a test")]
#![expect(clippy::panic, reason = "a test")]
#![expect(clippy::indexing_slicing, reason = "a test")]
#![expect(clippy::string_slice, reason = "a test")]

mod common;

use std::path::Path;

use common::{Ask, Rules, agent};
use openpass_policy::{
    After, AgentRef, AuthMethod, Before, Channel, Decision, Effect, GuardSettings, Operation,
    PolicySource, Principal, Request, Standing, StateDigest, Tier, WallTime,
};
use openpass_policy_yaml::{ImportOptions, WhyNot, YamlSource, import, unenforced};

fn sample(name: &str) -> String {
    let folder = Path::new("tests/fixtures/sample-policies");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

fn ask(agent: &str, action: &str, path: &str, clock: &str) -> Ask {
    serde_json::from_value(serde_json::json!({
        "agent_id": agent, "path": path, "tags": [], "working_dir": "", "env_vars": {},
        "action_type": action, "tool_name": "", "secrets_accessed": 0,
        "now": format!("2026-11-23T{clock}:00Z"),
    }))
    .unwrap()
}

fn rules(yaml: &str, options: ImportOptions) -> Rules {
    let yaml = format!("version: '1'\nrules:\n{yaml}");
    Rules::of(&[yaml], options).unwrap()
}

#[test]
fn the_sample_vaults_dev_rules_import_and_decide_as_the_product_does() {
    let rules = Rules::of(&[sample("10-dev.yaml")], ImportOptions::new()).unwrap();
    let outcome = |ask: &Ask| rules.decide(&ask.operation()).action;
    assert_eq!(
        outcome(&ask("claude-code", "get", "dev/db", "08:00")),
        "allow"
    );
    assert_eq!(
        outcome(&ask("claude-code", "get", "dev/db", "19:00")),
        "deny"
    );
    assert_eq!(outcome(&ask("codex", "get", "dev/db", "12:00")), "deny");
    assert_eq!(outcome(&ask("codex", "set", "dev/db", "23:00")), "prompt");
    assert_eq!(outcome(&ask("codex", "set", "prod/db", "12:00")), "deny");
    let mut run = ask("codex", "run", "dev/db", "12:00");
    assert!(!rules.decide(&run.operation()).matched);
    run.env_vars.insert("GIT_BRANCH".to_owned(), String::new());
    assert!(rules.decide(&run.operation()).matched);
}

#[test]
fn the_sample_vaults_prod_rules_need_a_narrower_import() {
    let yaml = sample("20-prod.yaml");
    let error = common::import_all(core::slice::from_ref(&yaml), ImportOptions::new()).unwrap_err();
    let error = error.to_string();
    assert!(
        error.contains("00.yaml:20: rule \"few secrets a session\""),
        "{error}"
    );
    let rules = Rules::of(&[yaml], ImportOptions::new().allow_narrower(true)).unwrap();
    let notes = &rules.imported.notes;
    assert!(
        notes
            .iter()
            .any(|n| n.contains("few secrets a session") && n.contains("left out"))
    );
    let outcome = |ask: &Ask| rules.decide(&ask.operation()).action;
    assert_eq!(
        outcome(&ask("codex", "get", "prod/db", "12:00")),
        "require_biometry"
    );
    assert_eq!(outcome(&ask("codex", "get", "prod/db", "22:00")), "deny");
    assert_eq!(outcome(&ask("codex", "get", "dev/db", "12:00")), "deny");
}

#[test]
fn the_text_is_one_that_a_person_can_read() {
    let yaml = sample("10-dev.yaml").replace(
        "  - name: dev writes",
        "  # Ask first.\n  - name: dev writes",
    );
    let text = common::import_all(&[yaml], ImportOptions::new())
        .unwrap()
        .text;
    let path = Path::new("tests/snapshots/10-dev.cedar");
    if std::env::var_os("OPENPASS_BLESS").is_some() {
        #[expect(clippy::disallowed_methods, reason = "a test's own snapshot")]
        std::fs::write(path, &text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(path).unwrap());
}

fn request(principal: Principal) -> Request {
    let settings = GuardSettings::default();
    let mut request = Request::by_person("~/.openpass", settings).at(WallTime::new(1, 720));
    request.principal = principal;
    request.channel = Channel::Mcp;
    request
}

fn manager() -> Principal {
    Principal::Agent(AgentRef::new("claude", Tier::Admin, true))
}

fn effect() -> Effect {
    Effect::new(vec![], StateDigest::of(&[]))
}

fn set_auth_method(principal: Principal) -> Operation {
    let (before, after) = (Before(AuthMethod::Passphrase), After(AuthMethod::TouchId));
    Operation::set_auth_method(request(principal), before, after, effect())
}

#[test]
fn a_path_under_config_binds_configuration_and_a_rule_without_a_path_does_not() {
    let closed = rules(
        "- {name: everything else, action: deny}",
        ImportOptions::new(),
    );
    assert!(matches!(
        closed.engine.decide(&set_auth_method(manager())),
        Decision::RequireBiometry { .. }
    ));
    let yaml = "- {name: no, conditions: {path: config/authMethod}, action: deny}";
    let denied = rules(yaml, ImportOptions::new());
    let denial = format!("{:?}", denied.engine.decide(&set_auth_method(manager())));
    assert!(denial.contains("import.00.yaml.1.config"), "{denial}");
    let rotate = Operation::rotate_passphrase(request(manager()), effect());
    assert!(matches!(
        denied.engine.decide(&rotate),
        Decision::RequireBiometry { .. }
    ));
    // A person's own operations are as they were.
    assert!(matches!(
        denied.engine.decide(&set_auth_method(Principal::User)),
        Decision::RequireBiometry { .. }
    ));
}

#[test]
fn an_allow_on_configuration_gives_way_to_the_guards() {
    let yaml = "- {name: all, conditions: {path: config/**}, action: allow}";
    let open = rules(yaml, ImportOptions::new());
    assert!(matches!(
        open.engine.decide(&set_auth_method(manager())),
        Decision::RequireBiometry { .. }
    ));
}

#[test]
fn persons_too_binds_persons_by_the_rules_that_name_no_agent() {
    let yaml = "- {name: theirs, priority: 9, conditions: {agent_id: codex}, action: allow}\n\
                - {name: open, conditions: {path: dev/**, action: get}, action: allow}\n\
                - {name: ask, conditions: {path: prod/**}, action: require_biometry}\n\
                - {name: never, conditions: {path: config/authMethod}, action: deny}\n";
    let agents = rules(yaml, ImportOptions::new());
    let people = rules(yaml, ImportOptions::new().persons_too(true));
    let decide = |rules: &Rules, path| {
        let operation = ask("", "get", path, "12:00").operation_by(Principal::User);
        rules.engine.decide(&operation)
    };
    assert!(matches!(decide(&agents, "prod/x"), Decision::Allow { .. }));
    assert!(matches!(decide(&people, "dev/x"), Decision::Allow { .. }));
    assert!(matches!(
        decide(&people, "prod/x"),
        Decision::RequireBiometry { .. }
    ));
    assert!(matches!(decide(&people, "other"), Decision::Deny(_)));
    let auth = people.engine.decide(&set_auth_method(Principal::User));
    assert!(matches!(auth, Decision::Deny(_)));
    let theirs = ask("codex", "get", "other", "12:00").operation_by(agent("codex"));
    assert!(matches!(
        people.engine.decide(&theirs),
        Decision::Allow { .. }
    ));
}

#[test]
fn yaml_that_is_not_enforced_is_found() {
    let yaml = sample("10-dev.yaml");
    let file = YamlSource::new("10-dev.yaml", yaml.as_bytes());
    let imported = import(&[file], ImportOptions::new()).unwrap();
    let in_force = [imported.source("dev.cedar")];
    assert!(unenforced(&[file], &in_force).is_empty());
    let other = YamlSource::new("20-prod.yaml", yaml.as_bytes());
    assert_eq!(unenforced(&[other], &in_force)[0].why, WhyNot::NotImported);
    let changed = YamlSource::new("10-dev.yaml", b"version: '1'");
    assert_eq!(unenforced(&[changed], &in_force)[0].why, WhyNot::Changed);
    let unrelated = [PolicySource::new(
        "x.cedar",
        "permit (principal, action, resource);",
    )];
    let found = unenforced(&[file], &unrelated);
    assert!(
        found[0]
            .to_string()
            .contains("\"10-dev.yaml\" are not enforced here")
    );
}

#[test]
fn a11_all_problems_of_all_files_are_told_at_once() {
    let file = |rules: &str| format!("version: '1'\nrules:\n{rules}");
    let files = [
        file(
            "- {name: a, conditions: {paht: dev/**}, action: allow}\n\
             - {name: b, conditions: {path: 'dev/?'}, action: allow}\n",
        ),
        file("- {name: c, conditions: {rate_limit: {max_reads_per_hour: 1}}, action: deny}\n"),
        "rules: [".to_owned(),
    ];
    let error = common::import_all(&files, ImportOptions::new()).unwrap_err();
    let places: Vec<(&str, usize)> = error
        .problems()
        .iter()
        .map(|problem| (problem.file.as_str(), problem.line))
        .collect();
    assert_eq!(
        places,
        [
            ("00.yaml", 3),
            ("00.yaml", 4),
            ("01.yaml", 3),
            ("02.yaml", 1)
        ],
        "{error}"
    );
}

#[test]
fn a11_what_is_permitted_already_has_no_policy_and_still_comes_first() {
    let yaml = "- {name: agents, priority: 9, conditions: {path: config/agents/**}, action: allow}\n\
                - {name: nothing else, conditions: {path: config/**}, action: deny}\n";
    for options in [ImportOptions::new(), ImportOptions::new().persons_too(true)] {
        let rules = rules(yaml, options);
        let text = &rules.imported.text;
        assert!(
            text.contains("// @id(\"import.00.yaml.1.config\")"),
            "{text}"
        );
        assert!(!text.contains("\n@id(\"import.00.yaml.1.config"), "{text}");
        // The entry of that path is another matter: nothing else permits it.
        assert!(text.contains("\n@id(\"import.00.yaml.1\")"), "{text}");
        let target = AgentRef::new("codex", Tier::ReadOnly, false);
        let remove = Operation::remove_agent(request(manager()), target, Standing::NONE, effect());
        assert!(matches!(
            rules.engine.decide(&remove),
            Decision::RequireBiometry { .. }
        ));
        let denied = rules.engine.decide(&set_auth_method(manager()));
        assert!(matches!(denied, Decision::Deny(_)));
    }
}

#[test]
fn a11_rules_that_can_never_meet_do_not_name_each_other() {
    for (first, second) in [
        (
            "{path: config/agents/**, action: delete}",
            "{path: config/**, action: set}",
        ),
        (
            "{time_of_day: {start: '08:00', end: '12:00'}}",
            "{time_of_day: {start: '12:00', end: '08:00'}}",
        ),
        ("{action: get}", "{action: set}"),
        ("{agent_id: codex}", "{agent_id: claude}"),
        ("{path: dev/a}", "{path: dev/b/**}"),
    ] {
        let yaml = format!(
            "- {{name: one, priority: 9, conditions: {first}, action: deny}}\n\
             - {{name: two, conditions: {second}, action: deny}}\n"
        );
        let text = rules(&yaml, ImportOptions::new()).imported.text;
        assert!(!text.contains("unless"), "{first} {second}\n{text}");
    }
    let meet = "- {name: one, priority: 9, conditions: {time_of_day: {start: '22:00', end: '06:00'}}, action: allow}\n\
                - {name: two, conditions: {time_of_day: {start: '05:59', end: '07:00'}}, action: deny}\n";
    let text = rules(meet, ImportOptions::new()).imported.text;
    assert!(text.contains("unless"), "{text}");
}
