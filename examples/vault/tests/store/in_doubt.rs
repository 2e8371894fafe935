//! An older log, put back with older files: what its lines say of others' power
//! is no approval.

use std::fs;

use openpass_policy::Tier;
use openpass_vault::Change;

use crate::{
    damaged::{LOG, aside},
    every::tier,
    sample::Sample,
};

const REVOKED: &str = "tok-20261123-2f66f10b";
const FILES: [&str; 3] = ["config.yaml", "mcp-tokens.json", LOG];

/// A vault where codex was an admin and a token good, both were taken back, and
/// somebody has put the files and the log of before in place.
fn put_back() -> Sample {
    let sample = Sample::new();
    sample.make(&tier(Tier::Admin)).unwrap();
    let older = FILES.map(|name| sample.read(name));
    sample.make(&tier(Tier::ReadOnly)).unwrap();
    let id = REVOKED.to_owned();
    sample.make(&Change::RevokeToken { id }).unwrap();
    assert!(sample.vault.drift().unwrap().is_empty());
    for (name, text) in FILES.iter().zip(older) {
        sample.write(name, &text);
    }
    sample
}

fn tells(sample: &Sample, file: &str) -> bool {
    let drift = sample.vault.drift().unwrap();
    let said = format!("what was approved of {file} is not known");
    drift.lines().iter().any(|line| line.starts_with(&said))
}

#[test]
fn case_50_an_agent_and_a_token_that_an_older_log_brings_back_are_told_until_accepted() {
    let ways = [
        Change::SetLogAside {},
        Change::SetGuard {
            key: "timeout".to_owned(),
            value: Some("30s".to_owned()),
        },
    ];
    for way in ways {
        let sample = put_back();
        assert!(sample.vault.drift().unwrap().log_is_damaged);
        sample.make(&way).unwrap();
        assert_eq!(aside(&sample).len(), 1);
        if way != (Change::SetLogAside {}) {
            sample.make(&Change::AcceptDrift {}).unwrap();
            assert!(sample.vault.drift().unwrap().is_empty());
            continue;
        }
        for file in ["config.yaml", "mcp-tokens.json"] {
            assert!(tells(&sample, file), "{file}");
        }
        // On every run: who made the change could note that it was told.
        for _ in 0..2 {
            let told = sample.vault.drift_to_tell().unwrap().unwrap();
            assert!(told.contains("guard accept"), "{told}");
        }
        // Another change makes nothing of it good.
        sample.make(&tier(Tier::Standard)).unwrap();
        assert!(tells(&sample, "config.yaml") && tells(&sample, "mcp-tokens.json"));

        let proposal = sample.propose(&Change::AcceptDrift {}).unwrap();
        let changes = proposal.operation().changes();
        let token = format!("mcp-tokens.json {REVOKED} revoked");
        let shown = |field: &str| changes.iter().find(|it| it.field == field).unwrap();
        assert_eq!(shown(&token).after.as_deref(), Some("false"));
        let agent = shown("config.yaml agent codex tier");
        assert_eq!(agent.after.as_deref(), Some("standard"));
        sample.make(&Change::AcceptDrift {}).unwrap();
        assert!(sample.vault.drift().unwrap().is_empty());
    }
}

