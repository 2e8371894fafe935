//! A rule about what an agent may do binds every way to it.

use std::fs;

use crate::sample::Sample;

/// What only an admin has, by the field that gives it and the value.
const ADMINS: [(&str, &str); 7] = [
    ("canWrite", "true"),
    ("canRunCommands", "true"),
    ("canManageConfig", "true"),
    ("exposeValueTools", "true"),
    ("autoUnseal", "true"),
    ("exposePaymentValues", "true"),
    ("approvalMode", "none"),
];

/// A vault with a recipe of the guide in force.
fn with_recipe(name: &str) -> Sample {
    let sample = Sample::new();
    let recipe = format!("../../docs/policy/recipes/{name}.cedar");
    sample.write("guard/recipe.cedar", &fs::read_to_string(recipe).unwrap());
    let file = sample.dir().join("guard/recipe.cedar");
    let file = file.to_str().unwrap();
    sample.script(&["policy", "apply", file]).with(0);
    // A record of what was approved, to compare edits with.
    sample.run(&["guard", "status"]).with(0);
    sample
}

#[test]
fn a1_no_single_field_makes_an_agent_an_admin_where_none_may_become_one() {
    let sample = with_recipe("no-admin-agents");
    let before = sample.files();
    for (field, value) in ADMINS {
        let key = format!("agents.codex.{field}");
        for command in [
            vec!["config", "set", &key, value],
            vec![
                "agent",
                "profile",
                "edit",
                "codex",
                "--set",
                &format!("{field}={value}"),
            ],
        ] {
            let ended = sample.script(&command);
            ended.with(5).showing("no-admin-agents");
        }
    }
    sample
        .script(&["agent", "upgrade", "codex", "--tier", "admin"])
        .with(5)
        .showing("no-admin-agents");
    // The product has an agent of this name, which may do more than nothing.
    sample
        .script(&["agent", "remove", "codex"])
        .with(5)
        .showing("no-admin-agents");
    assert!(sample.changed(&before).is_empty());
    // What is no admin's can be given.
    let clipboard = ["config", "set", "agents.codex.canUseClipboard", "true"];
    sample.script(&clipboard).with(0);
    sample
        .script(&["agent", "upgrade", "codex", "--tier", "standard"])
        .with(0);
}

#[test]
fn a1_an_edit_by_hand_cannot_be_accepted_where_the_command_is_forbidden() {
    let sample = with_recipe("no-admin-agents");
    let config = sample.read("config.yaml");
    let raised = config.replacen("canRunCommands: false", "canRunCommands: true", 1);
    assert_ne!(config, raised);
    sample.write("config.yaml", &raised);
    let accept = ["guard", "accept"];
    sample.script(&accept).with(5).showing("no-admin-agents");
    let explain = ["policy", "explain", "guard", "accept"];
    sample.run(&explain).with(0).showing("no-admin-agents");
    // It can be put back, and what the rule says nothing of can be accepted.
    sample.script(&["guard", "restore"]).with(0);
    assert_eq!(sample.read("config.yaml"), config);
    sample.write(
        "config.yaml",
        &config.replacen("canUseClipboard: false", "canUseClipboard: true", 1),
    );
    sample.script(&accept).with(0);
}

/// Beside a file that does not load, the shipped policies alone decide on what mends.
#[test]
fn a1_a_broken_file_opens_no_way_around_the_rule() {
    let sample = with_recipe("no-admin-agents");
    let config = sample.read("config.yaml");
    let raised = config.replacen("canRunCommands: false", "canRunCommands: true", 1);
    sample.write("config.yaml", &raised);
    sample.write("policies/zz.cedar", "forbid (");
    sample
        .script(&["guard", "accept"])
        .with(6)
        .showing("openpass policy remove NAME");
    sample.script(&["policy", "remove", "zz.cedar"]).with(0);
    let accept = sample.script(&["guard", "accept"]);
    accept.with(5).showing("no-admin-agents");
    // To remove the rule is a change of its own, shown and answered.
    sample.script(&["policy", "remove", "recipe.cedar"]).with(0);
    sample.script(&["guard", "accept"]).with(0);
}

#[test]
fn a1_biometry_for_admin_asks_for_it_for_a_single_field_and_for_an_edit_by_hand() {
    let sample = with_recipe("biometry-for-admin");
    for (field, value) in ADMINS {
        let key = format!("agents.codex.{field}");
        let explain = ["policy", "explain", "config", "set", &key, value];
        let said = sample.run(&explain);
        said.with(0).showing("decision  takes biometry\n");
    }
    let config = sample.read("config.yaml");
    sample.write(
        "config.yaml",
        &config.replacen("autoUnseal: false", "autoUnseal: true", 1),
    );
    sample
        .script(&["guard", "accept"])
        .with(11)
        .showing("takes biometry, by biometry-for-admin");
}

#[test]
fn a4_a_rule_tells_an_address_of_this_machine_and_the_agent_of_a_token() {
    let sample = Sample::new();
    let rules = r#"@id("stay-local")
forbid (principal, action == OpenPass::Action::"setConfigKey", resource == OpenPass::ConfigKey::"mcp.bind")
when { context.value.after == OpenPass::ConfigValue::"network" };

@id("no-tokens-for-admins")
forbid (principal, action == OpenPass::Action::"createToken", resource)
when { resource.agent.tier >= 2 };

@id("hands-off-open-agents")
forbid (principal, action in OpenPass::Action::"critical", resource is OpenPass::AgentProfile)
when { resource.agent.name like "open*" };
"#;
    sample.write("guard/rules.cedar", rules);
    let file = sample.dir().join("guard/rules.cedar");
    sample
        .script(&["policy", "apply", file.to_str().unwrap()])
        .with(0);
    for address in ["0.0.0.0", "192.168.1.4", "localhost.example"] {
        let set = ["config", "set", "mcp.bind", address];
        sample.script(&set).with(5).showing("stay-local");
    }
    sample
        .script(&["config", "set", "mcp.bind", "127.0.0.2"])
        .with(0);
    let token = |agent| ["agent", "token", "new", agent, "--tools", "list_entries"];
    sample
        .script(&token("hermes"))
        .with(5)
        .showing("no-tokens-for-admins");
    sample.script(&token("codex")).with(0);
    let remove = ["agent", "remove", "openclaw"];
    sample
        .script(&remove)
        .with(5)
        .showing("hands-off-open-agents");
}
