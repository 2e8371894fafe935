//! Workers that end by themselves without a verdict.

use super::{
    formats::{FORMATS, Hears},
    run::{decide, told},
};

#[test]
fn a_worker_without_one_whole_verdict_is_a_block() {
    for format in &FORMATS {
        for script in [
            "panics",
            "aborts",
            "ends",
            "fails after a yes",
            "half a yes",
            "two answers",
            "plain text",
            "nothing is scripted for this",
        ] {
            let output = told(decide(format.name, script), format.fixture);
            let reason = format.reason(&output);
            assert_eq!(
                reason, "the process that decides ended without an answer",
                "{script}"
            );
            assert_eq!(
                (output.status.code(), &*output.stderr),
                (Some(0), &b""[..]),
                "{script}"
            );
        }
    }
}

/// The frame of a yes that the script writes is one: alone, it allows.
#[test]
fn the_scripted_yes_is_a_yes_when_the_worker_ends_well() {
    for format in &FORMATS {
        let output = told(decide(format.name, "writes a yes"), format.fixture);
        assert_eq!(format.hears(&output), format.allowed, "{}", format.name);
    }
}

#[test]
fn an_answer_that_cannot_be_written_blocks_by_the_exit_code() {
    for format in FORMATS
        .iter()
        .filter(|format| format.name != "claude-permission-request")
    {
        let mut command = super::run::bare("/bin/sh");
        let full = r#""$0" decide --format "$1" >/dev/full"#;
        command
            .arg("-c")
            .arg(full)
            .arg(super::run::scripted())
            .arg(format.name);
        command.env("SCRIPTED", "refused");
        let output = told(command, format.fixture);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert_eq!(format.hears(&output), Hears::Block);
    }
}
