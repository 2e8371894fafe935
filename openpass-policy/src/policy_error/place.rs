//! The place of a problem in a text.

/// The line and the character in it, both from 1.
pub(super) fn of(text: &str, offset: usize) -> (usize, usize) {
    let (before, _) = split(text, offset);
    let line = before.matches('\n').count() + 1;
    let on_line = before.rsplit('\n').next().unwrap_or_default();
    (line, on_line.chars().count() + 1)
}

/// The text before `offset` bytes and behind them, at the end of a character.
pub(crate) fn split(text: &str, offset: usize) -> (&str, &str) {
    let offset = (0..=offset.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or_default();
    text.split_at_checked(offset).unwrap_or((text, ""))
}
