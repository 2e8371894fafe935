//! The whole number that a JSON number stands for.

/// The whole number that `text`, a JSON number, is equal to: of `5`, `5.0` and `0.5e1`
/// it is 5. `None` where it is a fraction or outside Cedar's `Long`.
pub(super) fn whole(text: &str) -> Option<i64> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let joined = format!("{before}{after}");
    let digits = joined.trim_start_matches('0');
    if digits.is_empty() {
        return Some(0);
    }
    let significant = digits.trim_end_matches('0');
    let exponent: i64 = exponent.map_or(Some(0), |it| it.parse().ok())?;
    let behind = i64::try_from(after.len()).ok()?;
    let dropped = i64::try_from(digits.len() - significant.len()).ok()?;
    let zeros = exponent.checked_sub(behind)?.checked_add(dropped)?;
    let zeros = usize::try_from(zeros).ok().filter(|zeros| *zeros < 20)?;
    format!("{sign}{significant}{}", "0".repeat(zeros))
        .parse()
        .ok()
}
