//! Text for a terminal that takes nothing but ASCII.

use core::fmt::Write as _;

use super::bidi::{CLOSES, OPENS};

/// `text` in ASCII: our own signs in letters, every other character escaped
/// visibly.
///
/// A terminal that does not read UTF-8 takes the bytes of a letter one by one,
/// and those from 0x80 to 0x9f are control characters there (ECMA-48, C1): the
/// second byte of `Û` begins an escape sequence.
///
/// ```
/// use openpass_auth::in_ascii;
///
/// assert_eq!(in_ascii("tier \u{db}2J → admin"), r"tier \u{db}2J -> admin");
/// ```
#[must_use]
pub fn in_ascii(text: &str) -> String {
    let mut ascii = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '→' => ascii.push_str("->"),
            '←' => ascii.push_str("<-"),
            '…' => ascii.push_str("..."),
            '✓' => ascii.push('*'),
            // An escaped letter has no direction: there is nothing to isolate.
            OPENS | CLOSES => {}
            _ if character.is_ascii() => ascii.push(character),
            _ => {
                // Writing to a String cannot fail.
                let _ = write!(ascii, "{}", character.escape_unicode());
            }
        }
    }
    ascii
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_signs_are_spelt_and_all_else_is_escaped() {
        for (text, ascii) in [
            ("tier \u{2192} admin", "tier -> admin"),
            ("\u{2190} back", "<- back"),
            ("more\u{2026}", "more..."),
            ("\u{2713} done", "* done"),
            ("a\u{2068}b\u{2069}c", "abc"),
            ("\u{db}2J", r"\u{db}2J"),
            ("plain ~", "plain ~"),
        ] {
            assert_eq!(in_ascii(text), ascii);
        }
    }
}
