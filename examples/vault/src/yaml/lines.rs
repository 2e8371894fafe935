//! Lines of a text, by byte offset.

/// Returns the start of the line that holds `offset`.
pub(super) fn start(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or_default();
    before.rfind('\n').map_or(0, |at| at + 1)
}

/// Returns the end of the line that holds `offset`, behind its line break. An
/// offset right behind a line break is taken as the end of that line.
pub(super) fn end(text: &str, offset: usize) -> usize {
    if offset > 0 && start(text, offset) == offset {
        return offset;
    }
    let after = text.get(offset..).unwrap_or_default();
    after.find('\n').map_or(text.len(), |at| offset + at + 1)
}

/// `offset`, or before the line break that ends there.
pub(super) fn without_break(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or_default();
    let line = before.strip_suffix('\n').unwrap_or(before);
    line.strip_suffix('\r').unwrap_or(line).len()
}

/// Returns the text between the start of the line and `offset`, if all of it is
/// blank.
pub(super) fn indent(text: &str, offset: usize) -> Option<&str> {
    let before = text.get(start(text, offset)..offset)?;
    before.bytes().all(|byte| byte == b' ').then_some(before)
}

/// Whether at most a comment follows `offset` on its line.
pub(super) fn nothing_follows(text: &str, offset: usize) -> bool {
    let rest = text.get(offset..end(text, offset)).unwrap_or_default();
    let rest = rest.trim();
    rest.is_empty() || rest.starts_with('#')
}

/// The line break that lines around `offset` have.
pub(super) fn line_break(text: &str, offset: usize) -> &'static str {
    let before = text.get(..offset).unwrap_or_default();
    let line = before
        .split_inclusive('\n')
        .rfind(|line| line.ends_with('\n'));
    let line = line.or_else(|| text.split_inclusive('\n').next());
    match line {
        Some(line) if line.ends_with("\r\n") => "\r\n",
        _ => "\n",
    }
}

/// Whether YAML 1.1 and 1.2 agree where the lines end.
pub(super) fn are_plain(text: &str) -> bool {
    let unusual = ['\u{85}', '\u{2028}', '\u{2029}'];
    !text.contains(unusual) && text.matches('\r').count() == text.matches("\r\n").count()
}

/// Whether `text` has no content: only blank lines, comments and `---`.
pub(super) fn are_empty(text: &str) -> bool {
    let is_empty = |line: &str| {
        let line = line.trim_start_matches(' ').trim_end();
        line.is_empty() || line.starts_with('#') || line == "---" || line.starts_with("--- #")
    };
    text.lines().all(is_empty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_at_their_edges() {
        let text = "ab\n\ncd";
        assert_eq!((start(text, 1), end(text, 1)), (0, 3));
        assert_eq!((start(text, 3), end(text, 3)), (3, 3));
        assert_eq!((start(text, 5), end(text, 5)), (4, 6));
    }

    #[test]
    fn a_line_break_is_copied_from_the_line_before() {
        assert_eq!(line_break("a\r\nb\nc", 3), "\r\n");
        assert_eq!(line_break("a\r\nb\nc", 5), "\n");
        assert_eq!(line_break("a\r\nb", 1), "\r\n");
        assert_eq!(line_break("", 0), "\n");
    }

    #[test]
    fn lone_carriage_returns_are_not_plain() {
        assert!(are_plain("a\r\nb\n"));
        assert!(!are_plain("a\rb\r\n"));
        assert!(!are_plain("a\u{2028}b"));
    }
}
