//! Refusals are on the log, or it says how many are missing.

use std::{fs, sync::Arc};

use futures_lite::future::block_on;
use openpass_auth::{AuthError, Factor, Script};
use openpass_policy::{AuditEvent, AuditRecord, AuditSink as _, Decision, Guard, Tier};
use openpass_vault::{GuardLog, Verification};

use crate::{
    every::tier,
    sample::{Sample, engine},
};

fn verify(sample: &Sample) -> Verification {
    GuardLog::of(&sample.vault).verify().unwrap()
}

/// A wrong passphrase for a change with this reason.
fn refused(sample: &Sample, reason: &str) {
    let request = sample.vault.request().because(Some(reason.to_owned()));
    let proposal = sample.vault.propose(request, &tier(Tier::Admin)).unwrap();
    let wrong = Script::answering(
        Factor::Passphrase,
        vec![Err(AuthError::Rejected {
            factor: openpass_auth::Factor::Passphrase,
        })],
    );
    let log = Arc::new(GuardLog::of(&sample.vault));
    let guard = Guard::new(engine(), Arc::new(wrong), log);
    block_on(guard.authorize(proposal.to_authorize())).unwrap_err();
}

fn refusal(sample: &Sample) -> AuditRecord {
    let proposal = sample.propose(&tier(Tier::Admin)).unwrap();
    let event = AuditEvent::Refused {
        policy: Decision::Allow { policies: vec![] },
        reason: "wrong".to_owned(),
    };
    AuditRecord::new(proposal.operation(), event)
}

#[test]
fn case_47_no_refusal_is_too_long_for_the_log() {
    // The second is written as six bytes a character.
    for reason in [
        "r".repeat(120_000),
        "\u{1b}".repeat(120_000),
        "r".repeat(4 << 20),
    ] {
        let sample = Sample::new();
        refused(&sample, &reason);
        let lines = GuardLog::of(&sample.vault).lines().unwrap();
        let [line] = lines.as_slice() else {
            panic!("{} lines", lines.len());
        };
        assert_eq!(line["event"]["event"], "refused");
        assert_eq!(line["principal"]["kind"], "user");
        assert_eq!(line["action"], "widenAgent");
        assert_eq!(line["digest"].as_str().unwrap().len(), 64);
        assert!(verify(&sample).is_whole());
        assert!(sample.read("guard/log.jsonl").len() <= 256 * 1024 + 100);
    }
}

#[test]
fn case_47_a_change_with_an_endless_reason_has_its_intent_and_outcome_on_the_log() {
    let sample = Sample::new();
    let request = sample.vault.request().because(Some("r".repeat(4 << 20)));
    let proposal = sample.vault.propose(request, &tier(Tier::Admin)).unwrap();
    let grant = crate::sample::grant(&sample.vault, &proposal);
    sample.vault.commit(grant, &proposal).unwrap();
    let lines = GuardLog::of(&sample.vault).lines().unwrap();
    let events: Vec<&str> = lines
        .iter()
        .map(|line| line["event"]["event"].as_str().unwrap())
        .collect();
    assert_eq!(events, ["intent", "prepared", "outcome"]);
    assert_eq!(lines[0]["event"]["factor"], "passphrase");
    assert_eq!(sample.vault.settle().unwrap(), []);
    assert!(sample.vault.drift().unwrap().is_empty());
}

#[test]
fn case_47_what_cannot_be_written_is_counted_and_the_next_line_says_so() {
    let sample = Sample::new();
    sample.make(&tier(Tier::Standard)).unwrap();
    // Another process holds the log's lock and does not let go.
    let lock = fs::File::open(sample.dir().join("guard/log.lock")).unwrap();
    lock.lock().unwrap();
    let error = GuardLog::of(&sample.vault)
        .record(&refusal(&sample))
        .unwrap_err();
    assert!(error.to_string().contains("guard/log.jsonl"), "{error}");
    assert_eq!(verify(&sample).unrecorded, 1);
    drop(lock);

    // Another process again.
    refused(&sample, "later");
    let lines = GuardLog::of(&sample.vault).lines().unwrap();
    assert_eq!(lines.last().unwrap()["missing"], 1);
    sample.make(&tier(Tier::ReadOnly)).unwrap();
    let lines = GuardLog::of(&sample.vault).lines().unwrap();
    assert!(lines.last().unwrap().get("missing").is_none());
    let found = verify(&sample);
    assert_eq!(found.unrecorded, 1);
    assert!(found.is_whole(), "{found:?}");
}

#[test]
fn case_47_what_neither_log_nor_disk_takes_is_counted_by_the_process() {
    let sample = Sample::new();
    sample.make(&tier(Tier::Standard)).unwrap();
    let log = GuardLog::of(&sample.vault);
    let refusal = refusal(&sample);
    // Something else is in the place of both.
    let (file, aside) = (log.path(), sample.dir().join("aside"));
    fs::rename(&file, &aside).unwrap();
    fs::create_dir(&file).unwrap();
    fs::create_dir(sample.dir().join("guard/log.missing")).unwrap();
    for _ in 0..3 {
        log.record(&refusal).unwrap_err();
    }
    fs::remove_dir(&file).unwrap();
    fs::rename(&aside, &file).unwrap();
    log.record(&refusal).unwrap();
    let lines = log.lines().unwrap();
    assert_eq!(lines.last().unwrap()["missing"], 3);
    assert!(verify(&sample).is_whole());
}
