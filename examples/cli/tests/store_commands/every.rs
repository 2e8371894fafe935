//! Every command that changes something: with a policy that denies, with a
//! wrong passphrase, dry, and by a script that has the right one.

use crate::sample::{PASSPHRASE, Sample};

/// Each command, whether it is critical, and the files outside guard/ that it
/// changes.
pub(crate) fn commands() -> Vec<(Vec<&'static str>, bool, Vec<&'static str>)> {
    let config = || vec!["config.yaml"];
    vec![
        (
            vec!["agent", "upgrade", "codex", "--tier", "admin"],
            true,
            config(),
        ),
        (
            vec!["agent", "upgrade", "hermes", "--tier", "safe"],
            false,
            config(),
        ),
        (
            vec!["agent", "add", "new-bot", "--tier", "standard"],
            true,
            config(),
        ),
        (
            vec!["agent", "add", "new-bot", "--tier", "read-only"],
            false,
            config(),
        ),
        (
            vec![
                "agent",
                "profile",
                "edit",
                "codex",
                "--set",
                "canWrite=true",
            ],
            true,
            config(),
        ),
        (
            vec!["agent", "remove", "hermes"],
            true,
            vec!["config.yaml", "mcp-tokens.json"],
        ),
        (
            vec![
                "agent",
                "token",
                "new",
                "codex",
                "--tools",
                "get_entry",
                "--expires",
                "7d",
            ],
            true,
            vec![".gitignore", "mcp-tokens.json", "mcp-tokens/codex.token"],
        ),
        (
            vec!["agent", "token", "revoke", "tok-20261123-81e9c532"],
            true,
            vec!["mcp-tokens.json"],
        ),
        (
            vec!["agent", "token", "rotate", "hermes"],
            true,
            vec![".gitignore", "mcp-tokens.json", "mcp-tokens/hermes.token"],
        ),
        (vec!["config", "set", "mcp.bind", "0.0.0.0"], true, config()),
        (vec!["config", "set", "nobody.knows", "x"], true, config()),
        (
            vec!["config", "set", "audit.maxBackups", "1"],
            true,
            config(),
        ),
        (
            vec!["config", "set", "vault.useTouchID", "true"],
            true,
            config(),
        ),
        (
            vec!["config", "set", "clipboard.auto_clear_duration", "9"],
            false,
            config(),
        ),
        (
            vec!["policy", "apply", "MINE"],
            true,
            vec!["policies/mine.cedar"],
        ),
        (
            vec!["policy", "remove", "10-dev.yaml"],
            true,
            vec!["policies/10-dev.yaml"],
        ),
        (vec!["guard", "set", "step-up", "confirm"], true, vec![]),
        (vec!["guard", "accept"], true, vec![]),
        (vec!["audit", "rotate-key"], true, vec![]),
        (vec!["auth", "set", "passphrase"], true, config()),
        (vec!["approve", "CODE"], true, config()),
    ]
}

const MINE: &str = "@id(\"mine\") forbid (principal is OpenPass::Agent, action, resource);\n";
const NEVER: &str = "@id(\"never\") forbid (principal, action, resource);\n";

/// A vault in which each of them changes something, and the arguments.
fn prepared(command: &[&str]) -> (Sample, Vec<String>) {
    let sample = Sample::new();
    if command == ["guard", "accept"] {
        // Before the first change with a factor there is nothing to compare with.
        let first = [
            "agent",
            "profile",
            "edit",
            "codex",
            "--set",
            "canUseClipboard=true",
        ];
        sample.script(&first).with(0);
    }
    if command.starts_with(&["auth", "set"]) {
        let touch_id = sample.read("config.yaml");
        assert_eq!(touch_id.matches("authMethod: passphrase").count(), 2);
        sample.write(
            "config.yaml",
            &touch_id.replace("authMethod: passphrase", "authMethod: touchid"),
        );
    }
    let code = match command {
        ["approve", ..] => crate::approval::left_by(&sample, "hermes"),
        _ => String::new(),
    };
    sample.write("policies/by-hand.yaml", "version: \"1\"\n");
    sample.write("guard/mine.cedar", MINE);
    let mine = sample
        .dir()
        .join("guard/mine.cedar")
        .to_string_lossy()
        .into_owned();
    let arguments = command.iter().map(|word| match *word {
        "MINE" => mine.clone(),
        "CODE" => code.clone(),
        word => word.to_owned(),
    });
    (sample, arguments.collect())
}

fn words(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}

#[test]
fn a_script_with_the_passphrase_makes_each_change_and_only_its_files() {
    for (command, _, mut expected) in commands() {
        let (sample, arguments) = prepared(&command);
        let before = sample.files();
        let ended = sample.script(&[&words(&arguments), ["--output", "json"].as_slice()].concat());
        let report = ended.with(0).json();
        assert_eq!(report["outcome"], "done", "{command:?}");
        expected.sort_unstable();
        assert_eq!(sample.changed(&before), expected, "{command:?}");
        sample.run(&["audit", "verify"]).with(0);
    }
}

