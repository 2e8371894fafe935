//! Where nobody is asked.

use crate::{RIGHT, person::Person};

#[test]
fn case_32_without_a_terminal_it_refuses_at_once() {
    let mut person = Person::at("ask without a terminal");
    person.ends_with("nobody could be asked: there is no terminal to ask on");
    assert_eq!(person.screen(), "");
}

#[test]
fn in_the_background_it_refuses_instead_of_stopping() {
    let mut person = Person::at("ask in the background");
    person.ends_with("nobody could be asked: the program is not in the terminal's foreground");
    assert_eq!(person.screen(), "");
}

#[test]
fn a_terminal_that_another_prompt_holds_is_left_alone() {
    let mut person = Person::at("turn echo off, then ask");
    let refused = "nobody could be asked: another program is asking on this terminal";
    assert_eq!(person.hears(), refused);
    assert!(!person.echo_is_on(), "it belongs to the other");
    assert_eq!(person.screen(), "");
}

#[test]
fn case_2_a_passphrase_on_stdin_is_not_read() {
    let mut person = Person::at("ask for a moment");
    person.pipes(&format!("{RIGHT}\n"));
    person.ends_with("nobody answered in time");
}
