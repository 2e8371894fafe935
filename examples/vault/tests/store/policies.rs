//! Policy files: what is loaded, what is not, and that a broken one never
//! locks the owner out.

use std::fs;

use openpass_vault::{Change, VaultError};
use serde_json::Value;

use crate::sample::{Sample, differing};

const GOOD: &str = "@id(\"mine\") forbid (principal is OpenPass::Agent, action, resource);\n";

/// Puts something broken at a path.
type Break = fn(&std::path::Path);

fn apply(name: &str, text: &str) -> Change {
    let (name, text) = (name.to_owned(), text.to_owned());
    Change::ApplyPolicy { name, text }
}

#[test]
fn case_15_a_policy_that_is_broken_in_any_way_is_refused_by_its_name() {
    let breaks: &[(&str, Break)] = &[
        ("corrupt", |path| {
            fs::write(path, "permit (principal").unwrap()
        }),
        ("empty", |path| fs::write(path, "").unwrap()),
        ("a folder", |path| fs::create_dir(path).unwrap()),
        #[cfg(unix)]
        ("a link", |path| {
            std::os::unix::fs::symlink("/etc/hostname", path).unwrap()
        }),
        #[cfg(unix)]
        ("a pipe", |path| {
            let made = std::process::Command::new("mkfifo")
                .arg(path)
                .status()
                .unwrap();
            assert!(made.success());
        }),
        ("100 MB", |path| {
            let file = fs::File::create(path).unwrap();
            file.set_len(100 << 20).unwrap();
        }),
    ];
    for &(name, broken) in breaks {
        let sample = Sample::new();
        sample
            .make(&crate::every::edit("canUseClipboard", "true"))
            .unwrap();
        broken(&sample.dir().join("policies/mine.cedar"));
        let error = sample.vault.engine().unwrap_err().to_string();
        assert!(error.contains("mine.cedar"), "{name}: {error}");
        // It is said, too.
        let drift = sample.vault.drift().unwrap();
        assert!(
            drift
                .items
                .iter()
                .any(|item| item.name == "policies/mine.cedar"),
            "{name}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn case_15_a_policy_whose_name_is_no_text_is_not_passed_over() {
    use std::os::unix::ffi::OsStrExt as _;
    let sample = Sample::new();
    let name = std::ffi::OsStr::from_bytes(b"mine\xff.cedar");
    fs::write(sample.dir().join("policies").join(name), GOOD).unwrap();
    let error = sample.vault.engine().unwrap_err().to_string();
    assert!(error.contains("move it away"), "{error}");
}

#[cfg(unix)]
#[test]
fn case_15_an_unreadable_policy_is_refused_by_its_name() {
    use std::os::unix::fs::PermissionsExt as _;
    let sample = Sample::new();
    sample.write("policies/mine.cedar", GOOD);
    let path = sample.dir().join("policies/mine.cedar");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o0)).unwrap();
    if fs::read(&path).is_ok() {
        // Root reads everything: then there is nothing unreadable to refuse,
        // and the policy must be in force.
        sample.vault.engine().unwrap();
        return;
    }
    let error = sample.vault.engine().unwrap_err().to_string();
    assert!(error.contains("mine.cedar"), "{error}");
}

#[test]
fn case_15_a_broken_policy_can_be_replaced_or_removed_and_without_any_the_shipped_ones_stand() {
    let sample = Sample::new();
    sample.write("policies/mine.cedar", "permit (");
    sample.vault.engine().unwrap_err();
    sample.make(&apply("other.cedar", GOOD)).unwrap();
    sample
        .make(&apply("mine.cedar", &GOOD.replace("mine", "two")))
        .unwrap();
    sample.vault.engine().unwrap();
    sample
        .make(&Change::RemovePolicy {
            name: "mine.cedar".to_owned(),
        })
        .unwrap();
    fs::remove_dir_all(sample.dir().join("policies")).unwrap();
    let error = sample.vault.engine().unwrap_err().to_string();
    assert!(error.contains("guard accept"), "{error}");
    sample.make(&Change::AcceptDrift {}).unwrap();
    let raise = sample
        .propose(&crate::every::tier(openpass_policy::Tier::Admin))
        .unwrap();
    let decision = sample.vault.engine().unwrap().decide(raise.operation());
    assert!(matches!(
        decision,
        openpass_policy::Decision::RequireBiometry { .. }
    ));
}

