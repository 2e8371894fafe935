//! The product's YAML rules, where they are about configuration.

use std::path::Path;

use openpass_policy_yaml::{ImportOptions, YamlSource, import};
use serde_json::{Value, json};

use crate::{server::Start, write};

const RULES: &str = "policies/rules.yaml";
const IMPORTED: &str = "policies/imported-rules.cedar";

/// A server on a vault whose only rules, in YAML, are imported and in force.
fn with_rules(rules: &str) -> Start {
    let yaml = format!("version: \"1.0\"\nrules:\n{rules}\n");
    let source = YamlSource::new("rules.yaml", yaml.as_bytes());
    let imported = import(&[source], ImportOptions::new()).unwrap();
    let start = Start::as_agent("boss");
    put(&start.vault(), RULES, &yaml);
    put(&start.vault(), IMPORTED, &imported.text);
    start
}

fn put(vault: &Path, file: &str, text: &str) {
    let path = vault.join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    write(&path, text);
}

fn raise_codex() -> Value {
    json!({"name": "codex", "tier": "standard"})
}

#[test]
fn rules_about_configuration_are_enforced_for_an_agent_that_may_manage_it() {
    let rule = "- {name: hands off, conditions: {path: config/agents/codex}, action: deny}";
    let mut server = with_rules(rule).serves();
    let before = server.files();
    let denied = server.call("upgrade_agent", &raise_codex());
    assert_eq!(denied["code"], "denied", "{denied}");
    assert_eq!(denied["policies"], json!(["import.rules.yaml.1.config"]));
    // Nothing else is that rule's matter: a person may approve it.
    let waits = server.call("set_auth_method", &json!({"method": "passphrase"}));
    assert_eq!(waits["code"], "approval_required", "{waits}");
    assert_eq!(server.files(), before);

    let rule =
        "- {name: ask me, conditions: {path: config/agents/codex}, action: require_biometry}";
    let mut server = with_rules(rule).serves();
    let before = server.files();
    let waits = server.call("upgrade_agent", &raise_codex());
    assert_eq!(waits["code"], "approval_required", "{waits}");
    let question = json!({"tool": "upgrade_agent", "arguments": raise_codex()});
    let said = server.call("explain_decision", &question);
    assert_eq!(said["decision"], "require-biometry", "{said}");
    let policies = said["policies"].as_array().unwrap();
    let named = policies.contains(&json!("import.rules.yaml.1.config"));
    assert!(named, "{said}");
    assert_eq!(server.files(), before);
}

#[test]
fn a_rule_about_the_time_of_day_knows_the_time() {
    let rule = "- {name: any time, conditions: {path: config/agents/codex, \
                time_of_day: {start: '00:00', end: '00:00'}}, action: require_biometry}";
    let waits = with_rules(rule)
        .serves()
        .call("upgrade_agent", &raise_codex());
    assert_eq!(waits["code"], "approval_required", "{waits}");
}

#[test]
fn a_closing_rule_without_a_path_locks_no_agent_out_of_configuration() {
    let waits = with_rules("- {name: everything else, action: deny}")
        .serves()
        .call("upgrade_agent", &raise_codex());
    assert_eq!(waits["code"], "approval_required", "{waits}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test edits a vault by hand")]
fn rules_that_nothing_enforces_are_logged_at_start_and_stop_changes_where_settings_say_so() {
    let start = with_rules("- {name: r, action: deny}");
    std::fs::remove_file(start.vault().join(IMPORTED)).unwrap();
    put(
        &start.vault(),
        "guard/settings.yaml",
        "unenforced_yaml: refuse\n",
    );
    let mut server = start.serves();
    let before = server.files();
    let refused = server.call("upgrade_agent", &raise_codex());
    assert_eq!(refused["code"], "policy_broken", "{refused}");
    assert!(refused.to_string().contains("unenforced_yaml"), "{refused}");
    let listed = server.call("list_policies", &json!({}));
    let policy = &listed["policies"][0];
    assert_eq!(policy["not_enforced"], "not imported", "{listed}");
    assert_eq!(server.files(), before);
    let logged = server.left();
    let warned = logged.iter().map(Value::to_string);
    let mut warned = warned.filter(|line| line.contains("rules.yaml"));
    assert!(
        warned.any(|line| line.contains("policy import")),
        "{logged:?}"
    );
}
