//! Lets a new text out only if it is exactly what the edit should make.

use core::ops::Range;

use super::{MAX_BYTES, Obstacle, Tree, read::read};

/// Checks that, outside the lines `touched` of `before`, every byte of it is in `after`.
pub(super) fn lines(before: &str, touched: &Range<usize>, after: &str) -> Result<(), Obstacle> {
    if after.len() > MAX_BYTES {
        return Err(Obstacle::TooLong);
    }
    if !lines_stay(before, touched, after) || !line_breaks_stay(before, after) {
        return Err(Obstacle::LinesDiffer);
    }
    Ok(())
}

/// Reads `after`, and returns its values if they are `expected` and nothing else.
pub(super) fn values(after: &str, expected: &Tree) -> Result<Tree, Obstacle> {
    // Emptied of its last key, the file holds nothing rather than no keys.
    let holds = match read(after) {
        Ok(tree) if tree.is_null() => Tree::empty_map(),
        Ok(tree) => tree,
        Err(_) => return Err(Obstacle::ValuesDiffer),
    };
    if holds == *expected {
        return Ok(holds);
    }
    Err(Obstacle::ValuesDiffer)
}

fn lines_stay(before: &str, touched: &Range<usize>, after: &str) -> bool {
    let (Some(head), Some(tail)) = (before.get(..touched.start), before.get(touched.end..)) else {
        return false;
    };
    let rest = after.strip_prefix(head);
    let Some(middle) = rest.and_then(|rest| rest.strip_suffix(tail)) else {
        return false;
    };
    // The line before and the line behind must still be lines of their own.
    let parted = |line: &str| line.is_empty() || line.ends_with('\n');
    let before_is_whole = parted(head) || middle.starts_with(['\r', '\n']);
    before_is_whole && (tail.is_empty() || middle.is_empty() || parted(middle))
}

fn line_breaks_stay(before: &str, after: &str) -> bool {
    let (crlf, all) = counts(before);
    let (new_crlf, new_all) = counts(after);
    let only_lf = crlf == 0;
    let only_crlf = crlf == all && all > 0;
    (!only_lf || new_crlf == 0) && (!only_crlf || new_crlf == new_all)
}

fn counts(text: &str) -> (usize, usize) {
    (text.matches("\r\n").count(), text.matches('\n').count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(before: &str, touched: Range<usize>, after: &str) -> Result<(), Obstacle> {
        let expected = read("a: 1\nb: x\n").expect("valid");
        lines(before, &touched, after)?;
        values(after, &expected).map(drop)
    }

    #[test]
    fn the_right_text_passes() {
        assert_eq!(verdict("a: 1\nb: 2\n", 5..10, "a: 1\nb: x\n"), Ok(()));
    }

    #[test]
    fn wrong_values_types_and_orders_are_held_back() {
        let refused = Err(Obstacle::ValuesDiffer);
        for after in [
            "a: '1'\nb: x\n",
            "b: x\na: 1\n",
            "a: 1\n",
            "a: 1\nb: x\nb: x\n",
            "a: [",
        ] {
            assert_eq!(verdict("a: 1\nb: 2\n", 0..10, after), refused, "{after}");
        }
    }

    #[test]
    fn a_change_outside_the_entry_is_held_back() {
        let refused = Err(Obstacle::LinesDiffer);
        let before = "a: 1 # why\nb: 2\n# end\n";
        for after in [
            "a: 1\nb: x\n# end\n",
            "a: 1 # why\nb: x\n",
            "a: 1 # why\r\nb: x\n# end\n",
            "\na: 1 # why\nb: x\n# end\n",
        ] {
            assert_eq!(verdict(before, 11..16, after), refused, "{after}");
        }
    }

    #[test]
    fn line_breaks_of_another_kind_are_held_back() {
        let refused = Err(Obstacle::LinesDiffer);
        assert_eq!(
            verdict("a: 1\r\nb: 2\r\n", 6..12, "a: 1\r\nb: x\n"),
            refused
        );
        assert_eq!(verdict("a: 1\nb: 2\n", 5..10, "a: 1\nb: x\r\n"), refused);
    }
}
