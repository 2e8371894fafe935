//! Text that is safe to show: on a prompt, in an error, in a log.

mod ascii;
mod bidi;
mod identifier;

use core::fmt::{self, Write as _};

use unicode_security::MixedScript as _;

pub use ascii::in_ascii;
pub use identifier::{Identifier, IdentifierError};

/// The number of characters of one value that are shown. The rest is counted.
const SHOWN: usize = 160;

/// More blanks in a row than this are shown as their count.
const BLANKS: usize = 16;

/// One line of text that cannot move the cursor, hide, reorder or run away.
///
/// Letters that are written from right to left stand in an isolate (UAX #9), so
/// that they change the order of nothing around them: what was before an arrow
/// is seen before it.
///
/// Text from outside is escaped visibly and bounded, with a count of what is
/// not shown; it is never stripped or cut silently. Where a person must see all
/// of it, [`whole`](Self::whole) and [`quoted_whole`](Self::quoted_whole) have
/// no bound, and the prompt decides whether it has the room. Text of our own
/// comes in as `&'static str`.
///
/// ```
/// use openpass_auth::SafeText;
///
/// let name = SafeText::quoted("co\u{202e}dex\x1b[2J");
/// assert_eq!(name.as_str(), r#""co\u{202e}dex\u{1b}[2J""#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SafeText(String);

impl SafeText {
    /// Text of our own, known when the program was built.
    #[must_use]
    pub fn literal(text: &'static str) -> Self {
        Self(escaped(text, usize::MAX))
    }

    /// Text from outside, escaped and bounded.
    #[must_use]
    pub fn escape(text: &str) -> Self {
        Self(escaped(text, SHOWN))
    }

    /// Text from outside, escaped and bounded, in double quotes. Letters of
    /// more than one script (UTS #39) are pointed out behind it.
    #[must_use]
    pub fn quoted(text: &str) -> Self {
        Self(in_quotes(text, SHOWN))
    }

    /// As [`quoted`](Self::quoted), and whole, however long.
    #[must_use]
    pub fn quoted_whole(text: &str) -> Self {
        Self(in_quotes(text, usize::MAX))
    }

    /// Text from outside, escaped and whole, however long. It stands in quotes
    /// only where it could be taken for a mark, a value or a remark of ours.
    ///
    /// ```
    /// use openpass_auth::SafeText;
    ///
    /// assert_eq!(SafeText::whole("dev/").as_str(), "dev/");
    /// assert_eq!(SafeText::whole("+ dev/").as_str(), r#""+ dev/""#);
    /// assert_eq!(SafeText::whole("a\n! b").as_str(), r"a\u{a}! b");
    /// ```
    #[must_use]
    pub fn whole(text: &str) -> Self {
        if could_be_ours(text) || !text.is_single_script() {
            return Self::quoted_whole(text);
        }
        let mut shown = String::with_capacity(text.len());
        push_all(
            &mut shown,
            text.chars(),
            |shown, character| match character {
                '"' => shown.push('"'),
                _ => push_escaped(shown, character),
            },
        );
        Self(bidi::isolated(shown))
    }

    /// A message that is put together from safe texts and text of our own, whole.
    /// Quotes and backslashes stay, so that nothing is escaped twice; what a
    /// terminal would obey is escaped all the same.
    ///
    /// ```
    /// use openpass_auth::SafeText;
    ///
    /// let name = SafeText::quoted("a\u{1b}");
    /// let message = SafeText::composed(&format!("there is no {name}"));
    /// assert_eq!(message.as_str(), r#"there is no "a\u{1b}""#);
    /// ```
    #[must_use]
    pub fn composed(text: &str) -> Self {
        let mut shown = String::with_capacity(text.len());
        let push = if bidi::are_closed(text) {
            push_composed_with_isolates
        } else {
            push_composed
        };
        push_all(&mut shown, text.chars(), push);
        Self(shown)
    }

    /// Puts `values` in the places marked `{}` of a text of our own. A place
    /// without a value stays `{}`; a value without a place is left out.
    #[must_use]
    pub fn fill(template: &'static str, values: &[&Self]) -> Self {
        let mut values = values.iter();
        let mut parts = template.split("{}");
        let mut text = parts.next().map(ToOwned::to_owned).unwrap_or_default();
        for part in parts {
            text.push_str(values.next().map_or("{}", |value| value.as_str()));
            text.push_str(part);
        }
        Self(text)
    }

    /// Text put together from safe texts and text of our own.
    pub(crate) const fn of_safe_parts(text: String) -> Self {
        Self(text)
    }

