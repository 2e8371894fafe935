//! One dialog a vault, across processes.

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
    process::{Child, Command, Stdio},
};

use openpass_auth::Place as _;
use openpass_vault::{DialogPlace, Vault};

use crate::sample::Sample;

const VAULT: &str = "OPENPASS_TEST_DIALOG";

/// Not a test: a process that shows a dialog until it is told to end.
#[test]
fn role() {
    let Ok(dir) = env::var(VAULT) else { return };
    let vault = Vault::open(Path::new(&dir)).unwrap();
    let taken = DialogPlace::of(&vault).try_take();
    eprintln!("{}", if taken.is_some() { "TAKEN" } else { "WAITS" });
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
    drop(taken);
}

fn another_process(sample: &Sample) -> (Child, String) {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["dialog::role", "--exact", "--nocapture"])
        .env(VAULT, sample.dir())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    let said = said.find_map(|line| line.ok().filter(|it| it == "TAKEN" || it == "WAITS"));
    (child, said.unwrap())
}

#[test]
fn case_49_two_processes_never_show_a_dialog_for_one_vault_at_once() {
    let sample = Sample::new();
    let (mut first, said) = another_process(&sample);
    assert_eq!(said, "TAKEN");
    let (mut second, said) = another_process(&sample);
    assert_eq!(said, "WAITS");
    assert!(DialogPlace::of(&sample.vault).try_take().is_none());
    // Another vault's is another.
    assert!(DialogPlace::of(&Sample::new().vault).try_take().is_some());
    // A crash gives it back.
    first.kill().unwrap();
    first.wait().unwrap();
    let taken = DialogPlace::of(&sample.vault).try_take();
    assert!(taken.is_some());
    assert!(DialogPlace::of(&sample.vault).try_take().is_none());
    drop(taken);
    assert!(DialogPlace::of(&sample.vault).try_take().is_some());
    drop(second.stdin.take());
    second.wait().unwrap();
}

#[test]
fn case_49_something_else_in_the_locks_place_keeps_nobody_from_asking() {
    let sample = Sample::new();
    fs::create_dir_all(sample.dir().join("guard/dialog.lock")).unwrap();
    let taken = DialogPlace::of(&sample.vault).try_take();
    assert!(taken.is_some());
    assert!(DialogPlace::of(&sample.vault).try_take().is_none());
    assert!(sample.dir().join("guard/dialog.lock.aside-0").is_dir());
    let sample = Sample::new();
    sample.write("guard", "");
    assert!(DialogPlace::of(&sample.vault).try_take().is_none());
}
