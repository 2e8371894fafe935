//! What imported rules about configuration do to the commands.

use crate::{
    imported::{import, words},
    sample::Sample,
};

const RAISE: [&str; 5] = ["agent", "upgrade", "codex", "--tier", "admin"];
const LOWER: [&str; 5] = ["agent", "upgrade", "hermes", "--tier", "safe"];

/// A vault with these rules as its only YAML, imported.
fn with_rules(rules: &str, flags: &[&str]) -> Sample {
    let sample = Sample::new();
    for name in ["10-dev.yaml", "20-prod.yaml"] {
        sample.script(&["policy", "remove", name]).with(0);
    }
    let yaml = format!("version: \"1.0\"\nrules:\n{rules}\n");
    sample.write("policies/rules.yaml", &yaml);
    let flags = [&["--apply"], flags].concat();
    let arguments = import(&sample, &["policies/rules.yaml"], &flags);
    sample.script(&words(&arguments)).with(0);
    sample
}

const STEP_UP: &str =
    "- {name: codex needs me, conditions: {path: config/agents/codex}, action: require_biometry}";

#[test]
fn require_biometry_on_an_agents_profile_is_enforced_for_agents_and_for_persons_if_they_ask() {
    let lower = [
        "agent",
        "profile",
        "edit",
        "codex",
        "--set",
        "max_reads_per_day=4",
        "--yes",
    ];
    // It binds agents alone: a person's narrowing change takes no proof.
    let sample = with_rules(STEP_UP, &[]);
    let explained = [
        "policy",
        "explain",
        "agent",
        "upgrade",
        "codex",
        "--tier",
        "admin",
        "--as",
        "agent:hermes",
    ];
    sample
        .run(&explained)
        .with(0)
        .showing("import.rules.yaml.1.config");
    sample.run(&lower).with(0);

    let sample = with_rules(STEP_UP, &["--persons-too"]);
    let before = sample.files();
    sample.run(&lower).with(1).showing("--no-biometric");
    sample.run(&lower[..6]).with(11);
    assert!(sample.changed(&before).is_empty());
    sample
        .run(&[&RAISE[..], &["--dry-run"]].concat())
        .with(0)
        .showing("import.rules.yaml.1.config.person");
    // Other agents are not the rule's matter.
    sample.run(&[&LOWER[..], &["--yes"]].concat()).with(0);
    sample.script(&lower[..6]).with(0);
}

#[test]
fn a_confirmation_does_not_stand_for_a_rule_that_requires_biometry() {
    for (flags, code) in [([].as_slice(), 0), (&["--persons-too"], 10)] {
        let sample = with_rules(STEP_UP, flags);
        sample
            .script(&["guard", "set", "step-up", "confirm"])
            .with(0);
        let mut person = sample.person(&RAISE);
        match code {
            0 => person.sees("[y/N]").types("y\r"),
            _ => person
                .sees("Passphrase")
                .types("y\r")
                .sees("Passphrase")
                .types("\u{3}"),
        };
        person.leaves().with(code);
    }
}

#[test]
fn a_rule_without_a_path_locks_nobody_out_of_configuration() {
    let closed = "- {name: everything else, action: deny}";
    for flags in [[].as_slice(), &["--persons-too"]] {
        let sample = with_rules(closed, flags);
        sample.script(&RAISE).with(0);
        sample.script(&["policy", "remove", "rules.yaml"]).with(0);
        sample
            .script(&["policy", "remove", "imported-rules.cedar"])
            .with(0);
    }
}

#[test]
fn a_deny_on_an_agents_profile_denies_and_names_the_rule() {
    let rule = "- {name: hands off, conditions: {path: config/agents/codex}, action: deny}";
    let sample = with_rules(rule, &["--persons-too"]);
    let before = sample.files();
    for command in [
        RAISE.as_slice(),
        &["config", "set", "agents.codex.tier", "admin"],
        &["agent", "remove", "codex"],
    ] {
        sample
            .script(command)
            .with(5)
            .showing("import.rules.yaml.1.config.person");
    }
    assert!(sample.changed(&before).is_empty());
    sample.script(&LOWER).with(0);
}

#[test]
fn rules_that_nobody_could_correct_are_said_before_anybody_is_asked() {
    let sample = Sample::new();
    let rule = "version: '1'\nrules:\n\
                - {name: shut, conditions: {path: config/policies/**}, action: deny}\n";
    sample.write("shut.yaml", rule);
    let warned = |flags: &[&str]| {
        let flags = [&["--apply", "--dry-run"], flags].concat();
        let said = sample.run(&words(&import(&sample, &["shut.yaml"], &flags)));
        said.with(0).stderr.contains("nobody can apply a policy")
    };
    assert!(!warned(&[]));
    assert!(warned(&["--persons-too"]));
    // They are taken back all the same.
    let arguments = import(&sample, &["shut.yaml"], &["--apply", "--persons-too"]);
    sample.script(&words(&arguments)).with(0);
    sample
        .script(&["policy", "remove", "imported-rules.cedar"])
        .with(0);
}
