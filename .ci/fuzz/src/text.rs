//! Text that is safe to show: harmless, and read back to what it was.

use openpass_auth::{Identifier, SafeText, in_ascii};

use crate::{feed, shown::assert_harmless};

/// The number of characters that a bounded text shows.
const SHOWN: usize = 160;
const REMARK: &str = " (letters of several scripts)";

pub(crate) fn safe_text(bytes: &[u8]) {
    let text = text_of(bytes);
    let whole = SafeText::whole(&text);
    let quoted = SafeText::quoted_whole(&text);
    let bounded = SafeText::quoted(&text);
    let escaped = SafeText::escape(&text);
    for shown in [&whole, &quoted, &bounded, &escaped] {
        assert_harmless(shown.as_str());
        // Already safe: nothing is escaped a second time.
        assert_eq!(SafeText::composed(shown.as_str()), *shown);
        let ascii = in_ascii(shown.as_str());
        assert!(ascii.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
    }
    assert_harmless(SafeText::composed(&text).as_str());
    assert_eq!(read_back(quoted.as_str(), usize::MAX, &text), text);
    assert_eq!(read_back(whole.as_str(), usize::MAX, &text), text);
    let start: String = text.chars().take(SHOWN).collect();
    assert_eq!(read_back(bounded.as_str(), SHOWN, &text), start);
    assert_eq!(undone(escaped.as_str(), SHOWN, &text), start);
    let is_counted = text.contains(&" ".repeat(17));
    if let (false, Ok(name)) = (is_counted, text.parse::<Identifier>()) {
        let plain = name.shown().as_str().replace(['\u{2068}', '\u{2069}'], "");
        let plain = plain.strip_suffix(REMARK).unwrap_or(&plain);
        assert_eq!(plain, format!("\"{text}\""), "a name needs an escape");
    }
}

/// The bytes as UTF-8, or each three of them as a code point.
fn text_of(bytes: &[u8]) -> String {
    match bytes.split_first() {
        Some((b'#', points)) => points.chunks(3).filter_map(point).collect(),
        _ => feed::text(bytes).into_owned(),
    }
}

fn point(bytes: &[u8]) -> Option<char> {
    let number = bytes
        .iter()
        .fold(0, |all, byte| all << 8 | u32::from(*byte));
    char::from_u32(number % 0x11_0000)
}

/// Takes the quotes off, and the escapes back.
fn read_back(shown: &str, limit: usize, text: &str) -> String {
    let Some(inside) = shown.strip_prefix('"') else {
        return undone(shown, limit, text);
    };
    let inside = inside.strip_suffix(REMARK).unwrap_or(inside);
    undone(inside.strip_suffix('"').unwrap(), limit, text)
}

/// Takes the count of what is not shown off, and the escapes back.
fn undone(shown: &str, limit: usize, text: &str) -> String {
    let hidden = text.chars().count().saturating_sub(limit);
    let count = match hidden {
        0 => String::new(),
        _ => format!("\u{2026}(+{hidden} more characters)"),
    };
    let shown = shown.strip_suffix(&count).unwrap();
    let inside = shown
        .strip_prefix('\u{2068}')
        .map(|inside| inside.strip_suffix('\u{2069}').unwrap());
    unescaped(inside.unwrap_or(shown))
}

fn unescaped(mut shown: &str) -> String {
    let mut text = String::new();
    while let Some((before, behind)) = shown.split_once('\\') {
        text.push_str(before);
        let mut signs = behind.chars();
        match signs.next().unwrap() {
            sign @ ('\\' | '"') => {
                text.push(sign);
                shown = signs.as_str();
            }
            sign => {
                assert_eq!(sign, 'u', "an escape that is none of ours");
                let (number, rest) = signs
                    .as_str()
                    .strip_prefix('{')
                    .unwrap()
                    .split_once('}')
                    .unwrap();
                let number = u32::from_str_radix(number, 16).unwrap();
                let character = char::from_u32(number).unwrap();
                shown = match character {
                    ' ' => blanks(rest, &mut text),
                    _ => {
                        text.push(character);
                        rest
                    }
                };
            }
        }
    }
    text + shown
}

/// Puts as many blanks as a count says, and returns what is behind the count.
fn blanks<'s>(count: &'s str, text: &mut String) -> &'s str {
    let (count, rest) = count
        .strip_prefix('(')
        .unwrap()
        .split_once(" blanks)")
        .unwrap();
    text.push_str(&" ".repeat(count.parse().unwrap()));
    rest
}