#[test]
fn a_policy_that_denies_lets_no_command_touch_a_byte() {
    for (command, ..) in commands() {
        let (sample, arguments) = prepared(&command);
        sample.write("policies/never.cedar", NEVER);
        let before = sample.files();
        // Removing a policy is repair: no policy takes that away.
        if command.starts_with(&["policy", "remove"]) {
            sample.script(&words(&arguments)).with(0);
            continue;
        }
        let ended = sample.script(&words(&arguments)).with(5).showing("never");
        // And each denial says how.
        ended.showing("`openpass policy remove never`");
        assert!(sample.changed(&before).is_empty(), "{command:?}");
        assert!(!sample.dir().join("guard/settings.yaml").exists());
    }
}

#[test]
fn a_wrong_passphrase_lets_no_critical_command_touch_a_byte() {
    for (command, critical, _) in commands() {
        let (sample, arguments) = prepared(&command);
        let before = sample.files();
        let ended = sample.script_with(&words(&arguments), "wrong horse battery staple");
        if critical {
            ended.with(10);
            assert!(sample.changed(&before).is_empty(), "{command:?}");
            assert!(!sample.dir().join("guard/settings.yaml").exists());
        }
    }
}

#[test]
fn a_dry_run_prints_the_change_and_the_decision_and_touches_nothing() {
    for (command, critical, _) in commands() {
        let (sample, arguments) = prepared(&command);
        let log = || std::fs::read(sample.dir().join("guard/log.jsonl")).ok();
        let (before, logged) = (sample.files(), log());
        let arguments = [
            &words(&arguments),
            ["--dry-run", "--output", "json"].as_slice(),
        ]
        .concat();
        let report = sample.run(&arguments).with(0).json();
        assert_eq!(report["outcome"], "dry-run", "{command:?}");
        let expected = if critical {
            "require-biometry"
        } else {
            "allow"
        };
        assert_eq!(report["decision"], expected, "{command:?}");
        assert!(
            !report["changes"].as_array().unwrap().is_empty(),
            "{command:?}"
        );
        assert!(sample.changed(&before).is_empty(), "{command:?}");
        assert_eq!(log(), logged);
    }
}

#[test]
fn case_3_yes_alone_answers_for_no_critical_command() {
    for (command, critical, _) in commands() {
        let (sample, arguments) = prepared(&command);
        let before = sample.files();
        let with = |flags: &[&'static str]| [&words(&arguments), flags].concat();
        if !critical {
            sample.run(&with(&["--yes"])).with(0);
            continue;
        }
        sample
            .run(&with(&["--yes"]))
            .with(1)
            .showing("--no-biometric");
        sample.run(&with(&["--yes", "--biometric"])).with(1);
        sample
            .run(&with(&["--yes", "--no-biometric"]))
            .with(1)
            .showing("--reason");
        sample
            .run(&with(&["--yes", "--no-biometric", "--reason", "x"]))
            .with(11);
        assert!(sample.changed(&before).is_empty(), "{command:?}");
    }
}

#[test]
fn case_32_without_anybody_to_ask_each_critical_command_is_refused_at_once() {
    for (command, critical, _) in commands() {
        let (sample, arguments) = prepared(&command);
        let before = sample.files();
        let ended = sample.run(&words(&arguments));
        if critical {
            ended.with(11).showing("terminal");
        }
        if critical {
            assert!(sample.changed(&before).is_empty(), "{command:?}");
        }
    }
}

#[test]
fn case_7_the_same_change_by_another_command_is_the_same_operation() {
    let sample = Sample::new();
    let groups: [&[&[&str]]; 3] = [
        &[
            &["agent", "upgrade", "codex", "--tier", "admin"],
            &["agent", "profile", "edit", "codex", "--set", "tier=admin"],
            &["config", "set", "agents.codex.tier", "admin"],
        ],
        &[
            &[
                "agent",
                "profile",
                "edit",
                "codex",
                "--set",
                "canManageConfig=true",
            ],
            &["config", "set", "agents.codex.canManageConfig", "true"],
        ],
        &[
            &["agent", "upgrade", "hermes", "--tier", "safe"],
            &["config", "set", "agents.hermes.tier", "read-only"],
        ],
    ];
    for group in groups {
        let reports: Vec<_> = group
            .iter()
            .map(|command| {
                let flags = ["--dry-run", "--output", "json"];
                sample
                    .run(&[*command, flags.as_slice()].concat())
                    .with(0)
                    .json()
            })
            .collect();
        for report in &reports {
            assert_eq!(report["digest"], reports[0]["digest"], "{group:?}");
            assert_eq!(report["decision"], reports[0]["decision"], "{group:?}");
            assert_eq!(report["action"], reports[0]["action"], "{group:?}");
        }
    }
}

#[test]
fn case_2_the_passphrase_is_taken_from_no_other_place() {
    let sample = Sample::new();
    let raise = ["agent", "upgrade", "codex", "--tier", "admin"];
    let before = sample.files();
    let variables = [
        ("OPENPASS_PASSPHRASE", PASSPHRASE),
        ("PASSPHRASE", PASSPHRASE),
    ];
    sample.run_with(&raise, &[], &variables).with(11);
    let flags = |number| {
        let script = [
            "--yes",
            "--no-biometric",
            "--reason",
            "x",
            "--passphrase-fd",
            number,
        ];
        [raise.as_slice(), &script].concat()
    };
    for number in ["0", "1", "2", "99"] {
        sample.run(&flags(number)).with(1);
    }
    assert!(sample.changed(&before).is_empty());
}