    /// A number.
    #[must_use]
    pub fn number(number: u64) -> Self {
        Self(number.to_string())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is no text at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

fn in_quotes(text: &str, limit: usize) -> String {
    let mut shown = String::with_capacity(text.len().min(limit).saturating_add(2));
    shown.push('"');
    shown.push_str(&escaped(text, limit));
    shown.push('"');
    if !text.is_single_script() {
        shown.push_str(" (letters of several scripts)");
    }
    shown
}

/// Whether a prompt's reader could take `text` for a part of its layout: a mark
/// (`!`, `+`, `-`), an arrow, a quoted text, or a remark such as `(not set)`.
fn could_be_ours(text: &str) -> bool {
    let begins = text.trim_start();
    begins.is_empty()
        || text.ends_with(' ')
        || begins.starts_with(['!', '+', '-', '"', '\u{2026}'])
        || (begins.starts_with('(') && begins.ends_with(')'))
        || text.contains('\u{2192}')
}

fn push_composed(shown: &mut String, character: char) {
    match character {
        '"' | '\\' => shown.push(character),
        _ => push_escaped(shown, character),
    }
}

fn push_composed_with_isolates(shown: &mut String, character: char) {
    match character {
        bidi::OPENS | bidi::CLOSES => shown.push(character),
        _ => push_composed(shown, character),
    }
}

/// Escapes `text` and shows at most `limit` of its characters.
fn escaped(text: &str, limit: usize) -> String {
    let mut shown = String::with_capacity(text.len().min(limit));
    let mut characters = text.chars();
    push_all(&mut shown, characters.by_ref().take(limit), push_escaped);
    let mut shown = bidi::isolated(shown);
    let hidden = characters.count();
    if hidden > 0 {
        // Writing to a String cannot fail.
        let _ = write!(shown, "…(+{hidden} more characters)");
    }
    shown
}

/// Pushes `characters`, each by `push`; a long run of blanks as its count.
///
/// INVARIANT (no blank hides what follows it): so many that they could push the
/// rest of a line off what a person reads are a mark. No text can imitate it:
/// every `\\` of its own is doubled.
fn push_all(
    shown: &mut String,
    characters: impl Iterator<Item = char>,
    push: fn(&mut String, char),
) {
    let mut blanks = 0_usize;
    for character in characters {
        if character == ' ' {
            blanks = blanks.saturating_add(1);
        } else {
            push_blanks(shown, core::mem::take(&mut blanks));
            push(shown, character);
        }
    }
    push_blanks(shown, blanks);
}

fn push_blanks(shown: &mut String, count: usize) {
    if count > BLANKS {
        // Writing to a String cannot fail.
        let _ = write!(shown, "\\u{{20}}({count} blanks)");
    } else {
        shown.extend(core::iter::repeat_n(' ', count));
    }
}

fn push_escaped(shown: &mut String, character: char) {
    match character {
        '\\' => shown.push_str("\\\\"),
        '"' => shown.push_str("\\\""),
        _ if shows_as_itself(character) => shown.push(character),
        _ => shown.extend(character.escape_unicode()),
    }
}

/// Whether `character` is seen as what it is, and as nothing else.
fn shows_as_itself(character: char) -> bool {
    match character {
        // `escape_debug` would escape it, but alone it cannot end a quote.
        '\'' => true,
        _ => !draws_nothing(character) && character.escape_debug().len() == 1,
    }
}

/// Printable to Rust's tables, yet seen as nothing or as a blank: Hangul
/// fillers, the Braille blank, the object replacement character, the Egyptian
/// blanks, the null note head.
const fn draws_nothing(character: char) -> bool {
    matches!(
        character,
        '\u{115f}'
            | '\u{1160}'
            | '\u{3164}'
            | '\u{ffa0}'
            | '\u{2800}'
            | '\u{fffc}'
            | '\u{13441}'
            | '\u{13442}'
            | '\u{1d159}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_22_hostile_characters_are_seen_and_not_obeyed() {
        let hostile = "\u{1b}[2J\u{9b}31m\r\n\t\u{202e}\u{2066}\u{200b}\u{200d}\u{feff}\u{e0041}\u{3164}\u{301}\u{13441}\u{1d159}";
        let shown = SafeText::quoted(hostile);
        assert!(shown.as_str().is_ascii(), "{shown}");
        assert!(shown.as_str().contains(r"\u{202e}"));
        assert!(shown.as_str().contains(r"\u{1b}[2J"));
    }

    #[test]
    fn case_42_a_run_of_blanks_hides_nothing_behind_it() {
        let hidden = format!("permit (a);{}forbid (b);", " ".repeat(5000));
        for shown in [SafeText::whole(&hidden), SafeText::quoted_whole(&hidden)] {
            let shown = shown.as_str();
            assert!(
                shown.contains(r"permit (a);\u{20}(5000 blanks)forbid (b);"),
                "{shown}"
            );
        }
        let indented = format!("{}when", " ".repeat(16));
        assert_eq!(SafeText::whole(&indented).as_str(), indented);
        let imitated = SafeText::whole(r"a\u{20}(5 blanks)b");
        assert_eq!(imitated.as_str(), r"a\\u{20}(5 blanks)b");
    }

    #[test]
    fn case_22_what_is_not_shown_is_counted() {
        let shown = SafeText::escape(&"x".repeat(10_000));
        assert!(shown.as_str().ends_with("…(+9840 more characters)"));
        assert!(shown.as_str().chars().count() < 200);
    }

    #[test]
    fn case_42_a_whole_text_has_no_end_that_is_not_shown() {
        let long = format!("{}*", "x".repeat(10_000));
        assert_eq!(SafeText::whole(&long).as_str(), long);
        assert_eq!(
            SafeText::quoted_whole(&long).as_str(),
            format!("\"{long}\"")
        );
    }

    #[test]
    fn case_22_a_whole_text_cannot_imitate_what_is_ours() {
        for text in [
            "",
            " ",
            "a ",
            "+ dev/",
            "  - dev/",
            "! tier",
            "\"dev/\"",
            "(not set)",
            "false \u{2192} true",
            "\u{2026}",
        ] {
            let shown = SafeText::whole(text);
            assert!(shown.as_str().starts_with('"'), "{shown}");
        }
        let hostile = SafeText::whole("a\u{1b}[2J\u{202e}\nb");
        assert!(hostile.as_str().is_ascii() && !hostile.as_str().contains('\n'));
    }

    #[test]
    fn what_nobody_takes_for_ours_stands_without_quotes() {
        for text in ["dev/", r#"say "yes""#, "(draft", "draft)"] {
            assert_eq!(SafeText::whole(text).as_str(), text);
        }
    }

    #[test]
    fn a_value_cannot_close_its_own_quotes() {
        let shown = SafeText::quoted(r#"a" from admin to "b\"#);
        assert_eq!(shown.as_str(), r#""a\" from admin to \"b\\""#);
    }

    #[test]
    fn case_22_mixed_scripts_are_pointed_out() {
        // The second letter is Cyrillic.
        assert!(
            SafeText::quoted("c\u{43e}dex")
                .as_str()
                .contains("several scripts")
        );
        assert!(!SafeText::quoted("codex").as_str().contains("scripts"));
    }

    #[test]
    fn case_22_a_whole_text_of_several_scripts_is_pointed_out_too() {
        let shown = SafeText::whole("dev/\u{43e}ps");
        assert!(shown.as_str().ends_with("(letters of several scripts)"));
    }

    #[test]
    fn case_42_what_is_written_from_right_to_left_changes_no_place() {
        let (before, after) = ("\u{5d0}\u{5d1}", "\u{627}\u{628}");
        for make in [SafeText::whole, SafeText::quoted, SafeText::escape] {
            let shown = SafeText::fill("{} \u{2192} {}", &[&make(before), &make(after)]);
            let shown = shown.as_str();
            let isolates: Vec<&str> = shown.split('\u{2068}').skip(1).collect();
            assert_eq!(isolates.len(), 2, "{shown}");
            assert!(isolates[0].starts_with(before) && isolates[1].starts_with(after));
            assert!(
                isolates
                    .iter()
                    .all(|it| it.matches('\u{2069}').count() == 1)
            );
            // An error that is put together from both keeps them.
            assert_eq!(SafeText::composed(shown).as_str(), shown);
        }
        // What comes from outside brings none of its own.
        let hostile = SafeText::whole("\u{5d0}\u{2069}\u{2068}");
        assert_eq!(hostile.as_str().matches('\u{2068}').count(), 1, "{hostile}");
        for open in ["\u{2068}a", "a\u{2069}", "\u{2069}\u{2068}"] {
            assert!(SafeText::composed(open).as_str().is_ascii());
        }
    }

    #[test]
    fn values_go_into_their_places_unread() {
        let braces = SafeText::escape("{}");
        let text = SafeText::fill("raise {} to {}", &[&braces, &SafeText::literal("admin")]);
        assert_eq!(text.as_str(), "raise {} to admin");
    }
}
