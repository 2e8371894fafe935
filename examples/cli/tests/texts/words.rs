//! Which of the strings in the code are sentences for a person.

use std::sync::LazyLock;

use regex::Regex;

/// A placeholder of `format!`.
static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\{[^{}]*\}").unwrap());
/// Two words in a row.
static WORDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\p{Alphabetic}{2,}[,;:.'’`\u{22}]*\s+[`'(\u{22}]*\p{Alphabetic}+").unwrap()
});
/// What Cedar, a terminal or a solver reads.
static CODE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^\s*(?:@|permit\b|forbid\b|namespace\b|when \{|\(|\\x1b|\u{1b}|// )|:root|::|==|&&",
    )
    .unwrap()
});

pub(crate) fn is_for_a_person(text: &str) -> bool {
    WORDS.is_match(&PLACEHOLDER.replace_all(text, "")) && !CODE.is_match(text)
}
