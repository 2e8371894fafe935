//! A damaged log: work goes on, nothing is forgotten, nothing hangs.

use std::{
    fs::{self, OpenOptions},
    io::{Seek as _, SeekFrom, Write as _},
};

use openpass_auth::{Factor, Script};
use openpass_policy::{Guard, Tier};
use openpass_vault::{Change, Flaw, GuardLog, Verification};

use crate::{
    every::tier,
    sample::{Sample, engine},
};

pub(crate) const LOG: &str = "guard/log.jsonl";

pub(crate) fn verify(sample: &Sample) -> Verification {
    GuardLog::of(&sample.vault).verify().unwrap()
}

/// Lines of ten bytes, or of a thousand.
fn short_lines(bytes: usize) -> Vec<u8> {
    b"gar\"bage}\n".repeat(bytes / 10)
}

fn garbage(bytes: usize) -> Vec<u8> {
    format!("{}\"}}\n", "x".repeat(997))
        .repeat(bytes / 1000)
        .into_bytes()
}

fn put_before(sample: &Sample, bytes: &[u8]) {
    let log = fs::read(sample.dir().join(LOG)).unwrap();
    fs::write(sample.dir().join(LOG), [bytes, log.as_slice()].concat()).unwrap();
}

fn put_behind(sample: &Sample, bytes: &[u8]) {
    let path = sample.dir().join(LOG);
    let mut file = OpenOptions::new().append(true).open(path).unwrap();
    file.write_all(bytes).unwrap();
}

/// A vault whose log knows it, with codex on standard.
pub(crate) fn known() -> Sample {
    let sample = Sample::new();
    sample.make(&tier(Tier::Standard)).unwrap();
    assert!(sample.vault.drift().unwrap().is_empty());
    sample
}

