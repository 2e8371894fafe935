//! Hooks of agents, decided by a policy folder.

use openpass_testkit::Run;

use crate::stage::Stage;

pub(crate) const BASH: &str = r#"{"hook_event_name": "PreToolUse", "session_id": "s", "cwd": "/home/me",
    "tool_name": "Bash", "tool_input": {"command": "ls"}, "tool_use_id": "t"}"#;

pub(crate) fn decide(stage: &Stage, input: &str, timeout: &str) -> (i32, String) {
    decide_with(stage, input, timeout, &[])
}

/// As [`decide`], with more flags.
pub(crate) fn decide_with(
    stage: &Stage,
    input: &str,
    timeout: &str,
    flags: &[&str],
) -> (i32, String) {
    let guard = env!("CARGO_BIN_EXE_openpass-guard");
    let mut words = vec![
        "decide",
        "--format",
        "claude-pre-tool-use",
        "--timeout",
        timeout,
        "--policy",
        stage.vault.dir_text(),
    ];
    words.extend(flags);
    let ended = Run::of(guard, stage.vault.home(), &words)
        .reading(input)
        .without_a_terminal();
    (ended.code(), ended.stdout)
}

openpass_testkit::leave_the_terminal!();

#[test]
fn what_a_policy_lets_pass_passes_without_a_word() {
    let stage = Stage::new();
    stage.applies(
        "mine.cedar",
        r#"@id("mine.ls") permit (principal, action == Hook::Action::"let_pass", resource)
           when { context has command && context.command == "ls" };"#,
    );
    assert_eq!(decide(&stage, BASH, "30"), (0, String::new()));
}

#[test]
fn what_a_policy_forbids_is_denied() {
    let stage = Stage::new();
    stage.applies(
        "mine.cedar",
        r#"@id("mine.no-ls") forbid (principal, action, resource is Hook::Format)
           when { context has command && context.command == "ls" };"#,
    );
    let (code, said) = decide(&stage, BASH, "30");
    assert_eq!(code, 0);
    assert!(said.contains(r#""permissionDecision":"deny""#), "{said}");
}

#[test]
fn where_nobody_answers_in_time_it_is_denied() {
    let stage = Stage::new();
    let (code, said) = decide(&stage, BASH, "3");
    assert_eq!(code, 0);
    assert!(said.contains(r#""permissionDecision":"deny""#), "{said}");
}

#[test]
fn a_second_path_beside_the_one_that_policy_looks_at_lets_nothing_pass() {
    let stage = Stage::new();
    stage.applies(
        "mine.cedar",
        r#"@id("mine.here") permit (principal, action == Hook::Action::"let_pass", resource)
           when { context has path && context.path like "/home/me/*" };"#,
    );
    let read = |input: &str| {
        let asked = BASH.replace(r#"{"command": "ls"}"#, input);
        decide(&stage, &asked, "3")
    };
    assert_eq!(read(r#"{"file_path": "/home/me/a"}"#), (0, String::new()));
    for input in [
        r#"{"path": "/etc/shadow", "file_path": "/home/me/a"}"#,
        r#"{"notebook_path": "/etc/shadow", "path": "/home/me/a"}"#,
    ] {
        let (_, said) = read(input);
        assert!(said.contains(r#""permissionDecision":"deny""#), "{said}");
    }
}
