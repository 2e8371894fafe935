//! What pinentry is told to show.

use crate::{fake::Fake, host::Host};

#[test]
fn the_dialog_shows_what_is_approved() {
    let fake = Fake::right();
    assert_eq!(Host::with("ask", &fake.program()).says(), "yes");
    assert_eq!(fake.transcript(), include_str!("shown.txt"));
}

#[test]
fn the_second_attempt_says_that_the_last_answer_was_wrong() {
    let fake = Fake::right();
    let said = Host::with("ask for the second time", &fake.program()).says();
    assert_eq!(said, "yes");
    let note = "\nSETERROR Attempt 2 of 3: the last answer was wrong.\n";
    assert!(fake.transcript().contains(note));
}

#[test]
fn case_22_hostile_text_is_shown_and_moves_nothing() {
    let fake = Fake::right();
    let said = Host::with("ask about hostile text", &fake.program()).says();
    assert_eq!(said, "yes");
    let transcript = fake.transcript();
    let descriptions: Vec<&str> = transcript
        .lines()
        .filter(|line| line.starts_with("SETDESC"))
        .collect();
    let [description] = descriptions.as_slice() else {
        panic!("{descriptions:?}");
    };
    assert!(description.len() <= 1000);
    // No control character, nothing invisible, no tag, no escape of theirs.
    assert!(
        description
            .chars()
            .all(|c| c.is_ascii_graphic() || " →…".contains(c))
    );
    assert!(!description.contains(['<', '&']));
    assert!(
        description.contains(r"\u{1b}[2J\u{202e}\r\nSETDESC") || description.contains(r"\u{202e}")
    );
    let lines: Vec<&str> = description.split("%0A").collect();
    assert!(lines.len() <= 10, "{lines:?}");
    let counted = "Not shown, gives no power: 30.";
    assert!(lines.contains(&counted), "{lines:?}");
}

#[test]
fn case_41_what_the_dialog_has_no_room_for_is_not_asked() {
    let fake = Fake::right();
    let said = Host::with("ask about hostile text that gives power", &fake.program()).says();
    assert_eq!(
        said,
        "nobody could be asked: it has no room to show everything that gives power; use a \
         larger terminal"
    );
    assert!(!fake.was_run(), "{}", fake.transcript());
}
