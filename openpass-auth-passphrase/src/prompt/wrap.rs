//! Breaks a line for the terminal's width without losing a character.

use unicode_width::UnicodeWidthChar as _;

const OPENS: char = '\u{2068}';
const CLOSES: char = '\u{2069}';

/// Returns the number of columns that `text` takes.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// Breaks `text` after blanks, or inside a word that is longer than a line.
///
/// The first line has room for `first` columns, the others for `rest`. Joined
/// again, the lines are `text`: nothing is cut, and no blank is swallowed; but
/// for an isolate that goes on over a line's end.
pub(super) fn wrap(text: &str, first: usize, rest: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut room = first;
    for word in text.split_inclusive(' ') {
        if width(word) > room && width(word) <= rest && !line.is_empty() {
            lines.push(core::mem::take(&mut line));
            room = rest;
        }
        for character in word.chars() {
            if columns(character) > room {
                lines.push(core::mem::take(&mut line));
                room = rest;
            }
            room = room.saturating_sub(columns(character));
            line.push(character);
        }
    }
    lines.push(line);
    isolated(lines)
}

/// Ends each isolate (UAX #9) with its line. An isolate that goes on is closed and
/// opened again, so that a value from right to left reorders nothing on any line.
fn isolated(mut lines: Vec<String>) -> Vec<String> {
    let mut is_open = false;
    for line in &mut lines {
        if is_open {
            line.insert(0, OPENS);
        }
        let last = line.rfind([OPENS, CLOSES]);
        is_open = last.is_some_and(|at| line.get(at..).is_some_and(|it| it.starts_with(OPENS)));
        if is_open {
            line.push(CLOSES);
        }
    }
    lines
}

/// The most columns that `character` takes: some terminals draw an arrow, or a letter
/// of another script, two columns wide. `SafeText` holds no control characters; one
/// would count as a column.
fn columns(character: char) -> usize {
    character.width_cjk().unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_breaks_after_blanks() {
        let lines = wrap("raise agent codex to admin", 12, 12);
        assert_eq!(lines, ["raise agent ", "codex to ", "admin"]);
    }

    #[test]
    fn a_word_longer_than_a_line_is_broken_not_cut() {
        assert_eq!(wrap("to abcdefgh", 4, 4), ["to a", "bcde", "fgh"]);
    }

    #[test]
    fn case_42_a_value_from_right_to_left_is_by_itself_on_every_line() {
        let value = format!("{OPENS}{}{CLOSES}", "\u{5d0}".repeat(10));
        let lines = wrap(&format!("{value} \u{2192} {value}"), 8, 8);
        assert!(lines.len() > 2, "{lines:?}");
        for line in lines {
            let count = |mark| line.matches(mark).count();
            assert_eq!(count(OPENS), count(CLOSES), "{line:?}");
            let outside = line.split(OPENS).flat_map(|it| it.split_once(CLOSES));
            assert!(outside.clone().all(|(_, after)| !after.contains('\u{5d0}')));
            assert!(!line.split(OPENS).next().unwrap().contains('\u{5d0}'));
        }
    }

    #[test]
    fn no_line_is_too_wide_and_no_character_is_lost() {
        let text =
            "  two  blanks, 漢字漢字漢字漢字, and \"quoted  words\" that go on \u{2192} on   ";
        for columns in 2..40 {
            let lines = wrap(text, columns, columns);
            assert_eq!(lines.concat(), text);
            assert!(lines.iter().all(|line| width(line) <= columns), "{lines:?}");
        }
    }
}
