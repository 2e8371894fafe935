//! Text that would move a cursor, hide, reorder or run away.

use crate::{Verdict, report::Played};

/// A value of somebody's choice, and what of it must never come out.
pub(crate) struct Hostile {
    pub(crate) value: String,
    pub(crate) raw: &'static str,
}

/// A value without harm.
pub(crate) const PLAIN: &str = "kit-text";

/// The number of unsafe values, and of those that were asked for.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    asked: usize,
    all: usize,
}

impl Counted {
    /// Counts a value, which was asked for or refused at once.
    pub(crate) fn asked(&mut self, asked: bool) {
        self.all += 1;
        self.asked += usize::from(asked);
    }

    /// Ends the case as held, and says how often it asked. If it never asked, no text was
    /// shown.
    pub(crate) fn told(&self) -> Played<String> {
        let Self { asked, all } = self;
        if *asked == 0 {
            let why = format!("it refuses each of {all} unsafe values without a question");
            return Err(Verdict::not_played(why));
        }
        Ok(format!("it asked for {asked} of {all} unsafe values"))
    }
}

/// The length of the long value, in characters.
const LONG: usize = 3_000;

/// The values that every host is given: each has its own kind of harm.
pub(crate) fn hostile() -> Vec<Hostile> {
    let all = [
        ("kit\x1b[2Jtext", "\x1b[2J"),
        ("kit\x1b]0;title\x07text", "\x1b]0;"),
        ("kit\u{9b}31mtext", "\u{9b}"),
        ("kit\ryes-to-all", "\ryes-to-all"),
        ("kit\nyes-to-all", "\nyes-to-all"),
        ("kit\u{202e}txet", "\u{202e}"),
        ("kit\u{2066}text", "\u{2066}"),
        ("kit\u{200b}text", "\u{200b}"),
        ("kit\u{e0041}text", "\u{e0041}"),
        ("kit\u{3164}text", "\u{3164}"),
    ];
    all.into_iter()
        .map(|(value, raw)| Hostile {
            value: value.to_owned(),
            raw,
        })
        .collect()
}

/// A value that no screen has room for.
pub(crate) fn long() -> String {
    "x".repeat(LONG)
}

/// Whether a question that shows the long value shows it whole, or says how much of it is
/// not shown.
pub(crate) fn long_is_told(question: &str) -> bool {
    let shown = longest_run(question);
    shown >= LONG || question.contains(&(LONG - shown).to_string())
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|character| character != 'x');
    runs.map(str::len).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_is_told_if_it_is_whole_or_counted() {
        let start = "x".repeat(160);
        assert!(long_is_told(&long()));
        assert!(long_is_told(&format!(
            "set {start} (+2840 more characters)"
        )));
        assert!(!long_is_told(&format!("set {start}…")));
        assert!(!long_is_told(&format!(
            "set {start} (+2839 more characters)"
        )));
    }

    #[test]
    fn what_must_not_come_out_is_in_the_value() {
        assert!(hostile().iter().all(|it| it.value.contains(it.raw)));
    }
}
