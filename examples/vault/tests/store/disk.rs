//! A disk that is full.

use std::{
    env,
    path::Path,
    process::{Command, Output},
};

use openpass_policy::Tier;
use openpass_vault::{GuardLog, Step, Vault};

use crate::{
    every::tier,
    kill::killed_at,
    sample::{Sample, ask, differing, in_force},
};

const VAULT: &str = "OPENPASS_TEST_FULL_DISK";

/// Not a test: what a process does whose files must stay small.
#[test]
fn role() {
    let Ok(dir) = env::var(VAULT) else { return };
    let vault = Vault::open(Path::new(&dir)).unwrap();
    let proposal = vault.propose(vault.request(), &tier(Tier::Admin)).unwrap();
    let person = std::sync::Arc::new(crate::sample::knows_it(&vault));
    match ask(&vault, &proposal, in_force(&vault), person) {
        Err(refusal) => println!("REFUSED {refusal}"),
        Ok(grant) => match vault.commit(grant, &proposal) {
            Ok(()) => println!("DONE"),
            Err(error) => println!("FAILED {error}"),
        },
    }
}

/// Runs the role where no file grows beyond `bytes` (RLIMIT_FSIZE).
fn with_files_up_to(sample: &Sample, bytes: u64) -> String {
    // Ignored signals stay ignored: a write fails as on a full disk then.
    // POSIX counts in blocks of 512 bytes.
    let blocks = bytes / 512;
    let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let Output { stdout, .. } = Command::new("sh")
        .args(["-c", &limited])
        .arg(env::current_exe().unwrap())
        .args(["disk::role", "--exact", "--nocapture"])
        .env(VAULT, sample.dir())
        .output()
        .unwrap();
    String::from_utf8(stdout).unwrap()
}

#[test]
fn case_35_a_disk_that_is_full_while_committing_leaves_the_old_config_and_says_so() {
    let sample = Sample::new();
    let long = format!("{}# {}\n", sample.read("config.yaml"), "x".repeat(60_000));
    sample.write("config.yaml", &long);
    let before = sample.files();
    let said = with_files_up_to(&sample, 50_000);
    assert!(
        said.contains("FAILED") && said.contains("cannot be written"),
        "{said}"
    );
    assert!(differing(&before, &sample.files()).is_empty());
    let lines = GuardLog::of(&sample.vault).lines().unwrap();
    assert_eq!(
        lines.last().unwrap()["event"]["outcome"]["outcome"],
        "failed"
    );
}

#[test]
fn case_35_a_disk_that_is_full_while_auditing_means_a_refusal() {
    for bytes in [0, 512, 1024] {
        let sample = Sample::new();
        let before = sample.files();
        let said = with_files_up_to(&sample, bytes);
        assert!(
            said.contains("REFUSED") && said.contains("guard log"),
            "{bytes}: {said}"
        );
        assert!(differing(&before, &sample.files()).is_empty());
        // What could not be finished is not taken for a damaged line.
        sample.make(&tier(Tier::Admin)).unwrap();
        assert!(GuardLog::of(&sample.vault).verify().unwrap().is_whole());
    }
}

/// Runs the role where every line of the log fits, and no anchor.
fn without_room_for_anchors(sample: &Sample) -> String {
    let Output { stdout, .. } = Command::new(env::current_exe().unwrap())
        .args(["disk::role", "--exact", "--nocapture"])
        .env(VAULT, sample.dir())
        .env(Step::FAILING, "LineWritten")
        .output()
        .unwrap();
    String::from_utf8(stdout).unwrap()
}

#[test]
fn case_35_a_disk_that_takes_a_line_and_not_its_anchor_leaves_the_log_whole() {
    let sample = Sample::new();
    sample.make(&tier(Tier::Standard)).unwrap();
    let before = sample.files();
    for _ in 0..3 {
        let said = without_room_for_anchors(&sample);
        assert!(
            said.contains("REFUSED") && said.contains("guard log"),
            "{said}"
        );
        let found = GuardLog::of(&sample.vault).verify().unwrap();
        assert!(found.is_whole(), "{:?}", found.problems);
    }
    assert!(differing(&before, &sample.files()).is_empty());
    sample.vault.settle().unwrap();
    sample.make(&tier(Tier::Admin)).unwrap();
    assert!(GuardLog::of(&sample.vault).verify().unwrap().is_whole());
}

#[test]
fn case_35_a_line_without_its_anchor_gets_it_by_the_next_start() {
    let sample = Sample::new();
    sample.make(&tier(Tier::Standard)).unwrap();
    killed_at(&sample, "tier", "LineWritten");
    let anchored = || {
        let anchor: serde_json::Value =
            serde_json::from_str(&sample.read("guard/log.anchor")).unwrap();
        anchor["seq"].as_u64().unwrap()
    };
    let lines = || GuardLog::of(&sample.vault).lines().unwrap().len() as u64;
    assert_eq!(anchored() + 1, lines());
    // Even where the disk takes no other anchor first, no second line comes.
    let said = without_room_for_anchors(&sample);
    assert!(said.contains("REFUSED"), "{said}");
    sample.vault.settle().unwrap();
    assert_eq!(anchored(), lines());
    assert!(GuardLog::of(&sample.vault).verify().unwrap().is_whole());
}

#[test]
fn case_35_a_folder_that_cannot_be_written_means_a_refusal() {
    let sample = Sample::new();
    // Under the strictest settings, rules that nothing enforces stop a change
    // before this.
    for name in ["policies/10-dev.yaml", "policies/20-prod.yaml"] {
        std::fs::remove_file(sample.dir().join(name)).unwrap();
    }
    // Whoever the tests run as, a file in the way is in the way.
    sample.write("guard", "");
    // And there is no name left to move it to.
    for number in 0..100 {
        sample.write(&format!("guard.aside-{number}"), "");
    }
    let before = sample.files();
    let proposal = sample.propose(&tier(Tier::Admin)).unwrap();
    let person = std::sync::Arc::new(crate::sample::knows_it(&sample.vault));
    let refused = ask(&sample.vault, &proposal, in_force(&sample.vault), person).unwrap_err();
    assert!(
        matches!(refused, openpass_policy::Refusal::NotRecorded(_)),
        "{refused}"
    );
    assert!(differing(&before, &sample.files()).is_empty());
}
