//! Case 7: the same change in other words gets the same decision, and is the
//! same operation.

use openpass_policy::{Action, AuthMethod, Tier};
use openpass_vault::{Change, FieldEdit, Proposal, VaultError};

use crate::{
    every::{edit, tier},
    sample::Sample,
};

fn set(key: &str, value: &str) -> Change {
    Change::SetConfigKey {
        key: key.to_owned(),
        value: value.to_owned(),
    }
}

fn same(sample: &Sample, ways: &[Change]) -> Proposal {
    let mut proposals = ways.iter().map(|way| sample.propose(way).unwrap());
    let first = proposals.next().unwrap();
    for other in proposals {
        assert_eq!(other.change(), first.change());
        assert_eq!(other.operation().action(), first.operation().action());
        assert_eq!(other.operation().digest(), first.operation().digest());
    }
    first
}

#[test]
fn case_7_a_tier_by_upgrade_by_profile_edit_and_by_config_set_is_one_operation() {
    let sample = Sample::new();
    let ways = [
        tier(Tier::Admin),
        edit("tier", "admin"),
        set("agents.codex.tier", "admin"),
    ];
    let proposal = same(&sample, &ways);
    assert_eq!(*proposal.operation().action(), Action::WidenAgent);
    let lower = [
        tier(Tier::ReadOnly),
        edit("tier", "safe"),
        set("agents.codex.tier", "read-only"),
    ];
    sample.make(&tier(Tier::Admin)).unwrap();
    assert_eq!(
        *same(&sample, &lower).operation().action(),
        Action::NarrowAgent
    );
}

#[test]
fn case_7_a_field_by_profile_edit_and_by_config_set_is_one_operation() {
    let sample = Sample::new();
    let ways = [
        edit("canManageConfig", "true"),
        set("agents.codex.canManageConfig", "true"),
    ];
    assert_eq!(
        *same(&sample, &ways).operation().action(),
        Action::WidenAgent
    );
}

#[test]
fn case_7_the_auth_method_by_auth_set_and_by_config_set_is_one_operation() {
    let sample = Sample::unlocked_by_touch_id();
    let ways = [
        Change::SetAuthMethod {
            method: AuthMethod::Passphrase,
        },
        set("authMethod", "passphrase"),
        set("authMethod", "PassPhrase"),
    ];
    assert_eq!(
        *same(&sample, &ways).operation().action(),
        Action::SetAuthMethod
    );
    for key in ["useTouchID", "vault.useTouchID"] {
        let proposal = sample.propose(&set(key, "true")).unwrap();
        assert_eq!(
            *proposal.operation().action(),
            Action::SetAuthMethod,
            "{key}"
        );
    }
}

#[test]
fn case_62_touch_id_is_not_made_the_way_in_where_it_cannot_ask() {
    let sample = Sample::new();
    for name in ["touchid", "Touch-ID", "touch_id", "biometric", "biometrics"] {
        let refused = sample.propose(&set("authMethod", name)).unwrap_err();
        assert!(
            matches!(refused, VaultError::NoTouchId(_)),
            "{name}: {refused}"
        );
    }
    let method = AuthMethod::TouchId;
    let refused = sample.propose(&Change::SetAuthMethod { method });
    assert!(matches!(refused, Err(VaultError::NoTouchId(_))));
    // Without the first, these keys are what counts.
    let config = sample
        .read("config.yaml")
        .replace("\nauthMethod: passphrase\n", "\n");
    let config = config.replace("    authMethod: passphrase\n", "");
    sample.write("config.yaml", &config);
    for (key, value) in [
        ("useTouchID", "true"),
        ("vault.authMethod", "touchid"),
        ("vault.useTouchID", "true"),
    ] {
        let refused = sample.propose(&set(key, value)).unwrap_err();
        assert!(
            matches!(refused, VaultError::NoTouchId(_)),
            "{key}: {refused}"
        );
    }
}

#[test]
fn case_7_narrowing_edits_do_not_carry_a_widening_one_with_them() {
    let sample = Sample::new();
    sample.make(&tier(Tier::Admin)).unwrap();
    let field = |field: &str, value: &str| FieldEdit {
        field: field.to_owned(),
        value: value.to_owned(),
    };
    let narrow = vec![field("canWrite", "false"), field("canRunCommands", "false")];
    let action = |edits: &[FieldEdit]| {
        let agent = "codex".to_owned();
        let edits = edits.to_vec();
        sample
            .propose(&Change::EditAgent { agent, edits })
            .unwrap()
            .operation()
            .action()
            .clone()
    };
    assert_eq!(action(&narrow), Action::NarrowAgent);
    let mixed = [narrow, vec![field("allowedExecutables", "bash")]].concat();
    assert_eq!(action(&mixed), Action::WidenAgent);
}

#[test]
fn keys_get_the_action_of_what_they_do() {
    let sample = Sample::new();
    let expected = [
        (
            "clipboard.auto_clear_duration",
            "9",
            Action::SetRoutineConfigKey,
        ),
        ("git.commit_template", "x", Action::SetRoutineConfigKey),
        ("git.auto_push", "false", Action::SetConfigKey),
        ("audit.maxBackups", "1", Action::ChangeAuditSettings),
        ("vault.path", "/tmp", Action::SetConfigKey),
        // The closed list of routine keys is to the letter.
        ("clipboard.nobody_knows", "9", Action::SetConfigKey),
        ("nobody.knows", "9", Action::SetConfigKey),
    ];
    for (key, value, action) in expected {
        let proposal = sample.propose(&set(key, value)).unwrap();
        assert_eq!(*proposal.operation().action(), action, "{key}");
    }
}
