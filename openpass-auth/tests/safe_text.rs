//! Every character, and every short text of those that do something: none of them moves,
//! hides or reorders what a person reads.

use std::collections::HashMap;

use openpass_auth::{SafeText, in_ascii};

/// A way to make a text from outside safe.
type Make = fn(&str) -> SafeText;

/// Each way, and whether no two texts may come to the same.
const WAYS: [(&str, Make, bool); 5] = [
    ("escape", SafeText::escape, true),
    ("quoted", SafeText::quoted, true),
    ("quoted_whole", SafeText::quoted_whole, true),
    ("whole", SafeText::whole, true),
    // What is put together may be of safe texts already.
    ("composed", SafeText::composed, false),
];

/// One character of each class that a terminal, a dialog or a reader takes specially, a
/// plain one, and a text that is what an escape looks like.
const ALPHABET: [&str; 17] = [
    "a", " ", "\"", "\\", "{", "(", "+", "\u{1b}", "\n", "\u{9b}", "\u{202e}", "\u{2068}",
    "\u{2069}", "\u{5d0}", "\u{301}", "\u{43e}", r"\u{1b}",
];

/// The longest texts over the alphabet, in parts of it.
const LONGEST: usize = 4;

/// Characters that are obeyed, draw nothing or draw over others, from the tables of
/// Unicode 16 and not from those that the code asks: UAX #9 (`Bidi_Control`),
/// DerivedCoreProperties.txt (`Default_Ignorable_Code_Point`), UnicodeData.txt (Cc, Cf, Co,
/// Zl, Zp, Zs but for the space, the blocks of combining marks) and the blanks that are
/// letters or symbols there.
const NEVER_SHOWN: [(u32, u32); 59] = [
    (0x00, 0x1f),
    (0x7f, 0x9f),
    (0xa0, 0xa0),
    (0xad, 0xad),
    (0x300, 0x36f),
    (0x600, 0x605),
    (0x61c, 0x61c),
    (0x6dd, 0x6dd),
    (0x70f, 0x70f),
    (0x890, 0x891),
    (0x8e2, 0x8e2),
    (0x115f, 0x1160),
    (0x1680, 0x1680),
    (0x17b4, 0x17b5),
    (0x180b, 0x180f),
    (0x1ab0, 0x1aff),
    (0x1dc0, 0x1dff),
    (0x2000, 0x200a),
    (0x200b, 0x200f),
    (0x2028, 0x2029),
    (0x202a, 0x202e),
    (0x202f, 0x202f),
    (0x205f, 0x205f),
    (0x2060, 0x206f),
    (0x20d0, 0x20ff),
    (0x2800, 0x2800),
    (0x3000, 0x3000),
    (0x302a, 0x302f),
    (0x3164, 0x3164),
    (0xe000, 0xf8ff),
    (0xfdd0, 0xfdef),
    (0xfe00, 0xfe0f),
    (0xfe20, 0xfe2f),
    (0xfeff, 0xfeff),
    (0xffa0, 0xffa0),
    (0xfff0, 0xfffb),
    (0xfffc, 0xfffc),
    (0xfffe, 0xffff),
    (0x110bd, 0x110bd),
    (0x110cd, 0x110cd),
    (0x13430, 0x1343f),
    (0x13441, 0x13442),
    (0x1bca0, 0x1bca3),
    (0x1d159, 0x1d159),
    (0x1d173, 0x1d17a),
    (0x1fffe, 0x1ffff),
    (0x2fffe, 0x2ffff),
    (0x3fffe, 0x3ffff),
    (0x4fffe, 0x4ffff),
    (0x5fffe, 0x5ffff),
    (0x6fffe, 0x6ffff),
    (0x7fffe, 0x7ffff),
    (0x8fffe, 0x8ffff),
    (0x9fffe, 0x9ffff),
    (0xafffe, 0xaffff),
    (0xbfffe, 0xbffff),
    (0xcfffe, 0xcffff),
    (0xdfffe, 0xdffff),
    (0xe0000, 0x10_ffff),
];

fn is_never_shown(character: char) -> bool {
    let code = u32::from(character);
    NEVER_SHOWN
        .iter()
        .any(|(first, last)| (*first..=*last).contains(&code))
}

