//! Every kind of change, once: nobody gets one past the guard, a person gets
//! each.

use openpass_policy::{Action, Decision, PolicyEngine, PolicySource, Tier};
use openpass_vault::{Change, FieldEdit};

use crate::sample::{Sample, ask, differing, engine, in_force, wrong};

/// Every kind of change, by name, with the files outside guard/ it changes.
pub(crate) fn every_change() -> Vec<(&'static str, Change, Vec<&'static str>)> {
    let codex = || "codex".to_owned();
    let set = |key: &str, value: &str| Change::SetConfigKey {
        key: key.to_owned(),
        value: value.to_owned(),
    };
    let config = || vec!["config.yaml"];
    vec![
        ("raise", tier(Tier::Admin), config()),
        (
            "lower",
            Change::SetTier {
                agent: "hermes".to_owned(),
                tier: Tier::ReadOnly,
            },
            config(),
        ),
        (
            "add",
            Change::AddAgent {
                agent: "new-bot".to_owned(),
                tier: Tier::Standard,
            },
            config(),
        ),
        (
            "add restricted",
            Change::AddAgent {
                agent: "new-bot".to_owned(),
                tier: Tier::ReadOnly,
            },
            config(),
        ),
        ("edit", edit("canWrite", "true"), config()),
        (
            "remove",
            Change::RemoveAgent {
                agent: "hermes".to_owned(),
            },
            vec!["config.yaml", "mcp-tokens.json"],
        ),
        (
            "auth method",
            Change::SetAuthMethod {
                method: openpass_policy::AuthMethod::Passphrase,
            },
            config(),
        ),
        ("log key", Change::RotateLogKey {}, vec![]),
        ("seal", Change::Seal {}, vec![]),
        ("auth key", set("vault.useTouchID", "true"), config()),
        (
            "agent key",
            set("agents.codex.canRunCommands", "true"),
            config(),
        ),
        ("audit key", set("audit.maxBackups", "1"), config()),
        (
            "routine key",
            set("clipboard.auto_clear_duration", "99"),
            config(),
        ),
        ("other key", set("mcp.bind", "0.0.0.0"), config()),
        ("unknown key", set("nobody.knows.this", "1"), config()),
        (
            "token new",
            Change::IssueToken {
                agent: codex(),
                label: None,
                tools: vec!["*".to_owned()],
                lifetime: Some(60),
            },
            vec![".gitignore", "mcp-tokens.json", "mcp-tokens/codex.token"],
        ),
        (
            "token rotate",
            Change::RotateTokens {
                agent: "hermes".to_owned(),
            },
            vec![".gitignore", "mcp-tokens.json", "mcp-tokens/hermes.token"],
        ),
        (
            "token revoke",
            Change::RevokeToken {
                id: "tok-20261123-81e9c532".to_owned(),
            },
            vec!["mcp-tokens.json"],
        ),
        (
            "policy apply",
            Change::ApplyPolicy {
                name: "mine.cedar".to_owned(),
                text: FORBID.to_owned(),
            },
            vec!["policies/mine.cedar"],
        ),
        (
            "policy remove",
            Change::RemovePolicy {
                name: "10-dev.yaml".to_owned(),
            },
            vec!["policies/10-dev.yaml"],
        ),
        (
            "guard set",
            Change::SetGuard {
                key: "step_up".to_owned(),
                value: Some("confirm".to_owned()),
            },
            vec![],
        ),
        ("guard accept", Change::AcceptDrift {}, vec![]),
        (
            "pin",
            Change::PinEnrolment {
                pin: "5a".repeat(32),
            },
            vec![],
        ),
        (
            "passphrase",
            crate::sample::rewrapped(),
            vec!["identity.age"],
        ),
    ]
}

const FORBID: &str = "@id(\"mine\") forbid (principal is OpenPass::Agent, action, resource);\n";

pub(crate) fn tier(tier: Tier) -> Change {
    let agent = "codex".to_owned();
    Change::SetTier { agent, tier }
}

pub(crate) fn edit(field: &str, value: &str) -> Change {
    Change::EditAgent {
        agent: "codex".to_owned(),
        edits: vec![FieldEdit {
            field: field.to_owned(),
            value: value.to_owned(),
        }],
    }
}

/// A vault in which each of them changes something.
fn vault() -> Sample {
    let sample = Sample::unlocked_by_touch_id();
    sample.make(&edit("canUseClipboard", "true")).unwrap();
    sample.write("policies/by-hand.yaml", "version: \"1\"\n");
    sample
}

