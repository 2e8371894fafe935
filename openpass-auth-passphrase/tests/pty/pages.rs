//! A question that is longer than the screen.

use std::time::{Duration, Instant};

use futures_lite::future;
use openpass_auth::{
    Challenge, Confirmation as _, Detail, Factor, FactorSet, Line, SafeText, ShownChange,
};
use openpass_auth_passphrase::TerminalConfirmation;

use crate::{RIGHT, person::Person};

const ASKS: &str = "Passphrase: ";
const BY_PERSON: &str = "cancelled by the person";
const NO_ROOM: &str = "nobody could be asked: it has no room to show everything that gives power; use a larger terminal";
/// What stands right above the input line.
const STATEMENT: &str =
    "\r\nYou approve: agent \"hermes\" asks to change agent \"codex\" (42 more powers)\r\n";

fn by_hermes(details: Vec<Detail>) -> Challenge {
    let codex = SafeText::quoted("codex");
    let hermes = SafeText::fill("agent {}", &[&SafeText::quoted("hermes")]);
    let summary = SafeText::fill("change agent {}", &[&codex]);
    let accepts = FactorSet::only(Factor::Passphrase);
    Challenge::new(summary, accepts, Duration::from_secs(60))
        .with_details(details)
        .with_principal(&hermes)
        .with_code(SafeText::literal("7QX4-M2P9"))
}

fn list(entries: &[String]) -> Detail {
    let change = ShownChange::new(
        SafeText::literal("allowedPaths"),
        SafeText::literal("1 entry"),
        SafeText::literal("11 entries"),
        true,
    );
    let added = entries
        .iter()
        .map(|entry| Line::Added(SafeText::whole(entry)));
    let lines = core::iter::once(Line::Unchanged(1)).chain(added);
    Detail::Change(change.with_lines(lines.collect()))
}

/// Forty fields that give power, each in its own way, one of them with a long
/// value, and a list whose last entry is all there is.
pub(crate) fn much() -> Challenge {
    let plain = |n: usize, after: &str| {
        let text = SafeText::whole;
        let change = ShownChange::new(text(&format!("power{n}.")), text("x"), text(after), true);
        Detail::Change(change)
    };
    let mut details: Vec<Detail> = (1..=40).map(|n| plain(n, &format!("new{n}."))).collect();
    details.push(plain(41, &format!("{}THE-TAIL", "x".repeat(600))));
    let mut entries: Vec<String> = (0..9)
        .map(|n| format!("work/{n}/{}", "y".repeat(90)))
        .collect();
    entries.push("*".to_owned());
    details.push(list(&entries));
    by_hermes(details).with_tally(SafeText::literal("42 more powers"))
}

/// What `docs/prompts.md` shows.
pub(crate) fn a_list() -> Challenge {
    let entries: Vec<String> = (1..=9)
        .map(|n| format!("projects/customer-{n}/reports and all that belongs to them"))
        .chain(["*".to_owned()])
        .collect();
    by_hermes(vec![list(&entries)]).with_tally(SafeText::literal("1 more power"))
}

