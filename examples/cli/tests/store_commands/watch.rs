//! `approve --watch`: a person at a terminal, and requests that come.

use openpass_testkit::Person;

use crate::{
    approval::left_by,
    sample::{PASSPHRASE, Sample},
};

const CONTROL_C: &str = "\x03";

fn tier(sample: &Sample) -> String {
    sample.run(&["agent", "show", "codex"]).with(0).stdout
}

const ENTER: &str = "Enter shows the question";

/// Asks for the question about what is shown.
fn wants_it(person: &mut Person) {
    person.sees(ENTER).types("\r");
}

/// Leaves by ^C, which ends the program while it waits.
fn ends(mut person: Person) {
    person.types(CONTROL_C);
    let (ended, restored) = person.ends();
    assert!(restored);
    assert_eq!(ended.signal(), Some(2), "{ended:?}");
}

/// Of two requests, with another change each.
fn another(sample: &Sample) -> String {
    let variables = [("OPENPASS_AGENT", "hermes")];
    let narrower = ["agent", "upgrade", "codex", "--tier", "standard"];
    let ended = sample.run_with(&narrower, &[], &variables).with(13);
    let (_, code) = ended.stderr.split_once(" approve ").unwrap();
    code.trim().get(..9).unwrap().to_owned()
}

#[test]
fn a_request_is_shown_as_it_comes_and_what_is_refused_waits_on() {
    let sample = Sample::new();
    let mut person = sample.person(&["approve", "--watch"]);
    person.sees("Requests are shown as they come");
    let first = left_by(&sample, "hermes");
    person.sees(&first).sees("agent \"hermes\"");
    wants_it(&mut person);
    person.sees("Passphrase").types(CONTROL_C);
    person
        .sees("still waits")
        .sees(&format!("openpass deny {first}"));
    let second = another(&sample);
    person.sees(&second);
    wants_it(&mut person);
    person.sees("Passphrase");
    person.types(format!("{PASSPHRASE}\r")).sees("Approved");
    assert!(tier(&sample).contains("Tier:  standard"));
    // What was refused is not asked about again.
    let third = left_by(&sample, "hermes");
    assert_eq!(third, first);
    ends(person);
    sample.run(&["approve"]).with(0).showing(&first);
}

#[test]
fn two_that_wait_are_asked_about_one_after_the_other() {
    let sample = Sample::new();
    let (first, second) = (another(&sample), left_by(&sample, "hermes"));
    let listed = sample.run(&["approve"]).with(0).stdout;
    let place = |code: &str| listed.find(code).unwrap();
    assert!(
        place(&second) < place(&first),
        "the newest is first:\n{listed}"
    );
    let mut person = sample.person(&["approve", "--watch"]);
    for code in [&first, &second] {
        person.sees(code);
        wants_it(&mut person);
        person.sees("Passphrase");
        person.types(format!("{PASSPHRASE}\r")).sees("Approved");
    }
    ends(person);
    assert!(tier(&sample).contains("Tier:  admin"));
}

#[test]
fn case_39_one_that_was_exchanged_under_its_code_is_asked_about_anew() {
    let sample = Sample::new();
    let code = left_by(&sample, "hermes");
    let mut person = sample.person(&["approve", "--watch"]);
    person.sees("raise agent \"codex\"");
    wants_it(&mut person);
    person.sees("Passphrase").types(CONTROL_C);
    person.sees("still waits");
    let path = format!("guard/pending/{code}.json");
    let other = sample.read(&path).replacen("\"codex\"", "\"openclaw\"", 1);
    sample.write(&path, &other);
    person.sees(&code).sees("agent \"openclaw\"");
    // Exchanged once more before the question: what was shown is not asked about.
    sample.write(&path, &other.replacen("\"openclaw\"", "\"codex\"", 1));
    wants_it(&mut person);
    person.sees("waits no more as it was shown");
    person.sees("agent \"codex\"");
    person.sees(ENTER);
    ends(person);
}

/// An Enter that was typed while nothing waited puts up no question of a later request.
#[test]
fn case_48_an_enter_of_before_puts_up_no_question() {
    let sample = Sample::new();
    let mut person = sample.person(&["approve", "--watch"]);
    person.sees("Requests are shown as they come").types("\r\r");
    let code = left_by(&sample, "hermes");
    person.sees(&code).sees(ENTER);
    sample.run(&["deny", &code]).with(0);
    person.types("\r").sees("waits no more as it was shown");
    ends(person);
}

/// However fast requests are exchanged, none puts a question up, and ^C ends it.
#[test]
fn case_48_requests_without_end_put_up_no_question() {
    let sample = Sample::new();
    let code = left_by(&sample, "hermes");
    let mut person = sample.person(&["approve", "--watch"]);
    person.sees(ENTER);
    let path = format!("guard/pending/{code}.json");
    let text = sample.read(&path);
    for agent in ["\"openclaw\"", "\"hermes\""] {
        sample.write(&path, &text.replacen("\"codex\"", agent, 1));
    }
    ends(person);
}

#[test]
fn where_nobody_can_be_asked_it_ends_at_once() {
    let sample = Sample::new();
    sample
        .run(&["approve", "--watch"])
        .with(11)
        .showing("no terminal");
}

#[test]
fn an_agent_a_program_and_a_yes_have_no_watch() {
    let sample = Sample::new();
    let as_agent = [("OPENPASS_AGENT", "hermes")];
    sample
        .run_with(&["approve", "--watch"], &[], &as_agent)
        .with(1)
        .showing("OPENPASS_AGENT");
    sample
        .run(&["approve", "--watch", "--output", "json"])
        .with(1)
        .showing("prints no JSON");
    for flag in ["--yes", "--dry-run", "7QX4-M2P9"] {
        sample
            .run(&["approve", "--watch", flag])
            .with(1)
            .showing("cannot be used with");
    }
}