/// Actions that no change above comes to: those that mend a vault have tests of
/// their own in `repair`, this store changes recipients and devices by no change but
/// the keys of config.yaml, and approvers take a signature (the command's tests).
const APART: [Action; 10] = [
    Action::Restore,
    Action::RestoreNarrower,
    Action::ResetGuardSettings,
    Action::SetLogAside,
    Action::ChangeRecipients,
    Action::ChangeDevices,
    Action::AddApprover,
    Action::ReplaceApprover,
    Action::RemoveApprover,
    Action::RenewApprover,
];

#[test]
fn every_action_that_changes_something_is_reached_by_a_change() {
    let sample = vault();
    let reached: Vec<Action> = every_change()
        .iter()
        .map(|(name, change, _)| {
            let proposal = sample.propose(change);
            let proposal = proposal.unwrap_or_else(|error| panic!("{name}: {error}"));
            proposal.operation().action().clone()
        })
        .collect();
    for action in Action::ALL.into_iter().filter(|action| !action.is_look()) {
        let is_apart = APART.contains(&action);
        assert_eq!(reached.contains(&action), !is_apart, "{action}");
    }
}

fn is_plain(decision: &Decision) -> bool {
    matches!(decision, Decision::Allow { .. })
}

#[test]
fn a_person_who_says_yes_gets_each_change_and_only_its_files() {
    for (name, change, expected) in every_change() {
        let sample = vault();
        let before = sample.files();
        sample
            .make(&change)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
        expected.sort();
        assert_eq!(differing(&before, &sample.files()), expected, "{name}");
        let log = openpass_vault::GuardLog::of(&sample.vault)
            .verify()
            .unwrap();
        assert!(log.is_whole(), "{name}: {log:?}");
    }
}

#[test]
fn a_guard_that_denies_lets_no_change_touch_a_byte() {
    let never = PolicySource::new("never.cedar", "forbid (principal, action, resource);");
    for (name, change, _) in every_change() {
        let sample = vault();
        let before = sample.files();
        let proposal = sample.propose(&change).unwrap();
        let engine = PolicyEngine::with_policies(std::slice::from_ref(&never)).unwrap();
        let refused = ask(&sample.vault, &proposal, engine.into(), wrong());
        assert!(refused.is_err(), "{name}");
        assert!(differing(&before, &sample.files()).is_empty(), "{name}");
    }
}

#[test]
fn a_wrong_answer_lets_no_critical_change_touch_a_byte() {
    let mut plain = Vec::new();
    for (name, change, _) in every_change() {
        let sample = vault();
        let before = sample.files();
        let proposal = sample.propose(&change).unwrap();
        if is_plain(&engine().decide(proposal.operation())) {
            plain.push(name);
            continue;
        }
        let refused = ask(&sample.vault, &proposal, in_force(&sample.vault), wrong());
        assert!(refused.is_err(), "{name}");
        assert!(differing(&before, &sample.files()).is_empty(), "{name}");
    }
    // Everything else needs a person.
    assert_eq!(plain, ["lower", "add restricted", "routine key"]);
}

#[test]
fn case_6_a_config_that_changed_while_the_person_was_asked_is_left_as_it_is() {
    for (name, change, _) in every_change() {
        let sample = vault();
        let proposal = sample.propose(&change).unwrap();
        let grant = crate::sample::grant(&sample.vault, &proposal);
        let edited = sample
            .read("config.yaml")
            .replace("port: 8080", "port: 8081");
        sample.write("config.yaml", &edited);
        let before = sample.files();
        let refused = sample.vault.commit(grant, &proposal).unwrap_err();
        assert!(
            matches!(refused, openpass_vault::VaultError::Conflict),
            "{name}: {refused}"
        );
        assert!(differing(&before, &sample.files()).is_empty(), "{name}");
    }
}

#[test]
fn case_5_a_grant_serves_its_own_operation_only() {
    let sample = Sample::new();
    let before = sample.files();
    let small = sample.propose(&edit("canUseClipboard", "true")).unwrap();
    let large = sample.propose(&tier(Tier::Admin)).unwrap();
    let grant = crate::sample::grant(&sample.vault, &small);
    let refused = sample.vault.commit(grant, &large).unwrap_err();
    assert!(
        matches!(refused, openpass_vault::VaultError::Conflict),
        "{refused}"
    );
    assert!(differing(&before, &sample.files()).is_empty());
}
