//! The requests that the agents' documentation has.

use super::{
    formats::{FORMATS, Hears, named},
    run::{GUARD, bare, decide, offered, told},
};

#[test]
fn every_fixture_is_answered_as_its_format_asks() {
    for format in &FORMATS {
        for (script, heard) in [
            ("allowed", format.allowed),
            ("person", format.person_said_yes),
            ("refused", Hears::Block),
            ("refused without a word", Hears::Block),
            ("controls", Hears::Block),
            ("too much", Hears::Block),
        ] {
            let output = told(decide(format.name, script), format.fixture);
            assert_eq!(
                format.hears(&output),
                heard,
                "{}: {script}: {output:?}",
                format.name
            );
            assert_eq!((output.status.code(), &*output.stderr), (Some(0), &b""[..]));
        }
    }
}

#[test]
fn a_refusal_says_why_and_what_a_person_can_do() {
    for format in &FORMATS {
        let output = told(decide(format.name, "refused"), format.fixture);
        let said = "a policy forbids it approve it with: openpass-guard approve A";
        assert_eq!(format.reason(&output), said);
        let controls = format.reason(&told(decide(format.name, "controls"), format.fixture));
        assert!(
            controls.starts_with(r"\u{1b}[2J\u{a}\u{202e}\u{9b}\u{0}"),
            "{controls}"
        );
        assert!(controls.contains("more characters)"), "{controls}");
    }
}

#[test]
fn the_judge_hears_the_exact_arguments() {
    let request = r#"{"hook_event_name":"PreToolUse","tool_name":"mcp__fs__write","cwd":"/w","agent_type":"reviewer",
        "mcp_server":{"name":"fs","source":"user"},"tool_input":{ "b":1.0,"a":12345678901234567890123 }}"#;
    let output = told(
        decide("claude-pre-tool-use", "says what was asked"),
        request,
    );
    let said = named("claude-pre-tool-use").reason(&output);
    for part in [
        r#"format: "claude-pre-tool-use", agent_claims: Some("reviewer"), tool: "mcp__fs__write""#,
        r#"input_raw: "{ \"b\":1.0,\"a\":12345678901234567890123 }""#,
        r#"mcp_server: Some("fs")"#,
        r#"mcp_raw: Some("{\"name\":\"fs\",\"source\":\"user\"}")"#,
        r#"cwd: Some("/w")"#,
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn gemini_names_the_mcp_server() {
    let request = r#"{"hook_event_name":"BeforeTool","tool_name":"mcp__fs__write","tool_input":{},
        "mcp_context":{"server_name":"fs","tool_name":"write","command":"node"}}"#;
    let output = told(decide("gemini-before-tool", "says what was asked"), request);
    let said = named("gemini-before-tool").reason(&output);
    assert!(said.contains(r#"mcp_server: Some("fs")"#), "{said}");
}

/// The program itself, with a folder that is none.
#[test]
fn without_a_policy_folder_every_format_blocks() {
    for format in &FORMATS {
        let mut command = bare(GUARD);
        command.args([
            "decide",
            "--format",
            format.name,
            "--policy",
            "/nonexistent",
        ]);
        let output = told(command, format.fixture);
        assert_eq!(format.hears(&output), Hears::Block, "{output:?}");
        let by_environment = {
            let mut command = bare(GUARD);
            command
                .arg("decide")
                .env("OPENPASS_GUARD_FORMAT", format.name);
            told(command, format.fixture)
        };
        assert_eq!(
            format.hears(&by_environment),
            Hears::Block,
            "{by_environment:?}"
        );
    }
}

#[test]
fn without_arguments_the_answer_is_symguards() {
    for input in [
        named("symguard").fixture,
        "",
        "garbage",
        named("gemini-before-tool").fixture,
    ] {
        let mut command = bare(GUARD);
        command.arg("decide");
        let output = told(command, input);
        assert_eq!(named("symguard").hears(&output), Hears::Block, "{output:?}");
        assert_eq!(output.status.code(), Some(0));
    }
}

/// The exit code blocks in every format that has one for it, and stdout has no text.
#[test]
fn a_format_that_is_none_blocks_by_the_exit_code() {
    let mut variable = bare(GUARD);
    variable
        .arg("decide")
        .env("OPENPASS_GUARD_FORMAT", "claude");
    let mut flag = bare(GUARD);
    flag.args(["decide", "--format", "claude"]);
    let mut older_client = bare(GUARD);
    older_client.args(["decide", "--command", "ls", "--class", "low"]);
    for command in [variable, flag, older_client] {
        // It need not read the request.
        let (output, _) = offered(command, named("symguard").fixture);
        assert_eq!((output.status.code(), &*output.stdout), (Some(2), &b""[..]));
        assert!(!output.stderr.is_empty());
    }
}
