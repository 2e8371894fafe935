use std::time::Duration;

use openpass_auth::{Challenge, Detail, FactorSet, Line, SafeText, ShownChange};

use super::*;
use crate::prompt::wrap::width;

const WIDE: Size = Size {
    rows: 24,
    columns: 80,
    charset: Charset::Utf8,
};

fn asked(details: Vec<Detail>) -> Challenge {
    let what = SafeText::literal("do something");
    Challenge::new(what, FactorSet::EMPTY, Duration::from_secs(60)).with_details(details)
}

fn question(details: Vec<Detail>) -> Question {
    (&asked(details)).into()
}

fn change(field: &str, after: &str, widens: bool) -> Detail {
    let text = SafeText::whole;
    let before = SafeText::literal("x");
    Detail::Change(ShownChange::new(text(field), before, text(after), widens))
}

fn list(field: &str, added: &[&str]) -> Detail {
    let lines = added
        .iter()
        .map(|entry| Line::Added(SafeText::whole(entry)));
    let short = || SafeText::literal("entries");
    let change = ShownChange::new(SafeText::whole(field), short(), short(), true);
    Detail::Change(change.with_lines(lines.collect()))
}

/// Everything that is ever on the screen, or why nobody is asked.
fn all(question: &Question, rows: usize, columns: usize) -> Result<Vec<String>, Unavailable> {
    let size = Size {
        rows,
        columns,
        ..WIDE
    };
    let Screens { pages, last } = screens(question, size)?;
    for page in pages.iter().chain([&last]) {
        assert!(page.len() < rows, "{rows} rows: {page:?}");
    }
    Ok(pages.into_iter().flatten().chain(last).collect())
}

#[test]
fn case_22_a_terminal_that_takes_no_utf8_gets_ascii_alone_and_all_of_it() {
    // The second byte of U+009B, and of U+00DB, begins a sequence elsewhere.
    let name = "\u{db}2J\u{5d0}".repeat(30);
    let question = question(vec![change(&name, &name, true), list("paths", &[&name])]);
    for (rows, columns) in [(24, 80), (24, 40), (6, 30)] {
        let size = Size {
            rows,
            columns,
            charset: Charset::Ascii,
        };
        let Screens { pages, last } = screens(&question, size).unwrap();
        let lines: Vec<String> = pages.into_iter().flatten().chain(last).collect();
        assert!(lines.iter().all(|line| line.is_ascii()), "{lines:?}");
        assert!(lines.iter().all(|line| width(line) <= columns), "{lines:?}");
        let seen = lines.concat().replace(' ', "");
        assert!(seen.contains(r"->"), "{seen}");
        assert!(seen.matches(r"\u{db}2J\u{5d0}").count() >= 60, "{seen}");
    }
}

#[test]
fn case_22_no_value_can_be_taken_for_a_line_of_its_own() {
    let fake = "! tier x \u{2192} y Code 1234. Passphrase: + * You approve: ".repeat(4);
    let details = vec![
        change(&fake, &fake, true),
        change("short", &fake, false),
        list("paths", &[&fake, "+ *", "- *"]),
    ];
    let ours = [
        "Approve: do something",
        "You approve: do something",
        "! gives more power: 2 of 3 changes.",
        "Answer within 60 s; ^C refuses.",
        "",
    ];
    for columns in LEAST_COLUMNS..120 {
        let question = question(details.clone());
        for rows in [8, 24, 99] {
            for line in all(&question, rows, columns).unwrap() {
                // Our own marks, and what continues a line, stand apart.
                // The time may have gone on since the question was made.
                let told = line.trim().replace("59", "60");
                let mut known =
                    line.starts_with("    ") || ours.iter().any(|our| our.contains(&told));
                known |= line.starts_with("! ") || line.starts_with("  ");
                assert!(known, "{columns} columns: {line:?}");
                let is_entry = line.starts_with("    + ") || line.starts_with("    - ");
                assert!(!is_entry || line.starts_with("    + \""), "{line:?}");
            }
        }
    }
}

#[test]
fn case_22_nothing_is_wider_than_the_terminal() {
    let long = "x\u{6f22}\u{3b1}".repeat(3_000);
    let details = vec![
        change(&long, &long, true),
        change("short", &long, false),
        list(&long, &[&long, "y"]),
    ];
    let question = question(details);
    for columns in LEAST_COLUMNS..120 {
        for line in all(&question, 24, columns).unwrap() {
            assert!(width(&line) <= columns, "{columns} columns: {line:?}");
        }
    }
}

#[test]
fn case_42_every_widening_change_is_shown_however_many() {
    let details = (0..99).map(|n| change(&format!("power{n}."), &format!("new{n}."), true));
    let question = question(details.collect());
    for (rows, columns) in [(24, 80), (6, 40), (200, 100), (10, 20)] {
        let shown = all(&question, rows, columns).unwrap().concat();
        for n in 0..99 {
            let (field, value) = (format!("power{n}."), format!("new{n}."));
            assert!(shown.contains(&field) && shown.contains(&value), "{n}");
        }
    }
}

#[test]
fn case_42_the_end_of_a_long_value_is_shown() {
    let long = format!("{}THE-END", "x".repeat(10_000));
    let entries: Vec<&str> = core::iter::repeat_n("harmless", 9).chain(["*"]).collect();
    let question = question(vec![change("paths", &long, true), list("list", &entries)]);
    let shown = all(&question, 24, 80).unwrap();
    let unbroken: String = shown.iter().map(|line| line.trim()).collect();
    assert!(unbroken.contains("THE-END"));
    assert!(shown.contains(&"    + *".to_owned()));
}

