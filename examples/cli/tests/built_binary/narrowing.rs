//! Changes that only take power: a y/N, and `--yes` is enough.

use serde_json::json;

use crate::{
    PROCEED,
    support::{ASKS, CONFIG, Openpass, Run, TestVault, code},
};

fn lower(vault: &TestVault, agent: &str, flags: &[&str]) -> Run {
    let arguments = [&["agent", "upgrade", agent, "--tier", "read-only"], flags].concat();
    Openpass::on(vault, &arguments)
}

#[test]
fn a_y_is_enough_and_anything_else_is_a_no() {
    for (answer, expected) in [
        ("y\r", code::DONE),
        ("Yes\r", code::DONE),
        ("\r", code::NOT_AUTHENTICATED),
        ("no\r", code::NOT_AUTHENTICATED),
        ("\x03", code::NOT_AUTHENTICATED),
        ("\x04", code::NOT_AUTHENTICATED),
    ] {
        let vault = TestVault::new();
        let mut person = lower(&vault, "claude-code", &[]).at_a_terminal();
        person.sees(PROCEED);
        person.types(answer);
        let ended = person.leaves().with(expected);
        assert_eq!(ended.prompts(), 0, "no passphrase: {answer:?}");
        assert_eq!(vault.config() != CONFIG, expected == code::DONE);
    }
}

#[test]
fn yes_is_enough_without_a_terminal() {
    let vault = TestVault::new();
    let run = lower(&vault, "claude-code", &["--yes", "--output", "json"]);
    let report = run.without_a_terminal().with(code::DONE).json();
    assert_eq!(report["decision"], "allow");
    assert_eq!(report["policies"], json!(["default.person"]));
    assert_eq!(report["factor"], "none");
    let intent = &vault.log()[0];
    assert_eq!(intent["action"], "narrowAgent");
    assert_eq!(vault.events(), ["intent", "prepared", "outcome"]);
}

#[test]
fn case_32_without_a_terminal_and_without_yes_nobody_says_yes() {
    let vault = TestVault::new();
    let run = lower(&vault, "claude-code", &[]).reading("y\ny\n");
    let ended = run.without_a_terminal().with(code::NOBODY_TO_ASK);
    ended.saying("--yes");
    assert_eq!(vault.config(), CONFIG);
}

#[test]
fn a_lower_tier_that_widens_a_field_is_critical() {
    // The agent has less than its tier's preset in one field.
    let vault = TestVault::new();
    let config = CONFIG.replacen("canUseClipboard: true", "canUseClipboard: false", 3);
    vault.put("config.yaml", &config);
    let arguments = ["agent", "upgrade", "hermes", "--tier", "standard", "--yes"];
    let ended = Openpass::on(&vault, &arguments).unattended();
    ended.with(code::USAGE).unasked().saying("--no-biometric");
    assert_eq!(vault.config(), config);
}

#[test]
fn every_move_from_a_tier_that_is_no_preset_is_critical() {
    // Some program may go by the name `safe`, and none knows what it had.
    for (tier, target) in [
        ("safe", "read-only"),
        ("safe", "admin"),
        ("other", "standard"),
    ] {
        let vault = TestVault::new();
        let stored = format!("    opencode:\n        tier: {tier}\n        approvalMode: none\n");
        let config = CONFIG.replace("    opencode:\n        approvalMode: deny\n", &stored);
        vault.put("config.yaml", &config);
        let arguments = ["agent", "upgrade", "opencode", "--tier", target, "--yes"];
        Openpass::on(&vault, &arguments)
            .unattended()
            .with(code::USAGE);
        assert_eq!(vault.config(), config, "{tier} to {target}");
    }
}

#[test]
fn an_agent_never_narrows_by_yes() {
    let vault = TestVault::new();
    let run = lower(&vault, "ci-bot", &["--yes"]).with("OPENPASS_AGENT", "hermes");
    run.unattended().with(code::USAGE).unasked();
    let run = lower(&vault, "ci-bot", &[]).with("OPENPASS_AGENT", "hermes");
    let mut person = run.at_a_terminal();
    person.sees(ASKS);
    person.types("\x03");
    person.leaves().with(code::NOT_AUTHENTICATED);
    assert_eq!(vault.config(), CONFIG);
}
