//! `approve --watch`: a person at a terminal, and calls that come.

use openpass_testkit::Person;
use serde_json::json;

use crate::{
    approved::{stage, waits},
    stage::Stage,
};

const CONTROL_C: &str = "\x03";
const ENTER: &str = "Enter shows the question";

/// A person who watches what waits.
fn watches(stage: &Stage) -> Person {
    let mut person = stage.person_typing(&["approve", "--watch", "--policy"]);
    person.sees("Requests are shown as they come");
    person
}

#[test]
fn calls_are_shown_as_they_come_and_what_is_declined_is_asked_about_once() {
    let stage = stage();
    let mut person = watches(&stage);
    let mut client = stage.client();
    let (first, code) = waits(&mut client, "write_note", json!({"path": "/first"}));
    person
        .sees(&code)
        .sees("\"write_note\"")
        .sees(ENTER)
        .types("\r");
    person.sees("Passphrase").types(CONTROL_C);
    person.sees("still waits").sees("--deny");
    let mut other = stage.client();
    let (second, code) = waits(&mut other, "write_note", json!({"path": "/second"}));
    person.sees(&code).sees(ENTER).types("\r");
    person.reads_and_answers();
    person.sees("Signed");
    let answer = other.answer(second);
    assert_eq!(answer["result"]["content"][0]["text"], "done", "{answer}");
    // What was declined is not asked about again, and is still there to be denied.
    let listed = stage.nobody(&["approve"]).with(0).stdout;
    let declined = listed.split_whitespace().next().unwrap();
    drop(stage.nobody(&["approve", declined, "--deny"]).with(0));
    let answer = client.answer(first);
    assert_eq!(answer["result"]["structuredContent"]["code"], "declined");
    person.types(CONTROL_C);
    let (ended, restored) = person.ends();
    assert!(restored);
    assert_eq!(ended.signal(), Some(2), "{ended:?}");
    let calls = stage.calls();
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert_eq!(calls[0]["arguments"]["path"], "/second");
}

#[test]
fn case_39_a_call_that_was_exchanged_under_its_code_is_shown_anew() {
    let stage = stage();
    let mut client = stage.client();
    let (id, code) = waits(&mut client, "write_note", json!({"path": "/a"}));
    let mut person = watches(&stage);
    person.sees(&code).sees(ENTER);
    let file = format!("guard/calls/{code}.json");
    let text = std::fs::read_to_string(stage.vault.path(&file)).unwrap();
    stage.by_hand(&file, &text.replace("write_note", "read_note"));
    person.types("\r");
    person
        .sees("waits no more as it was shown")
        .sees("\"read_note\"");
    drop(stage.nobody(&["approve", &code, "--deny"]).with(0));
    drop(client.answer(id));
    assert!(stage.calls().is_empty());
    person.types(CONTROL_C);
    drop(person.ends());
}

#[test]
fn where_nobody_can_be_asked_the_watch_ends_at_once() {
    let stage = stage();
    stage
        .nobody(&["approve", "--watch"])
        .with(11)
        .showing("no terminal");
}
