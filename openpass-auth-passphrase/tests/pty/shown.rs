//! What the person sees before they answer.

use crate::person::Person;

/// What the prompt shows in a terminal of so many columns, but for blanks at
/// the ends of lines.
fn shown(role: &str, columns: u16) -> String {
    let mut person = Person::at_columns(role, columns);
    person.sees("Passphrase: ");
    person.types("\x03");
    person.ends_with("cancelled by the person");
    let screen = person.screen();
    let lines: Vec<&str> = screen.lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}

#[test]
fn every_line_is_shown_at_80_columns() {
    assert_eq!(shown("ask", 80), include_str!("80-columns.txt"));
}

#[test]
fn every_line_is_shown_at_40_columns() {
    assert_eq!(shown("ask", 40), include_str!("40-columns.txt"));
}

#[test]
fn the_second_attempt_says_that_the_last_answer_was_wrong() {
    let screen = shown("ask for the second time", 80);
    assert!(screen.contains("Attempt 2 of 3: the last answer was wrong.\n"));
}

#[test]
fn case_42_what_is_longer_than_the_screen_is_shown_page_by_page() {
    let mut person = Person::at_size("ask about a list", 12, 80);
    person.sees("Page 1 of 2. ");
    person.types(" ");
    person.sees("Page 2 of 2. ");
    person.types("\r");
    person.sees("Passphrase: ");
    person.types("\x03");
    person.ends_with("cancelled by the person");
    let screen = person.screen();
    let lines: Vec<&str> = screen.lines().map(str::trim_end).collect();
    assert_eq!(lines.join("\n") + "\n", include_str!("pages.txt"));
}
