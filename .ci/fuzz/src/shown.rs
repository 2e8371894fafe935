//! The characters that no person may be shown, apart from the code that escapes them.

/// Panics if anything in `text` is obeyed, hidden or moves what is around it.
pub(crate) fn assert_harmless(text: &str) {
    let mut open = 0_usize;
    for character in text.chars() {
        match character {
            '\u{2068}' => open += 1,
            '\u{2069}' => {
                assert!(open > 0, "an isolate is closed that is not open: {text:?}");
                open -= 1;
            }
            _ => assert!(!is_harmful(character), "{character:?} in {text:?}"),
        }
    }
    assert_eq!(open, 0, "an isolate stays open: {text:?}");
    assert!(
        !text.contains(&" ".repeat(17)),
        "blanks can hide the rest of a line: {text:?}"
    );
}

/// As [`assert_harmless`], for a message of several lines.
pub(crate) fn assert_lines_are_harmless(text: &str) {
    text.lines().for_each(|line| {
        let line = line.replace(&" ".repeat(17), "");
        assert_harmless(&line);
    });
}

/// Controls (Cc), formats (Cf), separators but the space (Zs, Zl, Zp), what draws nothing,
/// selectors of variants, private use and what is no character, by their ranges in Unicode.
const fn is_harmful(character: char) -> bool {
    matches!(
        character,
        '\0'..='\u{1f}'
            | '\u{7f}'..='\u{a0}'
            | '\u{ad}'
            | '\u{34f}'
            | '\u{600}'..='\u{605}'
            | '\u{61c}'
            | '\u{6dd}'
            | '\u{70f}'
            | '\u{890}'..='\u{891}'
            | '\u{8e2}'
            | '\u{115f}'..='\u{1160}'
            | '\u{1680}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{2000}'..='\u{200f}'
            | '\u{2028}'..='\u{202f}'
            | '\u{205f}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3000}'
            | '\u{3164}'
            | '\u{e000}'..='\u{f8ff}'
            | '\u{fdd0}'..='\u{fdef}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffc}'
            | '\u{fffe}'..='\u{ffff}'
            | '\u{110bd}'
            | '\u{110cd}'
            | '\u{13430}'..='\u{13442}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d159}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{10ffff}'
    )
}