#[test]
fn case_52_setting_the_log_aside_names_who_has_power_then() {
    let sample = put_back();
    let proposal = sample.propose(&Change::SetLogAside {}).unwrap();
    let changes = proposal.operation().changes();
    let listed = |field: &str| {
        let change = changes.iter().find(|it| it.field == field).unwrap();
        change
            .difference
            .added()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let agents = listed("agents with power now");
    assert!(
        agents.contains(&"admin: \"codex\"".to_owned()),
        "{agents:?}"
    );
    let tokens = listed("tokens that open something now");
    assert!(tokens.iter().any(|it| it.contains(REVOKED)), "{tokens:?}");
    let notice = sample.vault.log_notice().unwrap().to_string();
    assert!(notice.contains("Agents, tokens"), "{notice}");
}

#[test]
fn case_50_a_log_whose_lines_are_all_gone_approves_no_agent_unseen() {
    for gone in [&[LOG] as &[&str], &[LOG, "guard/log.anchor"]] {
        let sample = put_back();
        for name in gone {
            fs::remove_file(sample.dir().join(name)).unwrap();
        }
        // The first change takes what it finds, and says that nobody has seen it.
        sample.make(&tier(Tier::Standard)).unwrap();
        sample.make(&tier(Tier::ReadOnly)).unwrap();
        sample.make(&Change::SetLogAside {}).ok();
        let drift = sample.vault.drift().unwrap();
        assert!(
            drift.log_is_damaged || tells(&sample, "mcp-tokens.json"),
            "{gone:?}"
        );
        sample.make(&Change::AcceptDrift {}).unwrap();
        assert!(sample.vault.drift().unwrap().is_empty());
    }
}

#[test]
fn case_50_what_was_accepted_is_in_no_doubt_again_when_the_file_is_set_aside() {
    let sample = put_back();
    fs::remove_file(sample.dir().join(LOG)).unwrap();
    // There is no file to set aside: the new one begins with a gap.
    sample.make(&Change::AcceptDrift {}).unwrap();
    assert!(sample.vault.drift().unwrap().is_empty());
    sample.make(&tier(Tier::Standard)).unwrap();
    assert_eq!(aside(&sample).len(), 1);
    assert!(sample.vault.drift().unwrap().is_empty());
}

#[test]
fn case_50_a_vault_whose_log_is_whole_is_in_no_doubt() {
    let sample = Sample::new();
    assert!(sample.vault.drift().unwrap().is_empty());
    sample.make(&tier(Tier::Admin)).unwrap();
    assert!(sample.vault.drift().unwrap().is_empty());
    // A line that was never finished is no damage.
    let text = sample.read(LOG);
    sample.write(LOG, &format!("{text}{{\"seq\":4,"));
    sample.vault.settle().unwrap();
    assert!(sample.vault.drift().unwrap().is_empty());
}

/// What may become of the last line of a log.
const SPOILT: [fn(&str) -> String; 4] = [
    |line| line.replace("\"ts\":\"2", "\"ts\":\"1"),
    |_| "x".to_owned(),
    |line| line.chars().take(line.len() / 2).collect(),
    |_| String::new(),
];

#[test]
fn case_57_a_change_whose_outcome_is_damaged_is_not_taken_back() {
    let narrows = Change::RevokeToken {
        id: REVOKED.to_owned(),
    };
    let forbid = Change::ApplyPolicy {
        name: "mine.cedar".to_owned(),
        text: "@id(\"mine\") forbid (principal is OpenPass::Agent, action, resource);\n".to_owned(),
    };
    let set = Change::SetGuard {
        key: "unattended".to_owned(),
        value: Some("waive".to_owned()),
    };
    for (change, is_done) in [
        (tier(Tier::Admin), false),
        (set, false),
        (forbid, false),
        (narrows, true),
    ] {
        for (number, spoil) in SPOILT.into_iter().enumerate() {
            let sample = Sample::new();
            sample.make(&tier(Tier::Standard)).unwrap();
            sample.make(&change).unwrap();
            let text = sample.read(LOG);
            let (rest, last) = text.trim_end().rsplit_once('\n').unwrap();
            assert!(last.contains("\"outcome\""), "{last}");
            // A line that is cut in two has no end, and one that is gone none either.
            let end = if number < 2 { "\n" } else { "" };
            let before = sample.files();
            let settings = || fs::read(sample.dir().join("guard/settings.yaml")).ok();
            let set = settings();
            sample.write(LOG, &format!("{rest}\n{}{end}", spoil(last)));
            let settled = sample.vault.settle().unwrap();
            let [one] = settled.as_slice() else {
                panic!("{number}: {settled:?}");
            };
            assert_eq!(one.done, is_done, "{number}: {one:?}");
            assert!(is_done || !one.how.contains("broken off"), "{one:?}");
            // Whatever it was stays, and is no approval: a "failed" may have been
            // damaged, and somebody may have put the files there since.
            assert_eq!(sample.files(), before, "{number}");
            assert_eq!(settings(), set, "{number}");
            let drift = sample.vault.drift().unwrap();
            let is_approved = drift.items.is_empty() && drift.lost.is_empty();
            assert_eq!(is_approved, is_done, "{drift:?}");
            assert!(drift.log_is_damaged);
            sample.make(&Change::AcceptDrift {}).unwrap();
            drop(sample.make(&Change::AcceptDrift {}));
            assert!(sample.vault.drift().unwrap().is_empty(), "{number}");
            assert_eq!(sample.files(), before, "{number}");
        }
    }
}

/// Of several files, of which one was changed since.
#[test]
fn case_57_an_older_change_whose_outcome_is_damaged_loses_no_file() {
    let sample = Sample::new();
    sample.make(&tier(Tier::Standard)).unwrap();
    sample
        .make(&Change::IssueToken {
            agent: "codex".to_owned(),
            label: None,
            tools: vec!["*".to_owned()],
            lifetime: None,
        })
        .unwrap();
    let outcome = sample
        .read(LOG)
        .trim_end()
        .lines()
        .last()
        .unwrap()
        .to_owned();
    sample
        .make(&Change::RevokeToken {
            id: REVOKED.to_owned(),
        })
        .unwrap();
    let before = sample.files();
    let spoilt = outcome.replace("\"seq\"", "\"sEq\"");
    sample.write(LOG, &sample.read(LOG).replace(&outcome, &spoilt));
    let settled = sample.vault.settle().unwrap();
    let [one] = settled.as_slice() else {
        panic!("{settled:?}");
    };
    assert!(!one.done && one.how.contains("is lost"), "{one:?}");
    assert_eq!(sample.files(), before);
}

#[test]
fn case_46_garbage_behind_a_change_that_was_broken_off_finishes_nothing() {
    let sample = Sample::new();
    sample.make(&tier(Tier::Standard)).unwrap();
    let before = sample.files();
    crate::kill::killed_at(&sample, "tier", "AllReplaced");
    let text = sample.read(LOG);
    sample.write(LOG, &format!("{text}x\n"));
    fs::remove_dir_all(sample.dir().join("guard/kept")).unwrap();
    let settled = sample.vault.settle().unwrap();
    assert!(settled.iter().all(|one| !one.done), "{settled:?}");
    assert_ne!(sample.files(), before, "nothing is left to put back from");
    assert!(!sample.vault.drift().unwrap().items.is_empty());
}

#[test]
fn case_50_a_refusal_makes_no_whole_log_of_one_that_is_gone() {
    let sample = put_back();
    for name in [LOG, "guard/log.anchor", "guard/log.key"] {
        fs::remove_file(sample.dir().join(name)).unwrap();
    }
    assert!(!crate::damaged::verify(&sample).is_whole());
    // Anybody can be refused, and the refusal is the first line of a new log.
    crate::denied::refused(&sample);
    assert!(!crate::damaged::verify(&sample).is_whole());
    assert!(sample.vault.drift().unwrap().log_is_damaged);
    // The next key says what it closes, and changes nothing under the question.
    sample.make(&Change::RotateLogKey {}).unwrap();
    assert!(tells(&sample, "config.yaml"), "{:?}", sample.vault.drift());
    assert!(tells(&sample, "mcp-tokens.json"));
}

#[test]
fn case_50_damage_that_was_accepted_and_is_gone_is_no_leave_for_more() {
    let sample = Sample::new();
    sample.make(&tier(Tier::Standard)).unwrap();
    let older = "guard/log-00000000000000000000.jsonl";
    sample.write(older, &"junk\n".repeat(100));
    assert!(sample.vault.drift().unwrap().log_is_damaged);
    sample.make(&Change::AcceptDrift {}).unwrap();
    assert!(sample.vault.drift().unwrap().is_empty());
    fs::remove_file(sample.dir().join(older)).unwrap();
    assert!(sample.vault.drift().unwrap().is_empty());
    let text = sample.read(LOG);
    sample.write(LOG, &format!("{text}junk\n"));
    assert!(sample.vault.drift().unwrap().log_is_damaged);
}
