//! The stand-in for Touch ID (openpass-auth-macos/gnustep) is in no program but
//! those that its own tests build.

#[cfg(not(target_os = "macos"))]
use crate::{
    raise_codex,
    support::{CONFIG, TestVault, code},
};

/// Names the folder that the stand-in does as it is told by.
const STAGE: &str = "OPENPASS_STAGE";
#[cfg(not(target_os = "macos"))]
const SAYS_YES: &str = "session graphic\nenrolled mine\ndialog yes\ndialog yes\n";

#[test]
fn this_program_does_not_hold_the_variable_of_the_stage() {
    let program = std::fs::read(env!("CARGO_BIN_EXE_openpass")).unwrap();
    let holds = |text: &str| {
        program
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    assert!(holds("OPENPASS_AGENT"), "the search finds nothing");
    assert!(!holds(STAGE));
}

#[cfg(not(target_os = "macos"))]
#[test]
fn a_stage_that_says_yes_changes_nothing() {
    let vault = TestVault::new();
    let stage = tempfile::tempdir().unwrap();
    std::fs::write(stage.path().join("script"), SAYS_YES).unwrap();
    let run = |flags: &[&str]| raise_codex(&vault, flags).with(STAGE, stage.path());
    let ended = run(&["--biometric"]).unattended().with(code::NOBODY_TO_ASK);
    ended.unasked().saying("touch-id: it does not exist");
    let ended = run(&[]).without_a_terminal().with(code::NOBODY_TO_ASK);
    ended.saying("touch-id: it does not exist");
    let mut person = run(&[]).at_a_terminal();
    person.is_asked();
    person.types("\x03");
    person.leaves().with(code::NOT_AUTHENTICATED);
    assert_eq!(vault.config(), CONFIG);
    assert!(!stage.path().join("seen").exists());
}
