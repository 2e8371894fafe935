//! Another key for the log.

use std::fs;

use openpass_policy::{SealGrade, Tier};
use openpass_vault::{Change, Flaw, Step};

use crate::{
    damaged::{LOG, known, verify},
    every::{edit, tier},
    kill::{killed_at, points},
    sample::Sample,
};

const KEY: &str = "guard/log.key";

fn rotate(sample: &Sample) {
    sample.make(&Change::RotateLogKey {}).unwrap();
}

fn closed_files(sample: &Sample) -> Vec<String> {
    let entries = fs::read_dir(sample.dir().join("guard")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names
        .filter(|name| name.starts_with("log-") && name.ends_with(".jsonl"))
        .collect()
}

#[test]
fn p19_a_new_key_goes_on_from_what_the_old_one_signed() {
    let sample = known();
    let before = sample.read(KEY);
    rotate(&sample);
    assert_ne!(sample.read(KEY), before);
    let found = verify(&sample);
    assert!(found.is_whole(), "{found:?}");
    assert_eq!(found.closed, 1);
    // What was approved still is, and what is approved now is too.
    assert!(sample.vault.drift().unwrap().is_empty());
    sample.make(&tier(Tier::Admin)).unwrap();
    rotate(&sample);
    sample.make(&edit("max_reads_per_day", "7")).unwrap();
    let found = verify(&sample);
    assert!(found.is_whole(), "{found:?}");
    assert_eq!(found.closed, 2);
    assert!(sample.vault.drift().unwrap().is_empty());
}

#[test]
fn p19_what_is_wrong_since_a_key_was_lost_ends_with_a_new_one_and_the_question_says_so() {
    let sample = known();
    fs::remove_file(sample.dir().join(KEY)).unwrap();
    sample.make(&tier(Tier::Admin)).unwrap();
    assert!(!verify(&sample).is_whole());
    let proposal = sample.propose(&Change::RotateLogKey {}).unwrap();
    let fields = proposal.operation().changes().iter();
    let fields: Vec<&str> = fields.map(|change| change.field.as_str()).collect();
    assert!(fields.starts_with(&["guard/log.key", "what is wrong with the log"]));
    // As where a damaged log is set aside, who has power is named.
    assert!(fields.contains(&"agents with power now"), "{fields:?}");
    rotate(&sample);
    // What the lost lines may have taken back is told until it is accepted.
    let drift = sample.vault.drift().unwrap();
    assert!(!drift.lost.is_empty() && !drift.log_is_damaged, "{drift:?}");
    let found = verify(&sample);
    assert!(found.is_whole(), "{found:?}");
    assert_eq!(
        usize::try_from(found.closed).unwrap(),
        closed_files(&sample).len()
    );
    // Of a whole one there is nothing to say.
    let proposal = sample.propose(&Change::RotateLogKey {}).unwrap();
    assert_eq!(proposal.operation().changes().len(), 1);
}

#[test]
fn p19_a_closed_file_that_is_edited_or_gone_is_a_problem_for_good() {
    for remove in [false, true] {
        let sample = known();
        rotate(&sample);
        let name = closed_files(&sample).pop().unwrap();
        let path = sample.dir().join("guard").join(&name);
        if remove {
            fs::remove_file(&path).unwrap();
        } else {
            let text = fs::read_to_string(&path).unwrap();
            fs::write(&path, text.replacen("codex", "c0dex", 1)).unwrap();
        }
        let found = verify(&sample);
        assert!(!found.is_whole());
        assert_eq!(found.problems[0].file, name);
        assert_eq!(found.problems[0].what, Flaw::ClosedAltered);
        // The question of the next key names it.
        let proposal = sample.propose(&Change::RotateLogKey {}).unwrap();
        let changes = proposal.operation().changes().iter();
        let named = changes
            .clone()
            .any(|it| it.difference.added().any(|one| one == name));
        assert!(named, "{:?}", changes.collect::<Vec<_>>());
        rotate(&sample);
        assert!(verify(&sample).is_whole());
    }
}

#[test]
fn p19_a_line_that_another_key_signed_closes_nothing() {
    let sample = known();
    rotate(&sample);
    // The file of another vault, with its own claim of what is closed.
    let other = known();
    rotate(&other);
    let foreign = fs::read(other.dir().join(LOG)).unwrap();
    fs::write(sample.dir().join(LOG), foreign).unwrap();
    let found = verify(&sample);
    assert!(!found.is_whole());
    assert_eq!(found.closed, 0);
    // Nor does a key that somebody lays beside ours, without the line.
    let sample = known();
    fs::copy(
        other.dir().join(KEY),
        sample.dir().join("guard/log.key.next"),
    )
    .unwrap();
    sample.make(&tier(Tier::Admin)).unwrap();
    assert!(verify(&sample).is_whole());
}

/// A log under a key of somebody's own, laid out as one whose change of key was
/// broken off.
#[test]
fn case_36_a_change_of_key_that_somebody_else_prepared_is_not_taken_over() {
    let other = known();
    other.make(&tier(Tier::Admin)).unwrap();
    rotate(&other);
    let sample = known();
    let (key, settings) = (sample.read(KEY), sample.vault.settings());
    let guard = |file: &str| sample.dir().join("guard").join(file);
    fs::rename(guard("log.jsonl"), guard(&format!("log-{:020}.jsonl", 3))).unwrap();
    fs::copy(other.dir().join(LOG), guard("log.jsonl")).unwrap();
    // With the code of the key that endorsed it there, and as a bare key.
    for text in [
        other.read(KEY),
        format!("{}{}\n", other.read(KEY), "0".repeat(64)),
    ] {
        sample.write("guard/log.key.next", &text);
        drop(sample.vault.settle());
        let found = verify(&sample);
        assert!(!found.is_whole(), "{found:?}");
        assert_eq!(found.problems[0].what, Flaw::OtherKey, "{found:?}");
        assert_eq!(sample.read(KEY), key);
        // Nothing stands behind them any more.
        let mut now = sample.vault.settings();
        assert_eq!(now.guard.sealed, SealGrade::None);
        now.guard.sealed = settings.guard.sealed;
        assert_eq!(now, settings);
        assert!(sample.vault.drift().unwrap().log_is_damaged);
    }
}

#[test]
fn p19_closing_a_log_that_cannot_be_relied_on_makes_nothing_of_it_good() {
    let sample = known();
    rotate(&sample);
    let name = closed_files(&sample).pop().unwrap();
    fs::remove_file(sample.dir().join("guard").join(&name)).unwrap();
    rotate(&sample);
    assert!(verify(&sample).is_whole());
    let drift = sample.vault.drift().unwrap();
    assert!(!drift.lost.is_empty(), "{drift:?}");
    sample.make(&Change::AcceptDrift {}).unwrap();
    assert!(sample.vault.drift().unwrap().is_empty());
}

#[test]
fn p19_a_kill_at_any_step_leaves_the_old_key_or_the_new_one() {
    let lines = [Step::LineHalfWritten, Step::LineWritten];
    let fourth = lines.map(|step| format!("{step:?}:4"));
    for point in points().into_iter().chain(fourth) {
        if ["FirstPrepared", "FirstReplaced"]
            .iter()
            .any(|it| point.starts_with(it))
        {
            // It replaces no file.
            continue;
        }
        let sample = known();
        let before = sample.read(KEY);
        killed_at(&sample, "log key", &point);
        // Whether it was made is what the log says of it.
        for settled in sample.vault.settle().unwrap() {
            assert_eq!(settled.done, sample.read(KEY) != before, "{point}");
        }
        sample.make(&tier(Tier::Admin)).unwrap();
        let found = verify(&sample);
        assert!(found.is_whole(), "{point}: {found:?}");
        assert!(found.closed <= 1, "{point}");
        assert!(sample.vault.drift().unwrap().is_empty(), "{point}");
        rotate(&sample);
        assert!(verify(&sample).is_whole(), "{point}");
    }
}
