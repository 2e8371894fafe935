//! A commit between two files, and what others do meanwhile.

use std::{
    io::{BufRead as _, BufReader},
    process::Stdio,
};

use openpass_vault::Step;

use crate::{
    kill::{is_as_good_as_new, killed_at, role_at, says_done, unfinished, with_worker},
    sample::{Sample, differing},
};

/// Kills a removal after the first of its files, which a start then finishes.
fn a_removal_half_made() -> Sample {
    let sample = with_worker();
    killed_at(&sample, "worker", "FirstReplaced");
    assert!(sample.read("config.yaml").contains("worker"));
    sample
}

#[test]
fn case_9_what_was_broken_off_is_not_finished_over_what_somebody_wrote_since() {
    let sample = a_removal_half_made();
    let edited = format!("{}# mine\n", sample.read("config.yaml"));
    sample.write("config.yaml", &edited);
    let settled = sample.vault.settle().unwrap();
    let [one] = settled.as_slice() else {
        panic!("{settled:?}");
    };
    assert!(!one.done && one.how.contains("files are new"), "{one:?}");
    assert_eq!(sample.read("config.yaml"), edited);
    assert!(!says_done(&sample));
    is_as_good_as_new(&sample, "after an edit");
}

#[test]
fn case_9_what_only_takes_power_is_finished_in_the_files_that_nobody_wrote_since() {
    let sample = a_removal_half_made();
    let order = ["mcp-tokens.json", "mcp-tokens/worker.token", "config.yaml"];
    let theirs = format!("{}# mine\n", sample.read(order[1]));
    sample.write(order[1], &theirs);
    let settled = sample.vault.settle().unwrap();
    let [one] = settled.as_slice() else {
        panic!("{settled:?}");
    };
    assert!(
        !one.done && one.how.contains("2 of 3 files are new"),
        "{one:?}"
    );
    let left = format!("could not be finished in {}", order[1]);
    assert!(one.how.contains(&left), "{one:?}");
    assert_eq!(sample.read(order[1]), theirs);
    assert!(!sample.read(order[2]).contains("worker"));
    is_as_good_as_new(&sample, "after an edit of another file");
}

#[test]
fn case_9_what_was_broken_off_is_finished_only_with_the_bytes_that_were_approved() {
    let sample = a_removal_half_made();
    let other = unfinished(&sample);
    let text = std::fs::read_to_string(&other).unwrap();
    std::fs::write(&other, text.replace("canWrite: false", "canWrite: true")).unwrap();
    let config = sample.read("config.yaml");
    let settled = sample.vault.settle().unwrap();
    let [one] = settled.as_slice() else {
        panic!("{settled:?}");
    };
    assert!(!one.done && one.how.contains("files are new"), "{one:?}");
    assert_eq!(sample.read("config.yaml"), config);
    is_as_good_as_new(&sample, "after an exchange");
}

#[test]
fn case_6_a_file_that_another_program_writes_in_the_midst_of_a_commit_is_kept() {
    let sample = Sample::new();
    let before = sample.files();
    let mut process = role_at(&sample, "token")
        .env(Step::STOPPING, "FirstReplaced")
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(process.stderr.take().unwrap()).lines();
    assert!(said.any(|line| line.unwrap() == "FirstReplaced"));
    // The second file: the product saves its registry without a lock.
    let theirs = sample
        .read("mcp-tokens.json")
        .replacen("ci-readonly", "renamed", 1);
    sample.write("mcp-tokens.json", &theirs);
    drop(process.stdin.take());
    assert!(!process.wait().unwrap().success());
    assert_eq!(sample.read("mcp-tokens.json"), theirs);
    // What was replaced before is put back.
    assert_eq!(differing(&before, &sample.files()), ["mcp-tokens.json"]);
    assert!(!says_done(&sample));
}
