//! A question as a dialog shows it.

use openpass_auth::Detail;

use super::connection::LINE;
use crate::{
    Question,
    prompt::{
        layout::{change_count, mark},
        wrap::wrap,
    },
};

/// More lines push the buttons off a small screen, and GTK breaks longer ones
/// itself, at the margin, where a value could be taken for a line of its own.
const LINES: usize = 10;
const COLUMNS: usize = 44;
const COMMAND: &str = "SETDESC ";

/// The command that shows `question`, or `None` when it is too long to show.
///
/// All of the summary is shown. Of the details, those that give power come
/// first; what does not fit is counted, and said to give power if it does.
pub(super) fn description(question: &Question) -> Option<String> {
    let mut details: Vec<&Detail> = question.details().iter().collect();
    details.sort_by_key(|detail| !widens(detail));
    (0..=details.len().min(LINES)).rev().find_map(|shown| {
        let (shown, hidden) = details.split_at_checked(shown)?;
        let lines = lines(question, shown, hidden);
        let command = format!("{COMMAND}{}", encoded(&lines.join("\n")));
        (lines.len() <= LINES && command.len() <= LINE).then_some(command)
    })
}

/// The command that says which try it is, from the second on.
pub(super) fn attempt(question: &Question) -> Option<String> {
    let attempt = question.attempt();
    (attempt.number > 1).then(|| {
        let (number, of) = (attempt.number, attempt.of);
        format!("SETERROR Attempt {number} of {of}: the last answer was wrong.")
    })
}

fn lines(question: &Question, shown: &[&Detail], hidden: &[&Detail]) -> Vec<String> {
    let mut lines = Vec::new();
    push(&mut lines, format!("Approve: {}", question.summary()));
    for detail in shown {
        push(&mut lines, line(detail));
    }
    if !hidden.is_empty() {
        let power = hidden.iter().filter(|detail| widens(detail)).count();
        let text = match power {
            0 => format!("+{} more", hidden.len()),
            power => format!("+{} more, of which {power} give more power", hidden.len()),
        };
        push(&mut lines, text);
    }
    let (widening, changes) = change_count(question.details());
    if widening > 0 {
        let text = format!("! gives more power: {widening} of {changes} changes.");
        push(&mut lines, text);
    }
    if let Some(code) = question.code() {
        push(&mut lines, format!("Code {code}."));
    }
    lines
}

fn line(detail: &Detail) -> String {
    match detail {
        Detail::Fact { label, value } => format!("{}{label}: {value}", mark(false)),
        Detail::Change {
            field,
            before,
            after,
            widens,
        } => format!("{}{field}: {before} → {after}", mark(*widens)),
    }
}

const fn widens(detail: &Detail) -> bool {
    matches!(detail, Detail::Change { widens: true, .. })
}

/// Continuation lines stand further in than any line of their own.
fn push(lines: &mut Vec<String>, text: String) {
    const INDENT: usize = 6;
    let text = plain(&text);
    for (number, line) in wrap(&text, COLUMNS, COLUMNS - INDENT)
        .into_iter()
        .enumerate()
    {
        let indent = if number == 0 { 0 } else { INDENT };
        lines.push(format!("{:indent$}{line}", ""));
    }
}

/// Qt takes text with tags for rich text, which could draw lines of its own:
/// what begins one is shown by its number, as every unsafe character is.
fn plain(text: &str) -> String {
    text.replace('<', "\\u{3c}").replace('&', "\\u{26}")
}

/// Assuan's escapes, for what would end the line or begin an escape.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '%' => encoded.push_str("%25"),
            '\n' => encoded.push_str("%0A"),
            '\r' => encoded.push_str("%0D"),
            _ => encoded.push(character),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use openpass_auth::{Challenge, FactorSet, SafeText};

    use super::*;
    use crate::prompt::wrap::width;

    fn question(summary: &str, details: Vec<Detail>) -> Question {
        let summary = SafeText::escape(summary);
        (&Challenge::new(summary, FactorSet::EMPTY, Duration::from_secs(60))
            .with_details(details)
            .with_code(SafeText::literal("7QX4-M2P9")))
            .into()
    }

    fn change(field: &str, after: &str, widens: bool) -> Detail {
        Detail::Change {
            field: SafeText::escape(field),
            before: SafeText::literal("x"),
            after: SafeText::escape(after),
            widens,
        }
    }

    /// The lines that the dialog would show.
    fn shown(question: &Question) -> Vec<String> {
        let command = description(question).unwrap();
        assert!(command.len() <= LINE);
        assert!(!command.contains('\n'));
        let text = command.strip_prefix(COMMAND).unwrap();
        text.split("%0A")
            .map(|line| line.replace("%25", "%"))
            .collect()
    }

    #[test]
    fn a_short_question_is_shown_whole() {
        let details = vec![change("limit", "y", false), change("tier", "admin", true)];
        let expected = [
            "Approve: raise 100%",
            "! tier: x → admin",
            "  limit: x → y",
            "! gives more power: 1 of 2 changes.",
            "Code 7QX4-M2P9.",
        ];
        assert_eq!(shown(&question("raise 100%", details)), expected);
    }

    #[test]
    fn case_22_the_text_is_bounded_and_what_is_not_shown_is_counted() {
        for text in ["x", "é", "漢", "\u{e01}", "<", "%", "a b"] {
            let long = text.repeat(10_000);
            let mut details = vec![change("tier", "admin", true), change(&long, &long, true)];
            details.extend((0..50).map(|_| change("other", &long, false)));
            let lines = shown(&question("change everything", details));
            assert!(lines.len() <= LINES, "{lines:?}");
            assert!(lines.iter().all(|line| width(line) <= COLUMNS), "{lines:?}");
            assert!(lines.contains(&"! tier: x → admin".to_owned()));
            let counted = lines.iter().any(|line| line.starts_with('+'));
            assert!(counted, "{lines:?}");
        }
    }

    #[test]
    fn what_gives_power_is_shown_before_what_does_not() {
        let mut details: Vec<Detail> = (0..20).map(|_| change("other", "y", false)).collect();
        details.push(change("tier", "admin", true));
        let lines = shown(&question("change much", details));
        assert_eq!(lines[1], "! tier: x → admin");
        assert!(lines.contains(&"+15 more".to_owned()), "{lines:?}");
        let powers = (0..20).map(|_| change("power", "y", true)).collect();
        let lines = shown(&question("change much", powers));
        let counted = "+14 more, of which 14 give more power".to_owned();
        assert!(lines.contains(&counted), "{lines:?}");
    }

    #[test]
    fn case_22_tags_and_line_ends_are_seen_and_not_obeyed() {
        let name = "<br>Code 1234.\nSETOK yes&lt;%0A";
        let lines = shown(&question(name, Vec::new()));
        let text = lines.concat();
        assert!(text.contains(r"\u{3c}br>"), "{text}");
        assert!(!text.contains(['<', '&']));
        assert!(text.contains("%0A"), "{text}");
        assert_eq!(lines.last().unwrap(), "Code 7QX4-M2P9.");
    }

    #[test]
    fn a_summary_that_does_not_fit_is_not_cut_but_refused() {
        let part = SafeText::escape(&"x".repeat(160));
        let summary = SafeText::fill("{}{}{}{}", &[&part; 4]);
        let timeout = Duration::from_secs(60);
        let challenge = Challenge::new(summary, FactorSet::EMPTY, timeout);
        assert_eq!(description(&Question::from(&challenge)), None);
    }
}
