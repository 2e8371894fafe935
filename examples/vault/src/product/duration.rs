//! Go's durations, as `time.ParseDuration` reads them.

const UNITS: [&str; 8] = ["ns", "us", "µs", "μs", "ms", "s", "m", "h"];

/// Whether `text` is a duration that is not negative: `0`, or numbers with
/// units, such as `1h30m` or `1.5s`.
pub(super) fn is_duration(text: &str) -> bool {
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    if rest == "0" {
        return true;
    }
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        match part(rest) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    true
}

/// Whether the product loads `text` for a duration: a negative one too.
pub(super) fn loads(text: &str) -> bool {
    match text.strip_prefix('-') {
        Some(rest) => !rest.starts_with('+') && is_duration(rest),
        None => is_duration(text),
    }
}

/// Returns the text that follows one number with its unit.
fn part(text: &str) -> Option<&str> {
    let whole = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let after = match whole.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => whole,
    };
    let number = text.strip_suffix(after)?;
    if !number.bytes().any(|byte| byte.is_ascii_digit()) || number.len() > 18 {
        return None;
    }
    let unit = after
        .find(|c: char| c.is_ascii_digit() || c == '.')
        .map_or(Some(after), |end| after.get(..end))?;
    if !UNITS.contains(&unit) {
        return None;
    }
    after.strip_prefix(unit)
}

#[cfg(test)]
mod tests {
    use super::{is_duration, loads};

    #[test]
    fn durations_are_those_that_go_reads() {
        for good in [
            "0", "15m0s", "1.5h", "300ms", "+5s", ".5s", "1.s", "2h45m30s", "7µs",
        ] {
            assert!(is_duration(good), "{good}");
            assert!(loads(good), "{good}");
        }
        for bad in [
            "", "+", "15", "-5s", "5 s", "s", ".s", "1d", "1h 5m", "5S", "1h5",
        ] {
            assert!(!is_duration(bad), "{bad}");
            assert_eq!(loads(bad), bad == "-5s", "{bad}");
        }
    }
}
