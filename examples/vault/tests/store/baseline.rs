//! What counts without a baseline, and with one when files are edited by hand.

use std::fs;

use openpass_policy::{Direction, Principal, StepUp, Tier, Unattended};
use openpass_vault::{Change, Proposal, Vault, VaultError};

use crate::{
    every::{edit, tier},
    sample::{Sample, grant},
};

const OPT_OUTS: &str = "step_up: confirm\nunattended: waive\n";
const PERMIT: &str = "@id(\"mine\") permit (principal, action, resource);\n";
const FORBID: &str =
    "@id(\"never\") forbid (principal, action == OpenPass::Action::\"addAgent\", resource);\n";

fn set(key: &str, value: &str) -> Change {
    Change::SetGuard {
        key: key.to_owned(),
        value: Some(value.to_owned()),
    }
}

/// A vault whose guard knows this policy file.
fn with_policy(name: &str, text: &str) -> Sample {
    let sample = Sample::new();
    by_hand(&sample, &format!("policies/{name}"), text);
    sample.make(&edit("canUseClipboard", "true")).unwrap();
    sample
}

/// The settings that policy decides on.
fn counts(vault: &Vault) -> (StepUp, Unattended) {
    let guard = vault.settings().guard;
    (guard.step_up, guard.unattended)
}

const DEFAULTS: (StepUp, Unattended) = (StepUp::Biometry, Unattended::Passphrase);

