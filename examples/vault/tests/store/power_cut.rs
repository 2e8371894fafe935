//! What a power cut leaves: half a line, a block of zeros, a folder that is
//! not synced.

use std::{
    env,
    fs::{self, OpenOptions},
    io::Write as _,
    path::Path,
    process::Command,
};

use openpass_auth::AttemptStore as _;
use openpass_auth_macos::EnrolmentStore as _;
use openpass_policy::Tier;
use openpass_vault::{AttemptFile, EnrolmentFile, GuardLog, Step, Vault, Verification};

use crate::{
    every::{edit, tier},
    sample::{Sample, differing, grant},
};

const VAULT: &str = "OPENPASS_TEST_POWER_CUT";

fn verify(sample: &Sample) -> Verification {
    GuardLog::of(&sample.vault).verify().unwrap()
}

fn append(sample: &Sample, bytes: &[u8]) {
    let path = sample.dir().join("guard/log.jsonl");
    let mut file = OpenOptions::new().append(true).open(path).unwrap();
    file.write_all(bytes).unwrap();
}

#[test]
fn case_36_a_line_that_a_power_cut_left_unfinished_is_settled_and_stays_visible() {
    let leftovers: [&[u8]; 5] = [
        b"{\"seq\":4,\"ts\":\"2026",
        b"\0",
        &[0; 9000],
        b"{\"seq\":4,\0\0\0\0\0\0\"}\n",
        b"{\"seq\":4,\0\0\0\"}\n\0\0\n{\"se",
    ];
    for left in leftovers {
        let sample = Sample::new();
        sample.make(&tier(Tier::Standard)).unwrap();
        append(&sample, left);
        let found = verify(&sample);
        assert!(found.is_whole(), "{found:?}");
        assert_eq!((found.genuine, found.torn), (3, 1));

        assert_eq!(sample.vault.settle().unwrap(), []);
        let found = verify(&sample);
        assert!(found.is_whole(), "{found:?}");
        assert_eq!((found.genuine, found.torn), (4, 1));
        let lines = GuardLog::of(&sample.vault).lines().unwrap();
        let last = lines.last().unwrap();
        assert_eq!(last["event"]["event"], "torn");
        assert_eq!(last["event"]["bytes"], left.len());
        assert!(sample.vault.drift().unwrap().is_empty());
        sample.make(&edit("max_reads_per_day", "7")).unwrap();
        assert!(verify(&sample).is_whole());
    }
}

#[test]
fn case_36_a_line_of_another_kind_behind_the_last_is_no_power_cut() {
    for added in ["hello\n", "{}\n{\"seq\":4,\u{0}}\n"] {
        let sample = Sample::new();
        sample.make(&tier(Tier::Standard)).unwrap();
        append(&sample, added.as_bytes());
        sample.vault.settle().unwrap();
        assert!(!verify(&sample).is_whole(), "{added:?}");
    }
}

#[test]
fn case_36_zeros_over_lines_that_were_written_are_no_power_cut() {
    let sample = Sample::new();
    sample.make(&tier(Tier::Standard)).unwrap();
    let log = sample.read("guard/log.jsonl");
    let at = log.trim_end().rfind('\n').unwrap() + 1;
    let mut bytes = log.into_bytes();
    bytes[at + 5..at + 50].fill(0);
    fs::write(sample.dir().join("guard/log.jsonl"), bytes).unwrap();
    assert!(!verify(&sample).is_whole());
    sample.vault.settle().unwrap();
    assert!(!verify(&sample).is_whole());
}

/// Not a test: a change on a disk that does not say that a folder is synced.
#[test]
fn role() {
    let Ok(dir) = env::var(VAULT) else { return };
    let vault = Vault::open(Path::new(&dir)).unwrap();
    let raise = |to| {
        let proposal = vault.propose(vault.request(), &tier(to)).unwrap();
        let made = vault.commit(grant(&vault, &proposal), &proposal);
        println!("RAISED {}", made.unwrap_err());
    };
    raise(Tier::Admin);
    println!("SETTLED {:?}", vault.settle().is_err());
    raise(Tier::Standard);
}

#[test]
fn a_folder_that_cannot_be_synced_is_no_failure_and_the_next_start_says_how_it_ended() {
    let sample = Sample::new();
    let before = sample.files();
    let output = Command::new(env::current_exe().unwrap())
        .args(["power_cut::role", "--exact", "--nocapture"])
        .env(VAULT, sample.dir())
        .env(Step::FAILING, "Synced")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.contains("RAISED the change was made, but the disk"),
        "{said}"
    );
    assert!(said.contains("SETTLED true"), "{said}");
    // No second change before the first is known to stand.
    assert!(said.contains("RAISED the disk has not confirmed"), "{said}");
    assert_eq!(differing(&before, &sample.files()), ["config.yaml"]);
    let outcomes = || {
        let lines = GuardLog::of(&sample.vault).lines().unwrap();
        lines
            .iter()
            .filter_map(|line| {
                line["event"]["outcome"]["outcome"]
                    .as_str()
                    .map(str::to_owned)
            })
            .collect::<Vec<_>>()
    };
    let settled = sample.vault.settle().unwrap();
    assert!(settled.iter().any(|one| one.done), "{settled:?}");
    assert!(outcomes().contains(&"done".to_owned()));
    let config = sample.vault.config().unwrap();
    assert_eq!(config.agent("codex").unwrap().tier(), Tier::Admin);
    assert!(verify(&sample).is_whole());
    assert!(sample.vault.drift().unwrap().is_empty());
}

const FOLDERS: &str = "OPENPASS_TEST_FOLDERS";

/// Not a test: whatever is written, on a disk that does not say that folders are synced.
#[test]
fn folders_role() {
    let Ok(dir) = env::var(FOLDERS) else { return };
    let vault = Vault::open(Path::new(&dir)).unwrap();
    let pin = "ab".repeat(32).parse().unwrap();
    println!("PIN {}", EnrolmentFile::of(&vault).save(&pin).is_err());
    let attempts = AttemptFile::of(&vault);
    let counted =
        attempts.update(&mut |all| all.agents.entry("codex".to_owned()).or_default().count += 1);
    println!("ATTEMPTS {}", counted.is_err());
    let new = Vault::init(&Path::new(&dir).join("new"), b"identity");
    println!("INIT {}", new.is_err());
}

/// A5: the name of a file that was replaced is a matter of its folder.
#[test]
fn a5_whatever_is_written_is_not_said_to_be_there_before_its_folder_is_synced() {
    let sample = Sample::new();
    let output = Command::new(env::current_exe().unwrap())
        .args(["power_cut::folders_role", "--exact", "--nocapture"])
        .env(FOLDERS, sample.dir())
        .env(Step::FAILING, Step::FOLDERS)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    for what in ["PIN", "ATTEMPTS", "INIT"] {
        assert!(said.contains(&format!("{what} true")), "{said}");
    }
}