/// Whether a line with this letter in it would be ordered from the right: UAX #9, R and AL.
const fn goes_left(character: char) -> bool {
    matches!(
        character,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}'
    )
}

/// Says what is wrong with a text that is shown. Isolates of our own are closed, one at a
/// time, and letters from the right stand in one.
fn wrong(shown: &str) -> Option<String> {
    let mut is_isolated = false;
    for character in shown.chars() {
        match character {
            '\u{2068}' if !is_isolated => is_isolated = true,
            '\u{2069}' if is_isolated => is_isolated = false,
            _ if is_never_shown(character) => return Some(format!("{character:?} is shown")),
            _ if goes_left(character) && !is_isolated => {
                return Some(format!("{character:?} is in no isolate"));
            }
            _ => {}
        }
    }
    is_isolated.then(|| "an isolate is open".to_owned())
}

fn is_safe(what: &str, text: &str, shown: &SafeText) {
    let shown = shown.as_str();
    assert_eq!(wrong(shown), None, "{what} of {text:?}: {shown:?}");
    let ascii = in_ascii(shown);
    let is_plain = ascii.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    assert!(is_plain, "{what} of {text:?} in ASCII: {ascii:?}");
}

/// What is composed of isolates is left as it is, and one from outside may be among it.
fn is_composed(text: &str, what: &str) -> bool {
    what == "composed" && text.contains(['\u{5d0}', '\u{2068}', '\u{2069}'])
}

#[test]
fn every_character_is_shown_as_itself_or_escaped() {
    let mut count = 0;
    for character in '\0'..=char::MAX {
        count += 1;
        let mut buffer = [0; 4];
        let text: &str = character.encode_utf8(&mut buffer);
        let shown = SafeText::whole(text);
        is_safe("whole", text, &shown);
        if is_never_shown(character) {
            let escaped = format!("\\u{{{:x}}}", u32::from(character));
            assert!(shown.as_str().contains(&escaped), "{shown}");
        }
    }
    // All but the surrogates.
    assert_eq!(count, 0x11_0000 - 0x800);
}

/// Calls `look` with every text over the alphabet up to a length.
fn each_text(longest: usize, look: &mut impl FnMut(&str)) {
    fn go_on(text: &mut String, left: usize, look: &mut impl FnMut(&str)) {
        look(text);
        if left == 0 {
            return;
        }
        for part in ALPHABET {
            let length = text.len();
            text.push_str(part);
            go_on(text, left - 1, look);
            text.truncate(length);
        }
    }
    go_on(&mut String::new(), longest, look);
}

#[test]
fn every_short_text_is_safe_and_no_two_are_shown_alike() {
    for (what, make, is_unlike) in WAYS {
        let mut seen: HashMap<String, String> = HashMap::new();
        each_text(LONGEST, &mut |text| {
            let shown = make(text);
            if !is_composed(text, what) {
                is_safe(what, text, &shown);
            }
            if is_unlike {
                let before = seen.insert(shown.as_str().to_owned(), text.to_owned());
                assert_eq!(before, None, "{what} of {text:?}: {shown}");
            }
        });
    }
}

#[test]
fn what_is_safe_stays_as_it_is_when_it_is_put_together() {
    for (what, make, _) in WAYS {
        each_text(LONGEST, &mut |text| {
            let shown = make(text);
            let again = SafeText::composed(shown.as_str());
            assert_eq!(again, shown, "{what} of {text:?}");
        });
    }
}

#[test]
fn what_is_bounded_counts_what_it_does_not_show() {
    const SHOWN: usize = 160;
    // The longest escape of one character, and the remarks behind a text.
    let most = SHOWN * r"\u{10ffff}".len() + 120;
    let all = ALPHABET.into_iter().chain(["\u{10ffff}"]);
    for character in all.filter(|part| part.chars().count() == 1) {
        for length in [SHOWN - 1, SHOWN, SHOWN + 1, 10_000] {
            let text = character.repeat(length);
            for make in [SafeText::escape, SafeText::quoted] {
                let shown = make(&text);
                assert!(shown.as_str().chars().count() <= most, "{shown}");
                let hidden = length.saturating_sub(SHOWN);
                let said = format!("(+{hidden} more characters)");
                assert_eq!(shown.as_str().contains(&said), hidden > 0, "{shown}");
            }
        }
    }
}