#[test]
fn case_42_who_asks_for_what_stands_first_and_last_on_every_screen_that_asks() {
    let what = SafeText::literal("raise it");
    let by = SafeText::fill("agent {}", &[&SafeText::quoted("hermes")]);
    let details = (0..99).map(|n| change(&n.to_string(), "y", true)).collect();
    let challenge = Challenge::new(what, FactorSet::EMPTY, Duration::from_secs(60))
        .with_details(details)
        .with_principal(&by)
        .with_tally(SafeText::literal("99 more powers"));
    let question = Question::from(&challenge);
    let statement = r#"agent "hermes" asks to raise it (99 more powers)"#;
    for rows in 24..60 {
        let all = all(&question, rows, 80).unwrap();
        let first = all.iter().find(|line| !line.is_empty()).unwrap();
        assert_eq!(*first, format!("Approve: {statement}"));
        assert_eq!(*all.last().unwrap(), format!("You approve: {statement}"));
    }
}

#[test]
fn case_42_a_terminal_without_room_asks_nobody() {
    let small = question(vec![change("tier", "admin", true)]);
    for (rows, columns) in [(0, 0), (1, 1), (5, 80), (24, 19), (usize::MAX, 1)] {
        assert_eq!(all(&small, rows, columns), Err(Unavailable::NoRoom));
    }
    for (rows, columns) in [
        (LEAST_ROWS, 40),
        (24, LEAST_COLUMNS),
        (usize::MAX, usize::MAX),
    ] {
        assert!(all(&small, rows, columns).is_ok(), "{rows} x {columns}");
    }
    let name = SafeText::quoted_whole(&"x".repeat(3_000));
    let long = SafeText::fill("remove agent {}", &[&name]);
    let long = Challenge::new(long, FactorSet::EMPTY, Duration::from_secs(60));
    assert_eq!(all(&(&long).into(), 24, 80), Err(Unavailable::NoRoom));
    assert!(all(&(&long).into(), 80, 80).is_ok());
}

#[test]
fn few_words_save_the_pages() {
    let details = (0..30)
        .map(|n| change(&format!("p{n}"), "y", true))
        .collect();
    let screens = screens(&question(details), WIDE).unwrap();
    assert!(screens.pages.is_empty());
    assert!(screens.last.concat().contains("! p0, p1, p2, "));

    // But not where one entry would be lost in a block of text.
    let mut entries: Vec<String> = (0..60).map(|n| format!("entry-{n}/")).collect();
    entries.push("*".to_owned());
    let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
    let paged = super::screens(&question(vec![list("paths", &entries)]), WIDE).unwrap();
    assert!(paged.pages.concat().contains(&"    + *".to_owned()));
}

#[test]
fn what_widens_is_counted_with_all_that_does_not() {
    let mut details = vec![change("tier", "admin", true)];
    details.extend((0..3).map(|n| change(&n.to_string(), "y", false)));
    details.push(Detail::NotShown { changes: 96 });
    let lines = all(&question(details), 24, 80).unwrap();
    assert!(lines.contains(&"! tier  x \u{2192} admin".to_owned()));
    assert!(lines.contains(&"  not shown: 96 changes that give no power".to_owned()));
    assert!(lines.contains(&"! gives more power: 1 of 100 changes.".to_owned()));
}

#[test]
fn case_60_a_notice_is_shown_behind_the_changes() {
    let notice = SafeText::literal("this approval accepts the newly enrolled fingers");
    let asked = asked(vec![change("tier", "admin", true)]).with_notices(vec![notice]);
    let lines = all(&(&asked).into(), 24, 80).unwrap();
    let place = |text: &str| lines.iter().position(|line| line.contains(text)).unwrap();
    assert!(place("! tier") < place("newly enrolled fingers"));
}

#[test]
fn case_42_ten_thousand_entries_are_pages() {
    let entries: Vec<String> = (0..10_000).map(|n| format!("entry{n}.")).collect();
    let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
    let screens = screens(&question(vec![list("paths", &entries)]), WIDE).unwrap();
    assert!(screens.pages.len() > 400);
    assert!(
        screens
            .pages
            .concat()
            .contains(&"    + entry9999.".to_owned())
    );
    assert!(screens.last.len() < 24);
}

#[test]
fn the_label_of_a_page_is_short_where_the_long_one_leaves_no_room_to_type() {
    let long = page_label(1, 2, 200);
    assert!(long.starts_with("Page 1 of 2."), "{long}");
    assert_eq!(page_label(1, 2, long.len() + 1), long);
    assert_eq!(page_label(1, 2, long.len()), "1/2 Space q: ");
}

#[test]
fn case_22_one_change_that_is_not_shown_is_told_as_one() {
    for (changes, said) in [(1, "1 change that gives"), (2, "2 changes that give")] {
        let question = question(vec![Detail::NotShown { changes }]);
        let shown = all(&question, 24, 80).unwrap();
        let is_told = shown.iter().any(|line| line.contains(said));
        assert!(is_told, "{shown:?}");
        let counts_power = shown.iter().any(|line| line.contains("gives more power"));
        assert!(!counts_power, "{shown:?}");
    }
}
