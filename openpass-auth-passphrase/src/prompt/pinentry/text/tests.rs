use std::time::Duration;

use openpass_auth::{Challenge, FactorSet, Line, SafeText, ShownChange};

use super::*;
use crate::prompt::wrap::width;

fn challenge(summary: &str, details: Vec<Detail>) -> Challenge {
    let summary = SafeText::escape(summary);
    Challenge::new(summary, FactorSet::EMPTY, Duration::from_secs(60))
        .with_details(details)
        .with_code(SafeText::literal("7QX4-M2P9"))
}

fn question(summary: &str, details: Vec<Detail>) -> Question {
    (&challenge(summary, details)).into()
}

fn change(field: &str, after: &str, widens: bool) -> Detail {
    let text = SafeText::whole;
    let before = SafeText::literal("x");
    Detail::Change(ShownChange::new(text(field), before, text(after), widens))
}

fn list(field: &str, added: &[String]) -> Detail {
    let lines = added
        .iter()
        .map(|entry| Line::Added(SafeText::whole(entry)));
    let short = || SafeText::literal("entries");
    let change = ShownChange::new(SafeText::whole(field), short(), short(), true);
    Detail::Change(change.with_lines(lines.collect()))
}

/// The lines that the dialog would show.
fn shown(question: &Question) -> Vec<String> {
    let command = description(question).unwrap();
    assert!(command.len() <= LINE);
    assert!(!command.contains('\n'));
    let text = command.strip_prefix(COMMAND).unwrap();
    let lines: Vec<String> = text
        .split("%0A")
        .map(|line| line.replace("%25", "%"))
        .collect();
    assert!(lines.len() <= LINES, "{lines:?}");
    assert!(lines.iter().all(|line| width(line) <= COLUMNS), "{lines:?}");
    lines
}

#[test]
fn a_short_question_is_shown_whole() {
    let details = vec![change("limit", "y", false), change("tier", "admin", true)];
    let expected = [
        "Approve: raise 100%",
        "! tier x → admin",
        "  limit x → y",
        "Fingerprint 7QX4-M2P9.",
    ];
    assert_eq!(shown(&question("raise 100%", details)), expected);
}

#[test]
fn case_41_who_asks_and_all_that_gives_power_are_shown_or_nobody_is_asked() {
    let by = SafeText::fill("agent {}", &[&SafeText::quoted("hermes")]);
    let details = vec![
        list("allowedPaths", &["*".to_owned()]),
        change("canWrite", "true", true),
        change("canReadValues", "true", true),
    ];
    let asked = challenge("change it", details).with_principal(&by);
    let expected = [
        "Approve: agent \"hermes\" asks to change it",
        "! allowedPaths + *",
        "! canWrite, canReadValues x → true",
        "Fingerprint 7QX4-M2P9.",
    ];
    assert_eq!(shown(&(&asked).into()), expected);

    let mut paths: Vec<String> = (0..9)
        .map(|n| format!("work/{n}/{}", "x".repeat(60)))
        .collect();
    paths.push("*".to_owned());
    let long = question("change it", vec![list("allowedPaths", &paths)]);
    assert_eq!(description(&long), Err(Unavailable::NoRoom));
}

#[test]
fn case_22_what_gives_no_power_is_bounded_and_counted() {
    for text in ["x", "é", "漢", "\u{e01}", "<", "%", "a b"] {
        let long = text.repeat(10_000);
        let mut details = vec![change("tier", "admin", true)];
        details.extend((0..50).map(|_| change("other", &long, false)));
        details.push(Detail::NotShown { changes: 7 });
        let lines = shown(&question("change everything", details));
        assert!(lines.contains(&"! tier x → admin".to_owned()));
        let counted = "Not shown, gives no power: 57.".to_owned();
        assert!(lines.contains(&counted), "{lines:?}");
        // And what gives power never is.
        let long = question("change it", vec![change("tier", &long, true)]);
        assert_eq!(description(&long), Err(Unavailable::NoRoom), "{text}");
    }
}

#[test]
fn case_60_notices_come_before_what_gives_no_power_and_refuse_nothing() {
    let others = (0..20).map(|n| change(&format!("other{n}"), &n.to_string(), false));
    let mut details: Vec<Detail> = vec![change("tier", "admin", true)];
    details.extend(others);
    let told = SafeText::literal("it accepts the new fingers");
    let long = SafeText::whole(&"too long ".repeat(100));
    let asked = challenge("change it", details).with_notices(vec![long, told]);
    let lines = shown(&(&asked).into());
    assert_eq!(lines[1], "! tier x → admin");
    assert_eq!(lines[2], "  note: it accepts the new fingers");
    assert_eq!(lines[3], "  other0 x → 0");
    assert_eq!(lines[8], "Not shown, gives no power: 15.");
}

#[test]
fn case_22_tags_and_line_ends_are_seen_and_not_obeyed() {
    let name = "<br>Code 1234.\nSETOK yes&lt;%0A";
    let lines = shown(&question(name, Vec::new()));
    let text = lines.concat();
    assert!(text.contains(r"\u{3c}br>"), "{text}");
    assert!(!text.contains(['<', '&']));
    assert!(text.contains("%0A"), "{text}");
    assert_eq!(lines.last().unwrap(), "Fingerprint 7QX4-M2P9.");
}

#[test]
fn a_summary_that_does_not_fit_is_not_cut_but_refused() {
    let part = SafeText::escape(&"x".repeat(160));
    let summary = SafeText::fill("{}{}{}{}", &[&part; 4]);
    let timeout = Duration::from_secs(60);
    let challenge = Challenge::new(summary, FactorSet::EMPTY, timeout);
    let refused = description(&Question::from(&challenge));
    assert_eq!(refused, Err(Unavailable::NoRoom));
}