#[test]
fn case_18_a_policy_that_would_not_load_is_refused_before_anybody_is_asked() {
    let sample = Sample::new();
    sample.make(&apply("mine.cedar", GOOD)).unwrap();
    let before = sample.files();
    let bad = [
        "permit (principal, action, resource) when { context.factr == 1 };",
        "@id(\"guard.critical-needs-a-factor\") permit (principal, action, resource);",
        "@id(\"mine\") permit (principal, action, resource);",
        "permit (principal == ?principal, action, resource);",
        "not cedar",
        "",
        "  \n",
    ];
    for text in bad {
        let error = sample.propose(&apply("bad.cedar", text)).unwrap_err();
        let named = matches!(
            error,
            VaultError::Policies(_) | VaultError::BrokenPolicy { .. }
        );
        assert!(named, "{text}: {error}");
    }
    // Replacing a file by another with the same ids is fine.
    sample
        .propose(&apply("mine.cedar", &format!("{GOOD}\n")))
        .unwrap();
    assert!(differing(&before, &sample.files()).is_empty());
}

#[test]
fn a_yaml_policy_is_taken_or_refused_as_the_product_does() {
    let sample = Sample::new();
    let cases: Vec<Value> =
        serde_json::from_str(include_str!("../fixtures/policy-load.json")).unwrap();
    assert_eq!(cases.len(), 26);
    for case in cases {
        let proposed = sample.propose(&apply("case.yaml", case["policy"].as_str().unwrap()));
        let loads = case["ok"].as_bool().unwrap();
        assert_eq!(proposed.is_ok(), loads, "{}: {proposed:?}", case["name"]);
    }
}

#[test]
fn a_policy_in_force_is_seen_by_the_engine_of_the_vault() {
    let sample = Sample::new();
    let never = "forbid (principal, action == OpenPass::Action::\"addAgent\", resource);\n";
    sample.make(&apply("never.cedar", never)).unwrap();
    let agent = "new-bot".to_owned();
    let tier = openpass_policy::Tier::Admin;
    let add = sample.propose(&Change::AddAgent { agent, tier }).unwrap();
    let decision = sample.vault.engine().unwrap().decide(add.operation());
    assert!(
        matches!(decision, openpass_policy::Decision::Deny(_)),
        "{decision:?}"
    );
}

