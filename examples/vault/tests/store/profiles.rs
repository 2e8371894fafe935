//! What a profile is in effect: the tier's preset, the file, the product's
//! rules for files from before there were tiers.

use openpass_policy::Tier;
use openpass_vault::{Profile, Value};

use crate::sample::Sample;

/// The agent `a` of a configuration that has these lines for it.
fn profile(lines: &[&str]) -> Profile {
    let sample = Sample::new();
    let lines: String = lines
        .iter()
        .map(|line| format!("        {line}\n"))
        .collect();
    sample.write("config.yaml", &format!("agents:\n    a:\n{lines}"));
    sample.vault.config().unwrap().agent("a").unwrap()
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[test]
fn a_tier_sets_its_preset_and_what_is_written_wins() {
    let agent = profile(&["tier: admin", "canWrite: false", "approvalMode: deny"]);
    assert_eq!(agent.tier(), Tier::Admin);
    assert_eq!(*agent.get("canWrite"), Value::Bool(false));
    assert_eq!(*agent.get("canRunCommands"), Value::Bool(true));
    assert_eq!(*agent.get("approvalMode"), text("deny"));
}

#[test]
fn a_null_leaves_what_there_is_but_for_the_approval_mode() {
    let agent = profile(&["tier: admin", "canWrite: ~", "approvalMode:"]);
    assert_eq!(*agent.get("canWrite"), Value::Bool(true));
    assert_eq!(*agent.get("approvalMode"), text("prompt"));
    // The tier's mode is gone; what is left is requireApproval.
    let agent = profile(&["tier: read-only", "approvalMode: ~"]);
    assert_eq!(*agent.get("approvalMode"), text("none"));
}

#[test]
fn each_tier_has_the_products_preset() {
    let expected = [
        ("read-only", "0 0 0 0 0 0 0 0 0", "deny"),
        ("standard", "0 0 0 1 1 1 0 0 1", "prompt"),
        ("admin", "1 1 1 1 1 1 1 1 1", "prompt"),
    ];
    let fields = "canWrite canRunCommands canManageConfig canUseClipboard canUseAutotype \
                  canReadValues exposeValueTools autoUnseal requireApproval";
    for (tier, flags, mode) in expected {
        let agent = profile(&[&format!("tier: {tier}")]);
        for (field, flag) in fields.split_whitespace().zip(flags.split(' ')) {
            assert_eq!(
                *agent.get(field),
                Value::Bool(flag == "1"),
                "{tier} {field}"
            );
        }
        assert_eq!(*agent.get("approvalMode"), text(mode), "{tier}");
        let starts_programs = *agent.get("allowedExecutables") != Value::Unset;
        assert_eq!(starts_programs, tier == "standard");
    }
}

#[test]
fn require_approval_stands_for_an_approval_mode_that_is_not_written() {
    for (lines, mode) in [
        (&["requireApproval: true"][..], text("prompt")),
        (&["requireApproval: false"], text("none")),
        (&["requireApproval: ~"], text("none")),
        (&["requireApproval: 'yes'"], text("prompt")),
        (
            &["requireApproval: true", "approvalMode: ''"],
            text("prompt"),
        ),
        (
            &["requireApproval: true", "approvalMode: ~"],
            text("prompt"),
        ),
        (&["requireApproval: ~", "approvalMode: ~"], text("none")),
        (&["tier: read-only", "requireApproval: false"], text("none")),
        (
            &["requireApproval: false", "approvalMode: deny"],
            text("deny"),
        ),
        (
            &["requireApproval: true", "approvalMode: none"],
            text("none"),
        ),
        (&["canWrite: true"], text("none")),
    ] {
        assert_eq!(*profile(lines).get("approvalMode"), mode, "{lines:?}");
    }
}

#[test]
fn without_a_tier_values_may_be_exposed_unless_the_file_says_no() {
    for (lines, value) in [
        (&["canWrite: false"][..], Value::Bool(true)),
        // Here the keys are written, and the product concludes nothing.
        (&["tier: ''"], Value::Unset),
        (&["tier: ~"], Value::Unset),
        (&["exposeValueTools: ~"], Value::Unset),
        (&["exposeValueTools: false"], Value::Bool(false)),
        (&["tier: read-only"], Value::Bool(false)),
        (&["tier: standard"], Value::Bool(false)),
    ] {
        assert_eq!(*profile(lines).get("exposeValueTools"), value, "{lines:?}");
    }
}

#[test]
fn a_stored_tier_that_is_no_preset_applies_none_and_ranks_as_admin() {
    for tier in ["safe", "root", "Admin", "'admin '", "7"] {
        let agent = profile(&[&format!("tier: {tier}")]);
        assert_eq!(agent.tier(), Tier::Custom, "{tier}");
        assert_eq!(*agent.get("canWrite"), Value::Unset, "{tier}");
        assert_eq!(agent.agent_ref().tier.rank(), Tier::Admin.rank());
    }
}

#[test]
fn only_what_the_product_reads_as_true_gives_an_agent_the_power_to_ask() {
    for (value, may) in [
        ("true", true),
        ("On", true),
        ("'on'", true),
        ("!!bool 'true'", true),
        ("false", false),
        ("~", false),
    ] {
        let agent = profile(&[&format!("canManageConfig: {value}")]);
        assert_eq!(agent.agent_ref().can_manage_config(), may, "{value}");
    }
    for value in ["'true'", "1", "[true]", "ja", "!!str true"] {
        let sample = Sample::new();
        let config = format!("agents:\n    a:\n        canManageConfig: {value}\n");
        sample.write("config.yaml", &config);
        assert!(!sample.vault.agent_ref("a").can_manage_config(), "{value}");
        let error = sample.vault.config().unwrap_err().to_string();
        assert!(
            error.contains("line 3: 'agents.a.canManageConfig'"),
            "{error}"
        );
    }
}

#[test]
fn yaml_1_1_booleans_are_what_the_product_reads() {
    let yes = "y Y yes Yes YES on On ON"
        .split(' ')
        .map(|word| (word, true));
    let no = "n N no No NO off Off OFF"
        .split(' ')
        .map(|word| (word, false));
    for (word, value) in yes.chain(no) {
        let lines = [
            &*format!("canWrite: {word}"),
            &format!("canManageConfig: {word}"),
            &format!("requireApproval: {word}"),
            &format!("exposeValueTools: {word}"),
            // Of text, the product makes no boolean.
            &format!("skillVersion: {word}"),
        ];
        let agent = profile(&lines);
        assert_eq!(*agent.get("canWrite"), Value::Bool(value), "{word}");
        assert_eq!(*agent.get("exposeValueTools"), Value::Bool(value), "{word}");
        assert_eq!(agent.agent_ref().can_manage_config(), value, "{word}");
        let mode = if value { "prompt" } else { "none" };
        assert_eq!(*agent.get("approvalMode"), text(mode), "{word}");
        assert_eq!(*agent.get("skillVersion"), text(word));
    }
}

#[test]
fn touch_id_by_a_yes_is_touch_id() {
    let sample = Sample::new();
    sample.write("config.yaml", "useTouchID: yes\nagents: {}\n");
    let config = sample.vault.config().unwrap();
    assert_eq!(config.auth_method(), openpass_policy::AuthMethod::TouchId);
    assert_eq!(config.problems(), []);
}