/// By hand, in a vault that has no guard/ yet or has one.
fn by_hand(sample: &Sample, name: &str, text: &str) {
    let path = sample.dir().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// The fields that a proposal shows, by name.
fn fields(proposal: &Proposal) -> Vec<String> {
    let changes = proposal.operation().changes().iter();
    changes.map(|change| change.field.clone()).collect()
}

fn has_policy(vault: &Vault, id: &str) -> bool {
    let engine = vault.engine().unwrap();
    engine.policies().any(|policy| policy.id.as_str() == id)
}

/// A change by a script that gives the passphrase.
fn by_script(sample: &Sample, change: &Change) -> Result<Proposal, VaultError> {
    let mut request = sample.vault.request();
    request.attended = false;
    let proposal = sample.vault.propose(request, change)?;
    let grant = grant(&sample.vault, &proposal);
    sample.vault.commit(grant, &proposal)?;
    Ok(proposal)
}

#[test]
fn case_50_settings_by_hand_on_a_vault_that_the_guard_never_saw_make_nothing_easier() {
    let sample = Sample::new();
    by_hand(&sample, "guard/settings.yaml", OPT_OUTS);
    assert_eq!(counts(&sample.vault), DEFAULTS);
    assert_eq!(sample.vault.not_in_effect().unwrap().len(), 2);
    // What has no order is the default's too.
    let mine = if cfg!(windows) {
        r"C:\mine"
    } else {
        "/tmp/mine"
    };
    let settings = format!("step_up: passphrase\ntimeout: 600s\npinentry: {mine}\n");
    by_hand(&sample, "guard/settings.yaml", &settings);
    let settings = sample.vault.settings();
    assert_eq!(settings, openpass_vault::Settings::default());
}

#[test]
fn case_50_what_is_found_and_stricter_than_the_default_counts_at_once() {
    let sample = Sample::new();
    by_hand(
        &sample,
        "guard/settings.yaml",
        "step_up: confirm\nunattended: refuse\nunenforced_yaml: refuse\n",
    );
    let expected = (StepUp::Biometry, Unattended::Refuse);
    assert_eq!(counts(&sample.vault), expected);
    assert_eq!(sample.vault.settings().unenforced_yaml.as_str(), "refuse");
}

#[test]
fn case_50_a_guard_folder_that_is_taken_away_takes_the_opt_outs_with_it() {
    let sample = Sample::new();
    sample.make(&set("step_up", "confirm")).unwrap();
    sample.make(&set("unattended", "waive")).unwrap();
    assert_eq!(counts(&sample.vault), (StepUp::Confirm, Unattended::Waive));
    fs::remove_dir_all(sample.dir().join("guard")).unwrap();
    assert_eq!(counts(&sample.vault), DEFAULTS);
    by_hand(&sample, "guard/settings.yaml", OPT_OUTS);
    assert_eq!(counts(&sample.vault), DEFAULTS);
}

#[test]
fn case_50_with_a_baseline_the_stricter_of_it_and_the_file_counts_field_by_field() {
    let sample = Sample::new();
    sample.make(&set("unattended", "refuse")).unwrap();
    sample.make(&set("step_up", "confirm")).unwrap();
    // Widens one and narrows the other.
    by_hand(
        &sample,
        "guard/settings.yaml",
        "step_up: biometry\nunattended: waive\n",
    );
    let strict = (StepUp::Biometry, Unattended::Refuse);
    assert_eq!(counts(&sample.vault), strict);
    // Without the file, the defaults are found.
    fs::remove_file(sample.dir().join("guard/settings.yaml")).unwrap();
    assert_eq!(counts(&sample.vault), strict);
}

#[test]
fn case_50_the_first_change_at_a_prompt_shows_what_it_adopts_and_that_counts_from_then_on() {
    let sample = Sample::new();
    by_hand(&sample, "guard/settings.yaml", "unattended: waive\n");
    by_hand(&sample, "policies/mine.cedar", PERMIT);
    assert!(!has_policy(&sample.vault, "mine"));
    // What only narrows adopts nothing.
    let narrows = sample.make(&edit("max_reads_per_day", "4")).unwrap();
    assert_eq!(fields(&narrows), ["max_reads_per_day"]);
    assert_eq!(counts(&sample.vault), DEFAULTS);

    let made = sample.make(&tier(Tier::Admin)).unwrap();
    let shown = |field: &str| {
        let changes = made.operation().changes();
        let change = changes.iter().find(|change| change.field == field).unwrap();
        assert_eq!(change.direction, Direction::Widens);
        change.after.clone().unwrap()
    };
    assert_eq!(shown("guard/settings.yaml unattended"), "waive");
    assert_eq!(shown("policies/mine.cedar"), PERMIT);
    assert_eq!(counts(&sample.vault).1, Unattended::Waive);
    assert!(has_policy(&sample.vault, "mine"));
    assert!(sample.vault.drift().unwrap().is_empty());
}

#[test]
fn case_50_a_script_with_the_passphrase_and_an_agent_adopt_nothing() {
    let by_agent = |sample: &Sample| {
        let mut request = sample.vault.request();
        request.principal = Principal::Agent(sample.vault.agent_ref("hermes"));
        let proposal = sample.vault.propose(request, &tier(Tier::Standard));
        let proposal = proposal.unwrap();
        let grant = grant(&sample.vault, &proposal);
        sample.vault.commit(grant, &proposal).unwrap();
        proposal
    };
    let by_script = |sample: &Sample| by_script(sample, &tier(Tier::Standard)).unwrap();
    let ways: [&dyn Fn(&Sample) -> Proposal; 2] = [&by_agent, &by_script];
    for way in ways {
        let sample = Sample::new();
        by_hand(&sample, "guard/settings.yaml", OPT_OUTS);
        by_hand(&sample, "policies/mine.cedar", PERMIT);
        by_hand(&sample, "policies/never.cedar", FORBID);
        let shown = fields(&way(&sample));
        assert!(!shown.iter().any(|field| field.contains("settings")));
        assert_eq!(counts(&sample.vault), DEFAULTS);
        assert!(!has_policy(&sample.vault, "mine"));
        assert!(has_policy(&sample.vault, "never"));
        // A person at a prompt accepts them; a script does not.
        let refused = self::by_script(&sample, &Change::AcceptDrift {}).unwrap_err();
        assert!(matches!(refused, VaultError::NeedsAPrompt), "{refused}");
        sample.make(&Change::AcceptDrift {}).unwrap();
        assert_eq!(counts(&sample.vault), (StepUp::Confirm, Unattended::Waive));
        assert!(has_policy(&sample.vault, "mine"));
    }
}

#[test]
fn case_50_a_policy_that_vanished_stops_everything_critical_until_it_is_put_back_or_let_go() {
    type Mend = fn(&Sample);
    let mends: [Mend; 3] = [
        |sample| by_hand(sample, "policies/never.cedar", FORBID),
        |sample| drop(sample.make(&Change::AcceptDrift {}).unwrap()),
        |sample| {
            let name = "never.cedar".to_owned();
            drop(sample.make(&Change::RemovePolicy { name }).unwrap());
        },
    ];
    for mend in mends {
        let sample = with_policy("never.cedar", FORBID);
        fs::remove_file(sample.dir().join("policies/never.cedar")).unwrap();
        let error = sample.vault.engine().unwrap_err().to_string();
        assert!(error.contains("policies/never.cedar"), "{error}");
        assert!(error.contains("guard restore"), "{error}");
        mend(&sample);
        sample.vault.engine().unwrap();
        assert!(sample.vault.drift().unwrap().is_empty());
    }
}

#[test]
fn case_50_a_policy_that_is_edited_by_hand_narrows_at_once_and_widens_nothing() {
    let both = format!("{PERMIT}{FORBID}");
    let sample = with_policy("mine.cedar", &both);
    assert!(has_policy(&sample.vault, "mine"));
    let add = Change::AddAgent {
        agent: "new-bot".to_owned(),
        tier: Tier::Standard,
    };
    let is_denied = |sample: &Sample| {
        let proposal = sample.propose(&add).unwrap();
        let decision = sample.vault.engine().unwrap().decide(proposal.operation());
        matches!(decision, openpass_policy::Decision::Deny(_))
    };
    // The forbid is weakened: it holds as it was.
    let weaker = both.replace("\"addAgent\"", "\"removeAgent\"");
    by_hand(&sample, "policies/mine.cedar", &weaker);
    assert!(is_denied(&sample) && has_policy(&sample.vault, "mine"));
    // The forbid is gone: so it does then.
    by_hand(&sample, "policies/mine.cedar", PERMIT);
    assert!(is_denied(&sample));
    // The permit is gone or another: it does not count.
    by_hand(&sample, "policies/mine.cedar", FORBID);
    assert!(is_denied(&sample) && !has_policy(&sample.vault, "mine"));
    let other = format!("{FORBID}{}", PERMIT.replace("\"mine\"", "\"other\""));
    by_hand(&sample, "policies/mine.cedar", &other);
    assert!(!has_policy(&sample.vault, "other"));
    // A new file that forbids counts at once, one that permits does not.
    by_hand(
        &sample,
        "policies/new.cedar",
        &FORBID.replace("\"never\"", "\"now\""),
    );
    by_hand(
        &sample,
        "policies/more.cedar",
        &PERMIT.replace("mine", "more"),
    );
    assert!(has_policy(&sample.vault, "now") && !has_policy(&sample.vault, "more"));
    sample.make(&Change::AcceptDrift {}).unwrap();
    assert!(has_policy(&sample.vault, "other") && has_policy(&sample.vault, "more"));
}

#[test]
fn case_50_another_vaults_guard_folder_makes_nothing_easier() {
    let generous = with_policy("mine.cedar", PERMIT);
    generous.make(&set("step_up", "confirm")).unwrap();
    generous.make(&set("unattended", "waive")).unwrap();
    let sample = Sample::new();
    sample.write("identity.age", "age-encryption.org/v1\nanother\n");
    for folder in ["guard", "policies"] {
        crate::seals::copy(&generous.dir().join(folder), &sample.dir().join(folder));
    }
    assert_eq!(counts(&sample.vault), DEFAULTS);
    assert!(!has_policy(&sample.vault, "mine"));
    assert!(sample.vault.drift().unwrap().identity_is_rewritten);
    // The vault that it is from goes on.
    assert_eq!(counts(&generous.vault).0, StepUp::Confirm);
}

#[test]
fn case_50_a_fresh_vault_works_in_one_go() {
    let sample = Sample::new();
    assert!(sample.vault.not_in_effect().unwrap().is_empty());
    let made = sample.make(&tier(Tier::Admin)).unwrap();
    assert!(!made.adopts());
    assert!(sample.vault.drift().unwrap().is_empty());
    sample.vault.engine().unwrap();
}

#[test]
fn case_50_setting_what_the_file_says_already_approves_it() {
    let sample = Sample::new();
    by_hand(&sample, "guard/settings.yaml", "step_up: confirm\n");
    sample.make(&set("step_up", "confirm")).unwrap();
    assert_eq!(counts(&sample.vault).0, StepUp::Confirm);
    let again = sample.propose(&set("step_up", "confirm")).unwrap_err();
    assert!(matches!(again, VaultError::NothingToChange), "{again}");
}

/// A file that was put there by hand is held against all that any policy may be about, as it
/// is when it is accepted, though no other file is about entries.
#[test]
fn a_file_that_nobody_could_accept_is_broken_from_the_start() {
    const UNFIT: &str = "@id(\"unfit\")\nforbid (
        principal, action in OpenPass::Action::\"routine\", resource
    ) unless {
        resource is OpenPass::Vault || context.value.after != OpenPass::ConfigValue::\"on\"
    };\n";
    let sample = with_policy("never.cedar", FORBID);
    by_hand(&sample, "policies/unfit.cedar", UNFIT);
    let error = sample.vault.engine().unwrap_err().to_string();
    assert!(error.contains("policies/unfit.cedar"), "{error}");
    let accepted = sample.make(&Change::AcceptDrift {}).unwrap_err();
    assert!(accepted.to_string().contains("unfit.cedar"), "{accepted}");
}

/// None of these writes the entries' namespace, and none loads without them.
#[test]
fn what_is_accepted_is_in_force_though_it_names_nothing_of_the_entries() {
    for asks in [
        "context has secretsRead && context.secretsRead > 3",
        "context has tool && context.tool == \"shell\"",
        "resource has path && resource.path like \"prod/*\"",
    ] {
        let text = format!(
            "@id(\"entries\")\nforbid (
                principal, action in OpenPass::Action::\"routine\", resource
            ) when {{ {asks} }};\n"
        );
        let sample = with_policy("entries.cedar", &text);
        assert!(has_policy(&sample.vault, "entries"), "{asks}");
    }
}
