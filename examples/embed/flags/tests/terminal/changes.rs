//! Changes, and what each takes.

use openpass_testkit::RIGHT;

use crate::team::Team;

const SET: &str = "set dark-mode 30 --env prod --as ada";

#[test]
fn in_prod_the_passphrase_is_asked_for_with_what_changes() {
    let team = Team::new();
    let mut ada = team.run(SET).at_a_terminal();
    ada.sees(r#"set flag "dark-mode" in environment "prod""#);
    ada.sees("percent").sees("0 → 30");
    ada.answers();
    let ended = ada.leaves().with(0).showing("done: set flag \"dark-mode\"");
    assert_eq!(ended.prompts(), 1);
    assert_eq!(team.percent("prod", "dark-mode"), Some(30));
    assert_eq!(team.events(), ["intent", "done"]);
    let log = team.log();
    let first = log.first().unwrap().to_string();
    for part in [
        "Flags::set",
        "ada",
        "dark-mode",
        "percent",
        "passphrase",
        "unixTime",
    ] {
        assert!(first.contains(part), "no {part} in {first}");
    }
    assert!(
        !first.contains("argon2"),
        "no record of a passphrase: {first}"
    );
}

#[test]
fn in_dev_nobody_is_asked() {
    let team = Team::new();
    let set = "set dark-mode 100 --env dev --as bob";
    team.run(set).without_a_terminal().with(0);
    assert_eq!(team.percent("dev", "dark-mode"), Some(100));
    assert_eq!(team.events(), ["intent", "done"]);
}

#[test]
fn a_bot_takes_its_owner_in_dev_too() {
    let team = Team::new();
    let set = "set dark-mode 1 --env dev --as ci";
    team.run(set).without_a_terminal().with(5);
    assert_eq!(team.percent("dev", "dark-mode"), None);
    let mut ada = team.run(set).at_a_terminal();
    ada.sees("ci");
    ada.answers();
    ada.leaves().with(0);
    assert_eq!(team.percent("dev", "dark-mode"), Some(1));
}

#[test]
fn without_a_terminal_it_is_refused_at_once() {
    let team = Team::new();
    let before = team.state();
    let ended = team.run(SET).reading(RIGHT).without_a_terminal().with(5);
    let ended = ended
        .saying("no terminal")
        .saying("run it in a terminal of your own");
    assert_eq!(ended.stdout, "");
    assert_eq!(team.state(), before);
    assert_eq!(team.events(), ["refused"]);
}

#[test]
fn a_wrong_passphrase_changes_nothing() {
    let team = Team::new();
    let before = team.state();
    let mut ada = team.run(SET).at_a_terminal();
    for _ in 0..3 {
        ada.is_asked();
        ada.types("wrong horse\r");
    }
    let ended = ada.leaves().with(4).saying("nothing was changed");
    assert_eq!(ended.prompts(), 3);
    assert_eq!(team.state(), before);
    assert_eq!(team.events(), ["refused"]);
}

#[test]
fn a_frozen_flag_is_for_the_release_team_alone() {
    let team = Team::new();
    let bob = team.run("set billing 6 --env prod --as bob").unattended();
    bob.with(3)
        .unasked()
        .saying("ask somebody of the team release");
    assert_eq!(team.events(), ["refused"]);

    team.run("unfreeze billing --env prod --as bob")
        .unattended()
        .with(3)
        .unasked();
    let mut ada = team
        .run("unfreeze billing --env prod --as ada")
        .at_a_terminal();
    ada.answers();
    ada.leaves().with(0);
    let mut bob = team
        .run("set billing 6 --env prod --as bob")
        .at_a_terminal();
    bob.answers();
    bob.leaves().with(0);
    assert_eq!(team.percent("prod", "billing"), Some(6));

    let freeze = "freeze billing --env prod --reason audit --as bob";
    let mut bob = team.run(freeze).at_a_terminal();
    bob.answers();
    bob.leaves().with(0);
    let bob = team.run("set billing 7 --env prod --as bob").unattended();
    bob.with(3).unasked();
}

#[test]
fn of_two_at_once_the_second_sees_that_the_state_changed() {
    let team = Team::new();
    let mut first = team.run(SET).at_a_terminal();
    let mut second = team
        .run("set dark-mode 90 --env prod --as bob")
        .at_a_terminal();
    first.is_asked();
    second.is_asked();
    first.answers_what_was_asked();
    first.leaves().with(0);
    second.answers_what_was_asked();
    second
        .leaves()
        .with(6)
        .saying("nothing was changed")
        .saying("no longer fits the state");
    assert_eq!(team.percent("prod", "dark-mode"), Some(30));
    assert_eq!(team.events(), ["intent", "done", "intent", "failed"]);
}
