//! Text that is written from right to left, beside text that is not.

/// First strong isolate, U+2068: what follows is ordered by itself.
pub(super) const OPENS: char = '\u{2068}';
/// Pop directional isolate, U+2069.
pub(super) const CLOSES: char = '\u{2069}';

/// `text`, in an isolate if any of it is written from right to left.
///
/// INVARIANT (what is shown is what is approved): a dialog and some terminals
/// order a line by Unicode's bidirectional algorithm (UAX #9). Without the
/// isolate, two such values with an arrow between them are seen in the other
/// order. `text` is escaped already, so it closes no isolate.
pub(super) fn isolated(text: String) -> String {
    if !text.chars().any(goes_left) {
        return text;
    }
    format!("{OPENS}{text}{CLOSES}")
}

/// Whether every isolate in `text` is closed, and none is closed that is not
/// open.
pub(super) fn are_closed(text: &str) -> bool {
    let open = text.chars().try_fold(0_usize, |open, it| match it {
        OPENS => open.checked_add(1),
        CLOSES => open.checked_sub(1),
        _ => Some(open),
    });
    open == Some(0)
}

/// The ranges in which Unicode puts scripts of this direction, unassigned code
/// points included (DerivedBidiClass.txt, `@missing`).
const fn goes_left(character: char) -> bool {
    matches!(
        character,
        '\u{590}'..='\u{8ff}'
            | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{feff}'
            | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}'
    )
}
