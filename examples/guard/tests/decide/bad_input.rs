//! Requests that no format has.

use super::{
    formats::{FORMATS, Format, Hears},
    run::{decide, told},
};

/// The fixture, with its event, or for symguard its class of risk, exchanged for another.
fn of_another_event(format: &Format) -> String {
    let mut request: serde_json::Value = serde_json::from_str(format.fixture).unwrap();
    match format.name {
        "symguard" => request["risk_class"] = "none".into(),
        _ => request["hook_event_name"] = "SessionStart".into(),
    }
    request.to_string()
}

/// The fixture, with `member` first.
fn with_first(format: &Format, member: &str) -> String {
    let rest = format.fixture.trim_start().strip_prefix('{').unwrap();
    format!("{{{member},{rest}")
}

fn nested(depth: usize) -> String {
    format!("{}{}", "[".repeat(depth), "]".repeat(depth))
}

fn bad_inputs(format: &Format) -> Vec<(&'static str, Vec<u8>)> {
    let whole = format.fixture.trim();
    let first = if format.name == "symguard" {
        r#""command":"ls""#
    } else {
        r#""tool_name":"Read""#
    };
    let spelt = if format.name == "symguard" {
        r#""c\u006fmmand":"ls""#
    } else {
        r#""tool_n\u0061me":"Read""#
    };
    let mut all: Vec<(&'static str, Vec<u8>)> = vec![
        ("empty", Vec::new()),
        ("blank", b" \n\t ".to_vec()),
        ("garbage", b"\x7fELF\x00\x01 not json".to_vec()),
        ("plain text", b"allow".to_vec()),
        ("cut", whole.as_bytes()[..whole.len() - 1].to_vec()),
        ("two", format!("{whole}\n{whole}").into_bytes()),
        ("behind it", format!("{whole} x").into_bytes()),
        ("a list", format!("[{whole}]").into_bytes()),
        ("an empty object", b"{}".to_vec()),
        ("null", b"null".to_vec()),
        (
            "2 MiB",
            with_first(format, &format!(r#""x":"{}""#, "x".repeat(2 * 1024 * 1024))).into_bytes(),
        ),
        (
            "2 MiB of blanks",
            format!("{}{whole}", " ".repeat(2 * 1024 * 1024)).into_bytes(),
        ),
        ("a member twice", with_first(format, first).into_bytes()),
        (
            "a member twice, spelt otherwise",
            with_first(format, spelt).into_bytes(),
        ),
        (
            "a member twice below",
            with_first(format, r#""x":[{"y":{"z":1,"z":1}}]"#).into_bytes(),
        ),
        (
            "an object that a reader takes for what is written in it",
            with_first(
                format,
                r#""x":[{"$serde_json::private::RawValue":"{\"command\":\"ls\"}"}]"#,
            )
            .into_bytes(),
        ),
        (
            "deep",
            with_first(format, &format!(r#""x":{}"#, nested(200))).into_bytes(),
        ),
        (
            "very deep",
            with_first(format, &format!(r#""x":{}"#, nested(200_000))).into_bytes(),
        ),
        (
            "a number without end",
            with_first(format, r#""x":1e999"#).into_bytes(),
        ),
        (
            "a lone surrogate",
            with_first(format, r#""x":"\ud800""#).into_bytes(),
        ),
        (
            "a raw control",
            with_first(format, "\"x\":\"\u{1b}\"").into_bytes(),
        ),
        ("another event", of_another_event(format).into_bytes()),
        ("a mark in front", format!("\u{feff}{whole}").into_bytes()),
    ];
    let mut not_utf8 = with_first(format, r#""x":"Q""#).into_bytes();
    let place = not_utf8.iter().position(|byte| *byte == b'Q').unwrap();
    not_utf8[place] = 0xff;
    all.push(("not UTF-8", not_utf8));
    all
}

#[test]
fn every_format_blocks_every_bad_input() {
    for format in &FORMATS {
        for (what, input) in bad_inputs(format) {
            // The judge would allow it.
            let output = told(decide(format.name, "allowed"), input);
            assert_eq!(
                format.hears(&output),
                Hears::Block,
                "{}: {what}: {output:?}",
                format.name
            );
            assert_eq!(output.status.code(), Some(0), "{}: {what}", format.name);
        }
    }
}

#[test]
fn a_hook_blocks_a_tool_whose_name_is_not_what_a_screen_shows() {
    for format in FORMATS.iter().filter(|format| format.name != "symguard") {
        for name in [
            "",
            " ",
            "Ba\u{200b}sh",
            "Bash\u{202e}",
            "B\u{430}sh",
            "Bash\n",
            "Ba sh",
            "\u{1b}[2J",
            &"x".repeat(300),
        ] {
            let mut request: serde_json::Value = serde_json::from_str(format.fixture).unwrap();
            request["tool_name"] = name.into();
            let output = told(decide(format.name, "allowed"), request.to_string());
            let reason = format.reason(&output);
            assert!(
                reason.starts_with("the tool's name has"),
                "{name:?}: {reason}"
            );
        }
    }
}

#[test]
fn symguard_blocks_what_its_contract_does() {
    let format = super::formats::named("symguard");
    for (request, reason) in [
        (r#"{"risk_class":"low"}"#, "the request has no command"),
        (
            r#"{"command":" ","risk_class":"low"}"#,
            "the request has no command",
        ),
        (r#"{"command":"ls"}"#, "the request has no risk_class"),
        (
            r#"{"command":"ls","risk_class":"mild"}"#,
            "the request's risk_class has a value",
        ),
        (
            r#"{"command":"ls","risk_class":"low","deadline":"soon"}"#,
            "the request's deadline has a value",
        ),
        (
            r#"{"command":"ls","risk_class":"low","deadline":"2020-01-01T00:00:00Z"}"#,
            "the request's deadline has passed",
        ),
        (
            r#"{"command":"ls","risk_class":"low","warnings":"none"}"#,
            "the request is not JSON that this format allows",
        ),
    ] {
        let output = told(decide(format.name, "allowed"), request);
        let said = format.reason(&output);
        assert!(said.starts_with(reason), "{request}: {said}");
    }
}

/// The class is trimmed and case-blind there, and what a caller adds is no error.
#[test]
fn symguard_reads_what_its_contract_does() {
    let request = r#" {"command":"ls -l","risk_class":" HIGH ","deadline":"2999-01-01T00:00:00+02:00","mode":"x"} "#;
    let output = told(decide("symguard", "says what was asked"), request);
    let said = super::formats::named("symguard").reason(&output);
    for part in [
        r#"risk_class: Some("high")"#,
        r#"command: Some("ls -l")"#,
        r#"tool: "command""#,
    ] {
        assert!(said.contains(part), "{said}");
    }
}
