//! What the finger decides at the command line.

use rustix::process::Signal;

use crate::{
    scene::{Scene, clean},
    support::{
        code,
        CONFIG, with_codex_as_admin,
    },
};

#[test]
fn a_pinned_finger_alone_makes_an_agent_admin() {
    for terminal in [true, false] {
        let scene = Scene::pinned("90s");
        scene.stage.dialogs(&["yes"]);
        let run = scene.raise(&[]);
        let ended = if terminal {
            run.unattended()
        } else {
            run.without_a_terminal()
        };
        let ended = clean(ended).with(code::DONE).unasked();
        ended.saying("Profile for \"codex\" upgraded to \"admin\"");
        assert_eq!(scene.vault.config(), with_codex_as_admin(CONFIG));
        let [dialog] = &scene.stage.shown()[..] else {
            panic!("{:?}", scene.stage.seen());
        };
        let says = "raise agent \"codex\" from read-only to admin: ";
        assert!(dialog.starts_with(says), "{dialog}");
        assert!(dialog.ends_with("] (Use passphrase…)"), "{dialog}");
        assert_eq!(scene.logged(), ("intent".into(), "biometry".into()));
        scene.log_is_whole();
    }
}

#[test]
fn a_pinned_finger_is_asked_for_each_time_anew() {
    let scene = Scene::pinned("90s");
    for tier in ["admin", "read-only", "admin"] {
        scene.stage.dialogs(&["yes"]);
        let upgrade = ["agent", "upgrade", "codex", "--tier", tier, "--yes"];
        let asked = usize::from(tier == "admin");
        let words = if asked == 1 { &upgrade[..5] } else { &upgrade };
        clean(scene.run(words).unattended()).with(code::DONE);
        assert_eq!(scene.stage.shown().len(), asked, "{tier}");
    }
    scene.log_is_whole();
}

#[test]
fn a_cancel_changes_nothing_and_nothing_else_is_asked_for() {
    for (answer, by) in [("cancel", "the person"), ("system-cancel", "the system")] {
        for flags in [&[] as &[&str], &["--biometric"]] {
            let scene = Scene::pinned("90s");
            scene.stage.dialogs(&[answer, "yes"]);
            let ended = clean(scene.raise(flags).unattended());
            let ended = ended.with(code::NOT_AUTHENTICATED).unasked();
            ended.saying(&format!("cancelled by {by}"));
            assert_eq!(scene.stage.shown().len(), 1);
            assert_eq!(scene.vault.config(), CONFIG);
            assert_eq!(scene.logged().0, "refused");
            scene.log_is_whole();
        }
    }
}

#[test]
fn a_dialog_that_nobody_answers_is_taken_down_at_its_end_and_nothing_changes() {
    for flags in [&[] as &[&str], &["--biometric"]] {
        let scene = Scene::pinned("5s");
        scene.stage.dialogs(&["silence"]);
        let ended = clean(scene.raise(flags).unattended());
        let ended = ended.with(code::NOT_AUTHENTICATED).unasked();
        ended.saying("nobody answered in time");
        assert_eq!(scene.vault.config(), CONFIG);
        scene.log_is_whole();
    }
}

#[test]
fn a_break_at_the_terminal_ends_the_wait_for_a_finger() {
    let scene = Scene::pinned("90s");
    scene.stage.dialogs(&["silence"]);
    let mut person = scene.raise(&[]).at_a_terminal();
    person.until("the dialog", |_| !scene.stage.seen().is_empty());
    person.types("\x03");
    let ended = clean(person.leaves());
    assert_eq!(ended.signal(), Some(Signal::INT.as_raw()));
    assert_eq!(scene.vault.config(), CONFIG);
    scene.log_is_whole();
}

#[test]
fn a_finger_is_no_answer_to_what_the_flags_keep_from_it() {
    let scene = Scene::pinned("90s");
    scene.stage.dialogs(&["yes"]);
    let mut person = scene.raise(&["--no-biometric"]).at_a_terminal();
    person.is_asked();
    person.types("\x03");
    clean(person.leaves()).with(code::NOT_AUTHENTICATED);
    let yes = clean(scene.raise(&["--yes"]).unattended());
    yes.with(code::USAGE).unasked();
    assert_eq!(scene.stage.seen(), [""; 0]);
    assert_eq!(scene.vault.config(), CONFIG);
    scene.log_is_whole();
}
