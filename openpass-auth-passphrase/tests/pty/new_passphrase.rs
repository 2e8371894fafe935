//! Choosing a passphrase.

use crate::{RIGHT, person::Person};

const FIRST: &str = "New passphrase: ";
const AGAIN: &str = "Once more: ";

#[test]
fn a_new_passphrase_is_typed_twice() {
    let mut person = Person::at("choose");
    person.sees("Choose a passphrase for the new vault: at least 12 characters.");
    person.sees(FIRST);
    person.types(format!("{RIGHT}\r"));
    person.sees(AGAIN);
    person.types(format!("{RIGHT}\r"));
    person.ends_with(&format!("chosen {RIGHT}"));
    assert!(!person.screen().contains("correct"));
}

#[test]
fn two_different_ones_are_none() {
    let mut person = Person::at("choose");
    person.sees(FIRST);
    person.types(format!("{RIGHT}\r"));
    person.sees(AGAIN);
    person.types("incorrect horse battery stap\r");
    person.ends_with("the two passphrases differ");
}

#[test]
fn a_short_one_is_refused_before_the_second() {
    let mut person = Person::at("choose");
    person.sees(FIRST);
    person.types("eleven char\r");
    person.ends_with("a new passphrase needs at least 12 characters");
    assert!(!person.screen().contains(AGAIN));
}

#[test]
fn p7_blanks_alone_and_a_tab_are_refused_before_the_second() {
    for (typed, why) in [
        ("              ", "only blanks"),
        ("a new\tpassphrase", "contain control characters"),
    ] {
        let mut person = Person::at("choose");
        person.sees(FIRST);
        person.types(format!("{typed}\r"));
        let said = person.hears();
        assert!(said.contains(why), "{said}");
        assert!(!person.screen().contains(AGAIN));
    }
}

#[test]
fn it_can_be_cancelled() {
    let mut person = Person::at("choose");
    person.sees(FIRST);
    person.types("\x03");
    person.ends_with("cancelled by the person");
}
