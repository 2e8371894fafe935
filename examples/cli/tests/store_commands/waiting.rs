//! What an agent hears when nobody can be asked where it runs.

use crate::sample::Sample;

const RAISE: [&str; 5] = ["agent", "upgrade", "codex", "--tier", "admin"];
const AGENT: [(&str, &str); 1] = [("OPENPASS_AGENT", "hermes")];

fn as_json(command: &[&'static str]) -> Vec<&'static str> {
    [command, &["--output", "json"]].concat()
}

#[test]
fn c9_the_code_of_a_request_is_a_field_and_the_exit_code_its_own() {
    let sample = Sample::new();
    let ended = sample.run_with(&as_json(&RAISE), &[], &AGENT).with(13);
    let json = ended.json();
    let request = &json["request"];
    let code = request["code"].as_str().unwrap();
    assert_eq!(json["code"], 13);
    assert_eq!(request["agent"], "hermes");
    assert!(request["expires"].is_string(), "{json}");
    let approve = request["approve"].as_str().unwrap();
    assert!(approve.ends_with(&format!(" approve {code}")), "{approve}");
    drop(sample.run(&["approve"]).with(0).showing(code));
    // The same request keeps its code.
    let again = sample.run_with(&as_json(&RAISE), &[], &AGENT).with(13);
    assert_eq!(again.json()["request"]["code"], *code);
}

#[test]
fn c9_no_agent_is_told_to_give_the_passphrase() {
    let sample = Sample::new();
    let commands: [&[&str]; 5] = [
        &RAISE,
        &["agent", "upgrade", "nobody", "--tier", "admin"],
        &["agent", "token", "new", "codex"],
        &["auth", "rotate-passphrase"],
        &["guard", "set", "step-up", "confirm"],
    ];
    for command in commands {
        let ended = sample.run_with(command, &[], &AGENT);
        assert_ne!(ended.code(), 0, "{ended:#?}");
        for told in ["passphrase-fd", "give the passphrase"] {
            assert!(!ended.stderr.contains(told), "{ended:#?}");
        }
    }
    let ended = sample.run_with(&RAISE, &[], &AGENT).with(13);
    drop(ended.showing("Hint: tell the person you work for"));
}

#[test]
fn c9_a_person_hears_of_nobody_and_how_to_give_the_passphrase() {
    let sample = Sample::new();
    let ended = sample.run(&as_json(&RAISE)).with(11);
    assert!(ended.json().get("request").is_none());
    drop(ended.showing("--passphrase-fd N"));
}

#[test]
fn c9_what_cannot_wait_ends_as_what_nobody_can_be_asked_for() {
    let sample = Sample::new();
    for (tier, agent) in [("a", "x1"), ("b", "x2"), ("c", "x3"), ("d", "x4")] {
        let add = ["agent", "token", "new", "codex", "--label", tier];
        let ended = sample.run_with(&add, &[], &AGENT);
        assert_eq!(ended.code(), 13, "{agent}: {ended:#?}");
    }
    let ended = sample.run_with(&as_json(&RAISE), &[], &AGENT).with(11);
    let json = ended.json();
    let error = json["error"].as_str().unwrap();
    assert!(error.contains("cannot wait for a person"), "{error}");
    assert!(json.get("request").is_none());
}
