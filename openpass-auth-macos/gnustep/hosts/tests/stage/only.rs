//! `--biometric`: the finger or nothing.

use crate::{
    scene::{Scene, clean},
    support::{
        Ended, code,
        CONFIG, with_codex_as_admin,
    },
};

/// Runs it on a terminal, where nothing is asked.
#[track_caller]
fn only(scene: &Scene, exits: i32) -> Ended {
    let ended = clean(scene.raise(&["--biometric"]).unattended());
    let ended = ended.with(exits).unasked();
    scene.log_is_whole();
    ended
}

/// Nothing changed; what the command advises.
#[track_caller]
fn refused(scene: &Scene, exits: i32) -> String {
    let ended = only(scene, exits);
    assert_eq!(scene.vault.config(), CONFIG);
    assert_eq!(scene.logged().0, "refused");
    let (_, hint) = ended.stderr.split_once("Hint: ").unwrap();
    hint.trim().to_owned()
}

#[test]
fn a_finger_is_enough_and_the_dialog_has_no_second_button() {
    let scene = Scene::pinned("90s");
    scene.stage.dialogs(&["yes"]);
    only(&scene, code::DONE);
    assert_eq!(scene.vault.config(), with_codex_as_admin(CONFIG));
    assert_eq!(scene.logged(), ("intent".into(), "biometry".into()));
    let [dialog] = &scene.stage.shown()[..] else {
        panic!("{:?}", scene.stage.seen());
    };
    assert!(dialog.ends_with("] ()"), "{dialog}");
}

#[test]
fn wrong_fingers_are_one_dialog_and_the_advice_is_not_a_passphrase() {
    let scene = Scene::pinned("90s");
    scene.stage.dialogs(&["wrong", "yes"]);
    let hint = refused(&scene, code::NOT_AUTHENTICATED);
    assert!(!hint.contains("passphrase"), "{hint}");
    assert_eq!(scene.stage.shown().len(), 1);
}

#[test]
fn case_28_a_sensor_that_is_locked_is_a_refusal_that_says_what_unlocks_it() {
    let scene = Scene::pinned("90s");
    scene.stage.not_ready("lockout");
    let hint = refused(&scene, code::NOBODY_TO_ASK);
    assert!(hint.contains("without `--biometric`"), "{hint}");
    scene.stage.dialogs(&["lockout"]);
    refused(&scene, code::NOBODY_TO_ASK);
    assert_eq!(scene.stage.shown().len(), 1);
}

#[test]
fn case_30_fingers_that_do_not_count_are_a_refusal_that_says_what_makes_them_count() {
    let scene = Scene::pinned("90s");
    for script in [
        "session graphic\nenrolled another\ndialog yes\n",
        "session graphic\ndialog yes\n",
    ] {
        scene.stage.is(script);
        let hint = refused(&scene, code::NOBODY_TO_ASK);
        assert!(hint.contains("without `--biometric`"), "{hint}");
        assert_eq!(scene.stage.seen(), [""; 0]);
    }
    scene.stage.dialogs(&["enrols-and-yes"]);
    refused(&scene, code::NOBODY_TO_ASK);
}

#[test]
fn a_second_button_that_should_not_be_there_leads_nowhere() {
    let scene = Scene::pinned("90s");
    scene.stage.dialogs(&["passphrase", "yes"]);
    refused(&scene, code::NOBODY_TO_ASK);
    assert_eq!(scene.stage.shown().len(), 1);
}

#[test]
fn case_31_where_nobody_would_see_the_dialog_the_advice_is_the_machine_and_no_terminal() {
    for script in [
        "session remote\nenrolled mine\ndialog yes\n",
        "session none\nenrolled mine\ndialog yes\n",
        "session graphic\nenrolled mine\nready not-interactive\n",
        "session graphic\nenrolled mine\nready no-sensor\n",
        "session graphic\nenrolled mine\nready not-enrolled\n",
    ] {
        let scene = Scene::pinned("90s");
        scene.stage.is(script);
        let hint = refused(&scene, code::NOBODY_TO_ASK);
        assert!(hint.contains("at the machine itself"), "{hint}");
        assert!(!hint.contains("terminal"), "{hint}");
        assert_eq!(scene.stage.seen(), [""; 0]);
    }
}