pub(crate) fn confirm() -> String {
    match future::block_on(TerminalConfirmation::new().confirm(&much())) {
        Ok(()) => "yes".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// Turns every page, and returns how many there were.
fn turns_all(person: &mut Person, until: &str) -> usize {
    let mut number = 0;
    loop {
        number += 1;
        person.sees(&format!("Page {number} of "));
        person.sees(" q refuses. ");
        let (_, of) = person
            .screen()
            .rsplit_once(" of ")
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .unwrap();
        let all: usize = of.split('.').next().unwrap().parse().unwrap();
        person.types(if number % 2 == 0 { " " } else { "\r" });
        if number == all {
            person.sees(until);
            return number;
        }
    }
}

#[test]
fn case_42_the_25th_widening_change_a_long_values_tail_and_a_lists_end_are_seen() {
    for (rows, columns) in [(24, 80), (24, 100), (10, 60), (60, 80)] {
        let mut person = Person::at_size("ask about much", rows, columns);
        turns_all(&mut person, ASKS);
        let screen = person.screen();
        for n in 1..=40 {
            assert!(screen.contains(&format!("new{n}.")), "{n}: {screen}");
        }
        assert!(screen.replace(['\r', '\n', ' '], "").contains("xTHE-TAIL"));
        assert!(screen.contains("\r\n    + *\r\n"), "{screen}");
        person.types(format!("{RIGHT}\r"));
        person.ends_with("yes");
    }
}

#[test]
fn case_42_who_asks_for_what_stands_above_the_input_line_after_the_pages() {
    for rows in [8, 24, 50] {
        let mut person = Person::at_size("ask about much", rows, 80);
        turns_all(&mut person, ASKS);
        let screen = person.screen();
        let end = format!("{STATEMENT}{ASKS}");
        assert!(screen.ends_with(&end), "{screen}");
        person.types("\x03");
        person.ends_with(BY_PERSON);
    }
}

#[test]
fn case_42_a_key_refuses_on_every_page_and_nothing_is_asked() {
    for key in ["q", "Q", "\x03", "\x04", "\x1c"] {
        let mut person = Person::at("ask about much");
        person.sees("Page 1 of ");
        person.sees("refuses. ");
        person.types(" ");
        person.sees("Page 2 of ");
        person.sees("refuses. ");
        person.types(key);
        person.ends_with(BY_PERSON);
        assert!(!person.screen().contains(ASKS));
    }
}

#[test]
fn case_42_what_is_typed_into_the_pages_is_neither_shown_nor_taken() {
    let mut person = Person::at("ask about much, then read a line");
    person.sees("Page 1 of ");
    person.sees("refuses. ");
    person.types_to_the_end("hunter2");
    person.types_to_the_end(&format!("{RIGHT}\r{RIGHT}\r"));
    // All of that turned one page, and what came early is thrown away.
    person.sees("Page 2 of ");
    person.types_to_the_end("giraffe\x1b[6~");
    person.types(" ");
    person.sees("Page 3 of ");
    person.sees("refuses. ");
    person.types("zebra \r");
    person.sees("Page 4 of 4. ");
    person.sees("refuses. ");
    person.types(format!(" {RIGHT}\r"));
    person.sees(ASKS);
    person.types("\r");
    person.ends_with("the answer was wrong");
    person.sees("the passphrase is empty");
    person.types("my own line\n");
    assert_eq!(person.hears(), r#"line "my own line\n""#);
    let screen = person.screen();
    for typed in ["hunter", "correct", "giraffe", "zebra"] {
        assert!(!screen.contains(typed), "{typed}: {screen}");
    }
}

/// More than is read at once, with a key for the next page at both ends.
fn burst() -> String {
    format!(" {} \r", "zebra".repeat(40))
}

#[test]
fn case_42_what_is_typed_before_a_page_is_there_does_not_turn_it() {
    let mut person = Person::at("ask about much");
    person.sees("Page 1 of 4. ");
    person.sees("refuses. ");
    person.types(burst());
    person.sees("Page 2 of 4. ");
    person.sees("refuses. ");
    person.types("\x03");
    person.ends_with(BY_PERSON);
    let screen = person.screen();
    assert!(!screen.contains("Page 3") && !screen.contains("zebra"));
}

#[test]
fn case_42_a_key_that_is_held_down_turns_one_page_and_is_no_passphrase() {
    // Held on a page in the middle, and on the last one.
    for (held_on, next) in [(2, "Page 3 of 4. "), (4, ASKS)] {
        // A machine so busy that the key seems to be let go tells nothing.
        let seen = (0..60).find_map(|_| {
            let mut person = Person::at("ask about much");
            for number in 1..held_on {
                person.sees(&format!("Page {number} of 4. "));
                person.sees("refuses. ");
                person.types(" ");
            }
            person.sees(&format!("Page {held_on} of 4. "));
            person.sees("refuses. ");
            let mut slowest = Duration::ZERO;
            for _ in 0..150 {
                let begun = Instant::now();
                person.types_to_the_end(" ");
                slowest = slowest.max(begun.elapsed());
            }
            let screen = person.screen();
            person.types("\x03");
            person.ends_with(BY_PERSON);
            (slowest < Duration::from_millis(50)).then_some(screen)
        });
        let screen = seen.expect("the machine is too busy to hold a key down");
        assert!(!screen.contains(next), "{screen}");
    }
}

#[test]
fn case_42_keys_sent_ahead_turn_no_page_and_enter_nothing() {
    let mut person = Person::at_size("ask about much", 10, 60);
    person.types_to_the_end(&" \r".repeat(500));
    person.sees("refuses. ");
    person.types("q");
    person.ends_with(BY_PERSON);
    let screen = person.screen();
    assert!(
        !screen.contains("Page 2 of ") && !screen.contains(ASKS),
        "{screen}"
    );
}

#[test]
fn case_42_what_is_typed_with_the_last_page_is_no_part_of_the_passphrase() {
    let mut person = Person::at("ask about much");
    for number in 1..=3 {
        person.sees(&format!("Page {number} of 4. "));
        person.sees("refuses. ");
        person.types(" ");
    }
    person.sees("Page 4 of 4. ");
    person.sees("refuses. ");
    person.types(burst());
    person.sees(ASKS);
    person.types(format!("{RIGHT}\r"));
    person.ends_with("yes");
    assert!(!person.screen().contains("zebra"));
}

#[test]
fn case_42_a_window_that_changes_meanwhile_shows_it_anew() {
    let mut person = Person::at("ask about much");
    person.sees("Page 1 of ");
    person.sees("refuses. ");
    person.types(" ");
    person.sees("Page 2 of ");
    person.resizes_to_size(30, 70);
    person.sees("Approve: agent \"hermes\"");
    turns_all(&mut person, ASKS);
    assert!(!person.echo_is_on());
    person.types("\x03");
    person.ends_with(BY_PERSON);

    // One that gets too small has nothing approved.
    let mut person = Person::at("ask about much");
    person.sees("Page 1 of ");
    person.resizes_to_size(3, 70);
    person.ends_with(NO_ROOM);
    assert!(!person.screen().contains(ASKS));
}

#[test]
fn case_42_a_screen_without_room_asks_nobody_and_shows_nothing() {
    for (rows, columns) in [(1, 1), (5, 80), (24, 19), (1, 0), (0, 1)] {
        let mut person = Person::at_size("ask about much", rows, columns);
        person.ends_with(NO_ROOM);
        assert_eq!(person.screen(), "");
    }
}

#[test]
fn case_42_a_terminal_that_does_not_know_its_size_is_asked_as_one_of_24_by_80() {
    let mut person = Person::at_size("ask", 0, 0);
    person.sees("Approve: ");
    person.sees(ASKS);
    person.types(format!("{RIGHT}\r"));
    person.ends_with("yes");
    let mut person = Person::at_size("ask about much", 0, 0);
    person.sees("Page 1 of ");
    person.types("q");
    person.ends_with(BY_PERSON);
}

#[test]
fn case_42_a_yes_or_no_has_the_same_pages_and_promises() {
    let mut person = Person::at("confirm much");
    person.sees("Page 1 of ");
    person.types("y\r");
    person.sees("Page 2 of ");
    person.types("q");
    person.ends_with(BY_PERSON);

    let mut person = Person::at("confirm much");
    turns_all(&mut person, "Proceed? [y/N] ");
    let screen = person.screen();
    assert!(
        screen.ends_with(&format!("{STATEMENT}Proceed? [y/N] ")),
        "{screen}"
    );
    assert!(screen.contains("\r\n    + *\r\n"));
    person.types("y\r");
    person.ends_with("yes");

    let mut person = Person::at_size("confirm much", 1, 1);
    person.ends_with(NO_ROOM);
}
