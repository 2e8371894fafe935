//! Where the finger leads to the passphrase.

use crate::{
    scene::{Scene, clean},
    support::{
        Ended, code,
        CONFIG, with_codex_as_admin,
    },
};

/// The passphrase is asked for, on the terminal, and is enough.
#[track_caller]
fn takes_the_passphrase(scene: &Scene) -> Ended {
    let mut person = scene.raise(&[]).at_a_terminal();
    person.answers();
    let ended = clean(person.leaves()).with(code::DONE);
    assert_eq!(ended.prompts(), 1);
    assert_eq!(scene.vault.config(), with_codex_as_admin(CONFIG));
    assert_eq!(scene.logged(), ("intent".into(), "passphrase".into()));
    scene.log_is_whole();
    ended
}

#[test]
fn case_28_a_sensor_that_is_locked_leads_to_the_passphrase() {
    let scene = Scene::pinned("90s");
    scene.stage.not_ready("lockout");
    takes_the_passphrase(&scene);
    assert_eq!(scene.stage.seen(), [""; 0]);
}

#[test]
fn case_28_a_sensor_that_locks_during_the_dialog_leads_to_the_passphrase() {
    let scene = Scene::pinned("90s");
    scene.stage.dialogs(&["lockout"]);
    takes_the_passphrase(&scene);
    assert_eq!(scene.stage.shown().len(), 1);
}

#[test]
fn case_30_other_fingers_than_before_are_told_and_take_the_passphrase_first() {
    let scene = Scene::pinned("90s");
    scene
        .stage
        .is("session graphic\nenrolled another\ndialog yes\n");
    let ended = takes_the_passphrase(&scene);
    // In the question itself, before anything is typed.
    for note in [
        "The enrolled fingers have changed",
        "refuse if you enrolled none",
    ] {
        assert!(ended.screen.contains(note), "{}", ended.screen);
    }
    assert_eq!(scene.stage.seen(), [""; 0]);
    // It vouched for them: now they count.
    let narrow = ["agent", "upgrade", "codex", "--tier", "read-only", "--yes"];
    clean(scene.run(&narrow).unattended()).with(code::DONE);
    let ended = clean(scene.raise(&[]).unattended());
    ended.with(code::DONE).unasked();
    assert_eq!(scene.stage.shown().len(), 1);
    assert_eq!(scene.logged(), ("intent".into(), "biometry".into()));
}

#[test]
fn case_30_a_finger_that_is_enrolled_while_the_dialog_is_up_counts_for_nothing() {
    let scene = Scene::pinned("90s");
    scene.stage.dialogs(&["enrols-and-yes"]);
    takes_the_passphrase(&scene);
    assert_eq!(scene.stage.shown().len(), 1);
}

#[test]
fn case_30_the_first_use_takes_the_passphrase_whatever_the_finger_would_say() {
    let scene = Scene::new();
    scene.stage.dialogs(&["yes"]);
    takes_the_passphrase(&scene);
    assert_eq!(scene.stage.seen(), [""; 0]);
}

#[test]
fn the_dialogs_second_button_leads_to_the_passphrase() {
    let scene = Scene::pinned("90s");
    scene.stage.dialogs(&["passphrase", "yes"]);
    takes_the_passphrase(&scene);
    assert_eq!(scene.stage.shown().len(), 1);
}

#[test]
fn wrong_fingers_are_one_dialog_and_then_the_passphrase() {
    let scene = Scene::pinned("90s");
    scene.stage.dialogs(&["wrong", "yes"]);
    takes_the_passphrase(&scene);
    assert_eq!(scene.stage.shown().len(), 1);
}

#[test]
fn wrong_fingers_where_nobody_can_type_are_one_dialog_and_no_change() {
    let scene = Scene::pinned("90s");
    scene.stage.dialogs(&["wrong", "yes"]);
    let ended = clean(scene.raise(&[]).without_a_terminal());
    let ended = ended.with(code::NOT_AUTHENTICATED);
    let ended = ended.saying("the finger or face was not recognised");
    assert_eq!(scene.stage.shown().len(), 1);
    let hint = ended.stderr.split("Hint: ").nth(1).unwrap();
    assert!(!hint.contains("passphrase"), "{hint}");
    assert_eq!(scene.vault.config(), CONFIG);
    scene.log_is_whole();
}

#[test]
fn case_31_where_nobody_would_see_the_dialog_the_passphrase_is_asked_for() {
    for session in ["session remote\n", "session none\n"] {
        let scene = Scene::pinned("90s");
        scene
            .stage
            .is(&format!("{session}enrolled mine\ndialog yes\n"));
        takes_the_passphrase(&scene);
        assert_eq!(scene.stage.seen(), [""; 0]);
    }
    let scene = Scene::pinned("90s");
    scene.stage.dialogs(&["yes"]);
    let over_ssh = "192.0.2.1 1 192.0.2.2 22";
    let run = scene.raise(&[]).with("SSH_CONNECTION", over_ssh);
    let mut person = run.at_a_terminal();
    person.answers();
    clean(person.leaves()).with(code::DONE);
    assert_eq!(scene.stage.seen(), [""; 0]);
}

#[test]
fn case_31_where_nobody_is_there_at_all_it_is_refused_at_once() {
    for (script, dialogs) in [
        ("session remote\nenrolled mine\ndialog yes\n", 0),
        ("session none\nenrolled mine\ndialog yes\n", 0),
        ("session graphic\nenrolled mine\nready not-interactive\n", 0),
        ("session graphic\nenrolled mine\nready no-sensor\n", 0),
        ("session graphic\nenrolled mine\nready not-enrolled\n", 0),
        (
            "session graphic\nenrolled mine\ndialog not-interactive\n",
            1,
        ),
    ] {
        let scene = Scene::pinned("90s");
        scene.stage.is(script);
        let ended = clean(scene.raise(&[]).without_a_terminal());
        let ended = ended.with(code::NOBODY_TO_ASK);
        ended.saying("touch-id: ").saying("there is no terminal");
        assert_eq!(scene.stage.shown().len(), dialogs, "{script}");
        assert_eq!(scene.vault.config(), CONFIG);
        assert_eq!(scene.logged().0, "refused");
        scene.log_is_whole();
    }
}
