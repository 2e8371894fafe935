//! What the dialog says.

use openpass_auth::Challenge;

/// How many characters of the question are shown before the rest is counted.
const SHOWN: usize = 300;

/// Stands in for a question without words, which `LAContext` would answer with
/// an exception.
const NOT_DESCRIBED: &str = "approve a change that was not described";

/// The end of the sentence `"<app>" is trying to ….`, never empty.
///
/// INVARIANT: [`Reason::new`] upholds that it is not empty, that it is one
/// line of safe text, and that it is bounded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reason(String);

impl Reason {
    /// The challenge's summary, and its code when it has one.
    ///
    /// The system puts the full stop, so one at the end is left out.
    pub(crate) fn new(challenge: &Challenge) -> Self {
        let summary = challenge.summary().as_str().trim().trim_end_matches('.');
        let mut reason = bounded(summary.trim_end());
        if reason.is_empty() {
            NOT_DESCRIBED.clone_into(&mut reason);
        }
        if let Some(code) = challenge.code() {
            // The code comes last and whole: by it the person tells this
            // dialog from one that somebody else called up.
            reason.push_str(&bounded(&format!(" [{code}]")));
        }
        Self(reason)
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// At most [`SHOWN`] characters of `text`, with a count of the others.
fn bounded(text: &str) -> String {
    let mut characters = text.chars();
    let mut shown: String = characters.by_ref().take(SHOWN).collect();
    let hidden = characters.count();
    if hidden > 0 {
        shown.push_str(&format!("…(+{hidden} more characters)"));
    }
    shown
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use openpass_auth::{Factor, FactorSet, SafeText};

    use super::*;

    fn challenge(summary: SafeText) -> Challenge {
        let accepts = FactorSet::only(Factor::Biometry);
        Challenge::new(summary, accepts, Duration::from_secs(60))
    }

    fn reason(summary: SafeText) -> String {
        Reason::new(&challenge(summary)).as_str().to_owned()
    }

    #[test]
    fn the_summary_is_shown_as_it_is() {
        let summary = SafeText::fill(
            "raise agent {} from read-only to admin (7 more powers)",
            &[&SafeText::quoted("codex")],
        );
        assert_eq!(
            reason(summary),
            r#"raise agent "codex" from read-only to admin (7 more powers)"#
        );
    }

    #[test]
    fn the_reason_is_never_empty() {
        for nothing in ["", " ", ".", " . ", "..."] {
            assert_eq!(reason(SafeText::escape(nothing)), NOT_DESCRIBED);
        }
    }

    #[test]
    fn the_full_stop_is_left_to_the_system() {
        assert_eq!(reason(SafeText::literal("remove it.")), "remove it");
    }

    #[test]
    fn case_22_a_name_cannot_run_away_or_move_the_rest_out_of_sight() {
        let name = SafeText::quoted(&"x\u{202e}".repeat(5_000));
        let shown = reason(SafeText::fill("raise {} to admin", &[&name]));
        assert!(shown.is_ascii() || !shown.contains('\u{202e}'), "{shown}");

        let long = "x".repeat(400);
        let values: Vec<SafeText> = (0..9).map(|_| SafeText::escape(&long)).collect();
        let values: Vec<&SafeText> = values.iter().collect();
        let shown = reason(SafeText::fill("a {} {} {} {} {} {} {} {} {}", &values));
        assert!(shown.chars().count() < SHOWN + 40, "{shown}");
        assert!(shown.ends_with("more characters)"), "{shown}");
    }

    #[test]
    fn the_code_stands_at_the_end_whatever_the_length() {
        let code = SafeText::literal("K7QX");
        let short = challenge(SafeText::literal("remove it")).with_code(code.clone());
        assert_eq!(Reason::new(&short).as_str(), "remove it [K7QX]");
        let value = SafeText::escape(&"y".repeat(400));
        let values = [&value; 3];
        let long = challenge(SafeText::fill("{}{}{}", &values)).with_code(code);
        assert!(Reason::new(&long).as_str().ends_with(" [K7QX]"));
    }
}
