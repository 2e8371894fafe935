//! A change is on the screen once, with the question.

use crate::{
    raise_codex,
    support::{ASKS, Openpass, RIGHT, TestVault, code},
};

#[test]
fn c14_what_the_question_shows_is_not_shown_before_it_on_the_same_screen() {
    let vault = TestVault::new();
    let mut person = raise_codex(&vault, &[]).all_on_terminal().at_a_terminal();
    person.sees("Approve: raise agent \"codex\" from read-only to admin");
    person.sees(ASKS);
    person.types(format!("{RIGHT}\r"));
    let ended = person.leaves().with(code::DONE);
    assert_eq!(
        ended.screen.matches("canManageConfig").count(),
        1,
        "{ended:#?}"
    );
    assert!(!ended.screen.contains("This change takes"), "{ended:#?}");
    assert!(ended.screen.lines().count() <= 25, "{ended:#?}");
}

#[test]
fn c14_a_change_that_only_narrows_is_on_the_screen_once_too() {
    let vault = TestVault::new();
    let edit = [
        "agent",
        "profile",
        "edit",
        "hermes",
        "--set",
        "canWrite=false",
    ];
    let mut person = Openpass::on(&vault, &edit)
        .all_on_terminal()
        .at_a_terminal();
    person.sees(crate::PROCEED);
    person.types("y\r");
    let ended = person.leaves().with(code::DONE);
    assert_eq!(ended.screen.matches("canWrite").count(), 1, "{ended:#?}");
    // Without a question there is nothing else that shows it.
    let back = [
        "agent",
        "profile",
        "edit",
        "hermes",
        "--set",
        "canManageConfig=false",
        "--yes",
    ];
    let ended = Openpass::on(&vault, &back)
        .all_on_terminal()
        .at_a_terminal()
        .leaves();
    assert_eq!(
        ended.screen.matches("canManageConfig").count(),
        1,
        "{ended:#?}"
    );
}

#[test]
fn c14_where_nobody_can_be_asked_the_change_is_shown_all_the_same() {
    let vault = TestVault::new();
    let ended = raise_codex(&vault, &[]).without_a_terminal();
    let ended = ended.with(code::NOBODY_TO_ASK).saying("canManageConfig");
    assert_eq!(
        ended.stderr.matches("canManageConfig").count(),
        1,
        "{ended:#?}"
    );
}
