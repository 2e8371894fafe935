//! What can be typed, and what becomes of it.

use crate::{RIGHT, person::Person};

const ASKS: &str = "Passphrase: ";
const BY_PERSON: &str = "cancelled by the person";

#[test]
fn the_right_passphrase_is_evidence_and_is_never_shown() {
    let mut person = Person::at("ask");
    person.sees(ASKS);
    assert!(!person.echo_is_on());
    person.types(format!("{RIGHT}\r"));
    person.ends_with("yes");
    assert!(!person.screen().contains("correct"));
}

#[test]
fn a_wrong_passphrase_is_rejected_and_never_shown() {
    let mut person = Person::at("ask");
    person.sees(ASKS);
    person.types("hunter2hunter2\r");
    person.ends_with("the answer was wrong");
    assert!(!person.screen().contains("hunter"));
}

#[test]
fn what_was_typed_wrong_can_be_taken_back() {
    let mut person = Person::at("ask");
    person.sees(ASKS);
    person.types("all wrong\x15");
    person.types(format!("{RIGHT} wrong\x17\x7f\r"));
    person.ends_with("yes");
}

#[test]
fn control_s_does_not_hold_the_question() {
    let mut person = Person::at("ask");
    person.sees(ASKS);
    person.types("\x13ab");
    person.sees("**");
    person.types("\x15");
    person.types(format!("{RIGHT}\r"));
    person.ends_with("yes");
}

#[test]
fn each_character_is_a_star_unless_it_is_silent() {
    let mut person = Person::at("ask");
    person.sees(ASKS);
    person.types("ab\u{e9}");
    person.sees("***");
    person.types("\x7f");
    person.sees("\x08 \x08");
    person.types("\x03");
    person.ends_with(BY_PERSON);

    let mut person = Person::at("ask silently");
    person.sees(ASKS);
    person.types(format!("{RIGHT}\r"));
    person.ends_with("yes");
    assert!(!person.screen().contains('*'));
}

#[test]
fn case_34_control_c_backslash_and_an_empty_control_d_refuse() {
    for key in ["\x03", "\x1c", "\x04", "half\x03", "half\x1c"] {
        let mut person = Person::at("ask");
        person.sees(ASKS);
        person.types(key);
        person.ends_with(BY_PERSON);
        assert!(!person.screen().contains("half"));
    }
}

#[test]
fn case_34_the_deadline_ends_it_and_nothing_typed_is_shown() {
    let mut person = Person::at("ask for a moment");
    person.sees(ASKS);
    person.types("half a pass");
    person.ends_with("nobody answered in time");
    assert!(!person.screen().contains("half"));
}

#[test]
fn case_34_the_rest_of_a_paste_never_reaches_the_shell() {
    let mut person = Person::at("ask, then read a line");
    person.sees(ASKS);
    person.types(format!("{RIGHT}\nrm -rf everything\nand more\n"));
    person.ends_with("yes");
    person.types("my own line\n");
    assert_eq!(person.hears(), r#"line "my own line\n""#);
    assert!(!person.screen().contains("rm -rf"));
}

#[test]
fn case_34_nor_does_the_rest_of_a_paste_that_no_buffer_holds() {
    let mut person = Person::at("ask, then read a line");
    person.sees(ASKS);
    // More than the kernel keeps: most of it comes after Enter was read.
    let rest = "rm -rf everything\n".repeat(20_000);
    person.types(format!("{RIGHT}\n{rest}"));
    person.ends_with("yes");
    person.types("my own line\n");
    assert_eq!(person.hears(), r#"line "my own line\n""#);
}

#[test]
fn case_34_what_is_typed_ahead_is_no_answer() {
    let mut person = Person::at("wait for a word, then ask for a moment");
    person.types(format!("{RIGHT}\n"));
    // Echo is still on: now the kernel has it.
    person.sees(RIGHT);
    person.pipes("go\n");
    person.ends_with("nobody answered in time");
}

#[test]
fn case_34_six_thousand_bytes_are_refused_whole() {
    let mut person = Person::at("ask, then read a line");
    person.sees(ASKS);
    person.types("x".repeat(6000));
    person.types("\r");
    person.ends_with("the answer was wrong");
    person.types("\n");
    assert_eq!(person.hears(), r#"line "\n""#);
    person.sees("longer than 1024 bytes");
    assert!(!person.screen().contains("xx"));
}

#[test]
fn case_34_what_is_no_passphrase_is_refused_with_the_reason() {
    let nonsense: [(&[u8], &str); 2] = [
        (b"\xff\xfe\r", "Refused: the passphrase is not valid UTF-8."),
        (b"\r", "Refused: the passphrase is empty."),
    ];
    for (keys, reason) in nonsense {
        let mut person = Person::at("ask");
        person.sees(ASKS);
        person.types(keys);
        person.ends_with("the answer was wrong");
        person.sees(reason);
    }
}

#[test]
fn dropping_the_future_gives_the_terminal_back_at_once() {
    let mut person = Person::at("drop");
    person.ends_with("echo is back");
}

#[test]
fn a_panic_of_the_host_gives_the_terminal_back_at_once() {
    let mut person = Person::at("panic");
    person.ends_with("echo is back");
}
