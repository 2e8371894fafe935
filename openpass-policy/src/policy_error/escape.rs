//! Text from outside on one line.

use openpass_auth::SafeText;

/// The most characters of a message that are shown.
const MESSAGE: usize = 600;

/// Text from outside on one line, escaped. Quotes and backslashes stay: Cedar
/// has them everywhere, and they move no cursor.
pub(crate) fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(MESSAGE));
    let mut characters = text.chars();
    for character in characters.by_ref().take(MESSAGE) {
        push_escaped(&mut shown, character);
    }
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}

/// Adds one character to `shown`, escaped as [`escaped`] does it.
pub(crate) fn push_escaped(shown: &mut String, character: char) {
    match character {
        '"' | '\\' => shown.push(character),
        '\n' | '\t' => shown.push(' '),
        _ => shown.push_str(SafeText::escape(character.encode_utf8(&mut [0; 4])).as_str()),
    }
}