#[test]
fn case_59_an_exception_for_one_of_the_vaults_agents_is_part_of_what_is_approved() {
    let sample = Sample::new();
    let agents = sample.vault.config().unwrap().agents();
    let name = agents.first().unwrap().name();
    let rule = format!(
        "forbid (principal, action == OpenPass::Action::\"removeAgent\", resource)
         when {{ resource.agent == OpenPass::Agent::\"{name}\" }};\n"
    );
    let field = format!("remove \"{name}\" (");
    let shown = |change: &Change| {
        let proposal = sample.propose(change).unwrap();
        let changes = proposal.operation().changes().to_vec();
        changes
            .into_iter()
            .find(|change| change.field.starts_with(&field))
    };
    let applied = shown(&apply("one.cedar", &rule)).unwrap();
    assert_eq!(applied.after.as_deref(), Some("deny"));
    sample.make(&apply("one.cedar", &rule)).unwrap();
    let removed = Change::RemovePolicy {
        name: "one.cedar".to_owned(),
    };
    let back = shown(&removed).unwrap();
    assert_eq!(back.direction, openpass_policy::Direction::Widens);
}

#[test]
fn case_52_a_policy_that_loads_and_cannot_be_evaluated_is_refused_as_broken() {
    let sample = Sample::new();
    let before = sample.files();
    let fails = "permit (principal is OpenPass::Agent, action, resource)
        when { principal.tier + 9223372036854775807 > 0 };\n";
    let error = sample.propose(&apply("fails.cedar", fails)).unwrap_err();
    let VaultError::BrokenPolicy { path, problem } = error else {
        panic!("{error}");
    };
    assert!(path.as_str().contains("fails.cedar"), "{path}");
    assert!(problem.contains("cannot be evaluated"), "{problem}");
    assert!(differing(&before, &sample.files()).is_empty());
}

#[test]
fn case_52_what_locks_everything_says_so_and_can_be_removed() {
    let sample = Sample::new();
    let lock = apply("lock.cedar", "forbid (principal, action, resource);\n");
    let proposal = sample.propose(&lock).unwrap();
    let locked = proposal.decisions().unwrap().locked().count();
    assert!(locked > 25, "{locked}");
    sample.make(&lock).unwrap();
    let engine = sample.vault.engine().unwrap();
    let removal = sample.propose(&Change::RemovePolicy {
        name: "lock.cedar".to_owned(),
    });
    let decision = engine.decide(removal.unwrap().operation());
    assert!(matches!(
        decision,
        openpass_policy::Decision::RequireBiometry { .. }
    ));
}

#[test]
fn p3_what_nobody_reads_in_policies_is_told() {
    let sample = Sample::new();
    assert_eq!(sample.vault.policies_not_read().unwrap(), []);
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;
        let name = std::ffi::OsStr::from_bytes(b"odd\xff.yaml");
        std::fs::write(sample.dir().join("policies").join(name), "x").unwrap();
    }
    let expected = ["odd", "team", "x.cedar.json", "x.cedar~"];
    // On Windows each name is text.
    let expected = if cfg!(unix) {
        &expected[..]
    } else {
        &expected[1..]
    };
    for name in ["x.cedar~", "x.cedar.json"] {
        sample.write(&format!("policies/{name}"), "x");
    }
    std::fs::create_dir(sample.dir().join("policies/team")).unwrap();
    let told = sample.vault.policies_not_read().unwrap();
    let told: Vec<String> = told.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), expected.len(), "{told:?}");
    for (told, expected) in told.iter().zip(expected) {
        assert!(told.contains(expected), "{told}");
    }
}

#[test]
fn a2_what_a_policy_decides_at_another_time_is_shown() {
    let sample = Sample::new();
    // From then on, permits of one's own count.
    let first = crate::every::edit("canUseClipboard", "true");
    sample.make(&first).unwrap();
    let fields = |text: &str| {
        let change = Change::ApplyPolicy {
            name: "mine.cedar".to_owned(),
            text: text.to_owned(),
        };
        let proposal = sample.propose(&change).unwrap();
        proposal.operation().changes().to_vec()
    };
    let timed = fields(
        "forbid (principal, action, resource) when { context[\"ti\\u{6d}e\"].weekday == 6 };",
    );
    let raise = timed
        .iter()
        .find(|it| it.field.starts_with("raise an agent to admin ("));
    assert!(raise.unwrap().field.ends_with(", sat"), "{timed:?}");
    let locked = timed
        .iter()
        .find(|it| it.field.starts_with("denied to you yourself"));
    assert!(
        locked.unwrap().after.as_ref().unwrap().contains(", sat"),
        "{timed:?}"
    );
    // What is at no time is named; as a permit, it may give power.
    let never = fields("permit (principal, action, resource) when { context.time.weekday == 8 };");
    let named = never
        .iter()
        .find(|it| it.field.starts_with("not reached by a sample"));
    let named = named.unwrap();
    assert_eq!(named.direction, openpass_policy::Direction::Widens);
    assert_eq!(named.after.as_deref(), Some("policies/mine.cedar:1"));
}

#[test]
fn a2_the_removal_of_very_much_is_approvable_and_says_that_nothing_was_compared() {
    let sample = Sample::new();
    let rule = "forbid (principal == OpenPass::Agent::\"x\", action, resource);\n";
    sample.write("policies/many.cedar", &rule.repeat(1200));
    let removal = sample.propose(&Change::RemovePolicy {
        name: "many.cedar".to_owned(),
    });
    let removal = removal.unwrap();
    assert!(removal.decisions().is_none());
    let changes = removal.operation().changes();
    let told = changes
        .iter()
        .find(|it| it.field == "what is decided otherwise")
        .unwrap();
    assert!(told.after.as_ref().unwrap().starts_with("not compared"));
    assert_eq!(told.direction, openpass_policy::Direction::Widens);
}
