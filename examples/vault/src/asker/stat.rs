//! `/proc/PID/stat`: one line of fields, of which the second is a name in parentheses
//! that the process chooses.

/// The place of the parent's pid, counted from the end of the name.
const PARENT: usize = 1;
/// The place of the process's start, counted from the end of the name.
const STARTED: usize = 19;

/// The parent's pid, and when the process started, in ticks since boot.
pub(super) fn parse(stat: &[u8]) -> Option<(u32, u64)> {
    // A name may hold parentheses, blanks and line ends, and what follows it none.
    let end = stat.iter().rposition(|byte| *byte == b')')?;
    let behind = stat.get(end.checked_add(1)?..)?;
    let fields = str::from_utf8(behind).ok()?;
    let field = |number| fields.split_ascii_whitespace().nth(number);
    Some((field(PARENT)?.parse().ok()?, field(STARTED)?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REST: &str = "S 18092 18094 18094 0 -1 4194560 5882 55685 2 24 2 3 40 13 20 0 1 0 \
                        1521355 5124096 924";

    #[test]
    fn case_70_a_name_that_looks_like_fields_is_only_a_name() {
        for name in ["bash", "a) S 1 1 1 0 (b", "\n) ", "\u{fffd}", ""] {
            let stat = format!("7 ({name}) {REST}");
            assert_eq!(parse(stat.as_bytes()), Some((18092, 1_521_355)), "{name:?}");
        }
        let name = [b"7 (\xff\xfe) ".as_slice(), REST.as_bytes()].concat();
        assert_eq!(parse(&name), Some((18092, 1_521_355)));
    }

    #[test]
    fn what_is_no_such_line_says_nothing() {
        for stat in ["", "7", "7 (bash)", "7 (bash) S 1 2", "7 (bash) S x 1"] {
            assert_eq!(parse(stat.as_bytes()), None, "{stat:?}");
        }
    }
}
