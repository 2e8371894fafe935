//! The stand-in for Touch ID (openpass-auth-macos/gnustep) is in no program but
//! those that its own tests build.

use serde_json::json;

use crate::server::Start;

/// Names the folder that the stand-in does as it is told by.
const STAGE: &str = "OPENPASS_STAGE";
const SAYS_YES: &str = "session graphic\nenrolled mine\ndialog yes\n";

#[test]
fn this_program_does_not_hold_the_variable_of_the_stage() {
    let program = std::fs::read(env!("CARGO_BIN_EXE_openpass-mcp")).unwrap();
    let holds = |text: &str| {
        program
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    assert!(holds("approval_required"), "the search finds nothing");
    assert!(!holds(STAGE));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test sets a stage")]
fn a_stage_that_says_yes_changes_nothing() {
    let stage = tempfile::tempdir().unwrap();
    std::fs::write(stage.path().join("script"), SAYS_YES).unwrap();
    let mut start = Start::as_agent("boss");
    start.command.env(STAGE, stage.path());
    let mut server = start.serves();
    let before = server.files();
    let refused = server.call("set_auth_method", &json!({"method": "passphrase"}));
    assert_eq!(refused["code"], "approval_required", "{refused}");
    assert_eq!(server.files(), before);
    server.left();
    assert!(!stage.path().join("seen").exists());
}
