//! `openpass demo`, the first thing that anybody runs.

use crate::support::{ASKS, Openpass, TestVault, code};

/// What the demo says its passphrase is.
fn passphrase(said: &str) -> String {
    let line = said.lines().find(|line| line.contains("passphrase: "));
    let (_, passphrase) = line.unwrap().split_once("passphrase: ").unwrap();
    passphrase.trim().to_owned()
}

#[test]
fn at_a_terminal_the_passphrase_that_it_says_is_granted() {
    let home = TestVault::nowhere();
    let run = Openpass::at_home(home.home(), &["demo"]);
    let mut person = run.all_on_terminal().at_a_terminal();
    person.sees("Its passphrase: ");
    person.sees("Approve: raise agent \"codex\" from read-only to admin");
    person.sees(ASKS);
    let said = passphrase(&person.screen());
    person.types(format!("{said}\r"));
    person.sees("It was granted");
    let ended = person.leaves().with(code::DONE);
    assert!(ended.screen.contains("outcome"), "{ended:#?}");
    assert_eq!(ended.screen.matches(&said).count(), 1, "said, not echoed");
}

#[test]
fn a_wrong_answer_is_refused_and_no_failure_of_the_demo() {
    let home = TestVault::nowhere();
    let run = Openpass::at_home(home.home(), &["demo"]);
    let mut person = run.at_a_terminal();
    for _ in 1..=3 {
        person.is_asked();
        person.types("wrong\r");
    }
    let ended = person.leaves().with(code::DONE);
    ended.saying("Refused: ").saying("config.yaml is as it was");
}

#[test]
fn without_a_terminal_it_shows_the_decision_and_the_refusal() {
    let home = TestVault::nowhere();
    let run = Openpass::at_home(home.home(), &["demo"]);
    let ended = run.without_a_terminal().with(code::DONE);
    let ended = ended.saying("guard.critical-needs-a-factor");
    let ended = ended.saying("there is no terminal to ask on");
    ended.saying("config.yaml is as it was").saying("refused");
}

#[test]
fn it_leaves_nothing_behind_and_touches_no_vault() {
    let vault = TestVault::new();
    let before = vault.files();
    let temporary = tempfile::tempdir().unwrap();
    let run = Openpass::on(&vault, &["demo"]).with("TMPDIR", temporary.path());
    run.without_a_terminal().with(code::DONE);
    assert_eq!(vault.files(), before);
    assert!(!vault.path("guard").exists());
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
}