/// The files that were set aside.
pub(crate) fn aside(sample: &Sample) -> Vec<String> {
    let entries = fs::read_dir(sample.dir().join("guard")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names
        .filter(|name| name.starts_with("log-damaged-"))
        .collect()
}

type Damage = fn(&Sample);

const DAMAGES: [(&str, Damage); 9] = [
    ("5 MB behind", |sample| {
        put_behind(sample, &garbage(5 << 20))
    }),
    ("5 MB before", |sample| {
        put_before(sample, &garbage(5 << 20))
    }),
    ("20 MB behind", |sample| {
        put_behind(sample, &garbage(20 << 20))
    }),
    ("nothing but newlines", |sample| {
        put_behind(sample, &b"\n".repeat(1 << 17));
    }),
    ("a line without an end", |sample| {
        put_behind(sample, &b"x".repeat(12 << 20));
    }),
    ("100 MB of a hole", |sample| {
        let path = sample.dir().join(LOG);
        let mut file = OpenOptions::new().write(true).open(path).unwrap();
        file.seek(SeekFrom::Start(100 << 20)).unwrap();
        file.write_all(b"\n").unwrap();
    }),
    ("a few lines", |sample| put_behind(sample, b"hello\n{}\n")),
    ("a line that leaves no number", |sample| {
        let mac = "0".repeat(64);
        let line = format!(
            "{{\"seq\":{},\"ts\":\"x\",\"key\":\"00000000\",\"event\":{{\"event\":\"refused\"}},\"mac\":\"{mac}\"}}\n",
            u64::MAX
        );
        put_behind(sample, line.as_bytes());
    }),
    ("a beginning that is not genuine", |sample| {
        let mac = "0".repeat(64);
        let state = "{\"open\":[],\"known\":true,\"baseline\":{},\"since\":{},\"damaged\":0,\"accepted\":0}";
        let line = format!(
            "{{\"seq\":1,\"ts\":\"x\",\"key\":\"00000000\",\"event\":{{\"event\":\"rotated\",\"previous\":\"{mac}\",\"state\":{state}}},\"mac\":\"{mac}\"}}\n"
        );
        put_before(sample, line.as_bytes());
    }),
];

#[test]
fn case_57_with_a_damaged_log_changes_and_repair_go_on() {
    for (what, damage) in DAMAGES {
        let sample = known();
        damage(&sample);
        sample.vault.settle().unwrap();
        sample.vault.drift().unwrap();
        sample
            .make(&tier(Tier::ReadOnly))
            .unwrap_or_else(|error| panic!("{what}: {error}"));
        sample
            .make(&Change::AcceptDrift {})
            .unwrap_or_else(|error| panic!("{what}: {error}"));
        sample
            .make(&tier(Tier::Admin))
            .unwrap_or_else(|error| panic!("{what}: {error}"));
    }
}

#[test]
fn case_57_a_damaged_log_never_forgets_what_it_knew() {
    for (what, damage) in DAMAGES {
        let sample = known();
        damage(&sample);
        // The settings are no item of the baseline, so they were added.
        sample.write("guard/settings.yaml", "step_up: confirm\n");
        let seen = |sample: &Sample| {
            let items = sample.vault.drift().unwrap().items;
            let names: Vec<String> = items.into_iter().map(|item| item.name).collect();
            names
        };
        assert_eq!(seen(&sample), ["guard/settings.yaml"], "{what}");
        // Nor does a change, which sets it aside.
        sample.make(&tier(Tier::Admin)).unwrap();
        assert_eq!(seen(&sample), ["guard/settings.yaml"], "{what}");
    }
}

#[test]
fn case_57_a_forged_beginning_does_not_hide_what_an_older_file_knows() {
    let sample = known();
    put_behind(&sample, b"hello\n");
    // The log goes on in a second file.
    sample.make(&tier(Tier::Admin)).unwrap();
    let mac = "0".repeat(64);
    let key = sample.read(LOG);
    let key: serde_json::Value = serde_json::from_str(key.lines().next().unwrap()).unwrap();
    let key = key["key"].as_str().unwrap();
    let state =
        "{\"open\":[],\"known\":false,\"baseline\":{},\"since\":{},\"damaged\":0,\"accepted\":0}";
    let forged = format!(
        "{{\"seq\":5,\"ts\":\"x\",\"key\":\"{key}\",\"event\":{{\"event\":\"rotated\",\"previous\":\"{mac}\",\"state\":{state}}},\"mac\":\"{mac}\"}}\n"
    );
    sample.write(LOG, &forged);
    sample.write("guard/settings.yaml", "step_up: confirm\n");
    let drift = sample.vault.drift().unwrap();
    let names: Vec<&str> = drift.items.iter().map(|item| item.name.as_str()).collect();
    // The last change is lost with the file, and what was approved before it is
    // not kept any longer: that is said.
    assert_eq!(names, ["guard/settings.yaml"]);
    let lost = drift.lost.iter().any(|lost| lost.contains("config.yaml"));
    assert!(lost, "{:?}", drift.lost);
}

#[test]
fn case_57_a_change_that_takes_a_proof_sets_the_damaged_file_aside() {
    for (what, damage) in DAMAGES {
        // That one is mended as a line that was never finished.
        if what == "a line without an end" {
            continue;
        }
        let sample = known();
        assert_eq!(sample.vault.log_notice(), None);
        damage(&sample);
        let found = verify(&sample);
        assert!(!found.is_whole(), "{what}");
        let notice = sample.vault.log_notice().unwrap().to_string();
        assert!(notice.contains("damaged"), "{what}: {notice}");
        let bytes = fs::read(sample.dir().join(LOG)).unwrap();

        sample.make(&tier(Tier::Admin)).unwrap();
        let [aside] = <[String; 1]>::try_from(aside(&sample)).unwrap();
        let kept = fs::read(sample.dir().join("guard").join(&aside)).unwrap();
        assert!(kept == bytes, "{what}: it is kept as it was");
        let first = sample.read(LOG).lines().next().unwrap().to_owned();
        let first: serde_json::Value = serde_json::from_str(&first).unwrap();
        let event = &first["event"];
        assert_eq!(event["event"], "set-aside", "{what}");
        assert_eq!(event["file"], aside.as_str());
        assert_eq!(event["bytes"], bytes.len());
        assert_eq!(event["sha256"].as_str().unwrap().len(), 64);

        // It stays visible, and is told at the prompts of the next days.
        let problems = verify(&sample).problems;
        assert!(!problems.is_empty(), "{what}");
        let told = sample.vault.log_notice().unwrap().to_string();
        assert!(
            told.contains("set aside") && told.contains(&aside),
            "{told}"
        );
        // Once.
        sample.make(&tier(Tier::ReadOnly)).unwrap();
        sample.make(&tier(Tier::Admin)).unwrap();
        assert_eq!(self::aside(&sample), [aside], "{what}");
    }
}

#[test]
fn case_57_without_a_proof_a_damaged_log_stays_where_it_is() {
    let sample = known();
    put_behind(&sample, b"hello\n");
    let proposal = sample.propose(&tier(Tier::Admin)).unwrap();
    let person = std::sync::Arc::new(Script::answering(
        Factor::Passphrase,
        vec![Err(openpass_auth::AuthError::Rejected {
            factor: openpass_auth::Factor::Passphrase,
        })],
    ));
    let log = std::sync::Arc::new(GuardLog::of(&sample.vault));
    let guard = Guard::new(engine(), person, log);
    let refused = guard.authorize(proposal.to_authorize());
    futures_lite::future::block_on(refused).unwrap_err();
    assert_eq!(aside(&sample), [""; 0]);
    assert_eq!(verify(&sample).problems.len(), 1);
    // The refusal is on it all the same.
    let lines = GuardLog::of(&sample.vault).lines().unwrap();
    assert_eq!(lines.last().unwrap()["event"]["event"], "refused");
}

#[test]
fn case_57_verify_says_where_it_is_damaged_in_a_few_words() {
    let sample = known();
    put_behind(&sample, &short_lines(5 << 20));
    let found = verify(&sample);
    let [problem] = found.problems.as_slice() else {
        panic!("{:?}", found.problems.len());
    };
    assert_eq!(problem.what, Flaw::NotALine);
    assert_eq!(
        (problem.line, problem.last),
        (Some(4), Some(3 + (5 << 20) / 10))
    );
    assert!(problem.to_string().contains("lines 4 to"), "{problem}");

    let sample = known();
    put_behind(&sample, &garbage(20 << 20));
    let found = verify(&sample);
    assert!(found.problems.len() <= 3, "{:?}", found.problems);
    assert!(matches!(found.problems[1].what, Flaw::TooLong(_)));
    assert_eq!(found.genuine, 3);

    // Two kinds of damage in turn, without end.
    let sample = known();
    let first = sample.read(LOG).lines().next().unwrap().to_owned();
    let both = format!("{first}\nx\n").repeat(2000);
    put_behind(&sample, both.as_bytes());
    let found = verify(&sample);
    assert_eq!(found.problems.len(), 1000);
    assert!(found.more_problems > 0);
}

#[test]
fn case_57_an_old_line_that_is_put_behind_newer_ones_brings_nothing_back() {
    let sample = Sample::new();
    sample.make(&tier(Tier::Admin)).unwrap();
    let admin = sample.read("config.yaml");
    let old = sample.read(LOG);
    sample.make(&tier(Tier::ReadOnly)).unwrap();
    // Three genuine lines of the past, made to follow one that is not.
    let mac = "0".repeat(64);
    let bridge = format!(
        "{{\"seq\":7,\"ts\":\"x\",\"key\":\"00000000\",\"event\":{{\"event\":\"refused\"}},\"mac\":\"{mac}\"}}\n"
    );
    put_behind(&sample, bridge.as_bytes());
    put_behind(&sample, old.as_bytes());
    sample.write("config.yaml", &admin);
    let drift = sample.vault.drift().unwrap();
    assert!(
        drift.items.iter().any(|item| item.name.contains("codex")),
        "{drift:?}"
    );
}

#[test]
fn case_57_many_files_of_garbage_keep_nobody_waiting() {
    let sample = known();
    for number in 0..200 {
        let name = format!("guard/log-{number:020}.jsonl");
        sample.write(&name, "x\n");
    }
    fs::remove_file(sample.dir().join(LOG)).unwrap();
    sample.vault.drift().unwrap();
    sample.make(&tier(Tier::ReadOnly)).unwrap();
}

#[test]
fn case_57_a_line_that_is_gone_puts_no_opt_out_back_in_force() {
    let set = |value: &str| Change::SetGuard {
        key: "step_up".to_owned(),
        value: Some(value.to_owned()),
    };
    let sample = known();
    sample.make(&set("confirm")).unwrap();
    sample.make(&set("biometry")).unwrap();
    let counts = |sample: &Sample| sample.vault.settings().guard.step_up.as_str().to_owned();
    assert_eq!(counts(&sample), "biometry");
    sample.write("guard/settings.yaml", "step_up: confirm\n");
    let lines = sample.read(LOG);
    for gone in 0..lines.lines().count() {
        let left: Vec<&str> = lines
            .lines()
            .enumerate()
            .filter_map(|(index, line)| (index != gone).then_some(line))
            .collect();
        sample.write(LOG, &format!("{}\n", left.join("\n")));
        assert_eq!(counts(&sample), "biometry", "without line {}", gone + 1);
    }
}
