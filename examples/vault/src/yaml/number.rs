//! Numbers and dates, as Go's parsers take them.

/// A whole number as Go's `ParseInt` and `ParseUint` take it with base 0: a
/// sign, then `0x`, `0o`, `0b` or a leading zero for other bases.
pub(super) fn go_int(text: &str) -> Option<i128> {
    let (negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, text.get(1..)?),
        Some(b'+') => (false, text.get(1..)?),
        _ => (false, text),
    };
    let lower = digits.to_ascii_lowercase();
    let (base, digits) = match lower.get(..2) {
        Some("0x") => (16, lower.get(2..)?),
        Some("0o") => (8, lower.get(2..)?),
        Some("0b") => (2, lower.get(2..)?),
        Some(_) if lower.starts_with('0') => (8, lower.get(1..)?),
        _ => (10, lower.as_str()),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let size = i128::from_str_radix(digits, base).ok()?;
    let number = if negative { -size } else { size };
    let signed = text.starts_with(['-', '+']);
    let most = if signed {
        i64::MAX.into()
    } else {
        u64::MAX.into()
    };
    (i128::from(i64::MIN)..=most)
        .contains(&number)
        .then_some(number)
}

/// A number that YAML takes for one with a fraction or an exponent.
pub(super) fn yaml_float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !digits.is_empty() && all_digits(digits)
    });
    let mantissa_fits = match mantissa.split_once('.') {
        Some(("", fraction)) => !fraction.is_empty() && all_digits(fraction),
        Some((whole, fraction)) => all_digits(whole) && all_digits(fraction),
        None => !mantissa.is_empty() && all_digits(mantissa),
    };
    if !mantissa_fits || !exponent_fits {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Reads `text` as Go's `ParseFloat` reads a number that begins with a point.
pub(super) fn go_float(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// The float that a whole number is, by its decimal text: exact or rounded.
pub(super) fn float_of(number: i128) -> Option<f64> {
    number.to_string().parse().ok()
}

/// Returns the whole number that Go makes of a float where it expects a whole
/// number: the part behind the point is cut off. `None` stands for a float that
/// does not fit.
pub(super) fn cut_off(number: f64) -> Option<i64> {
    const TOO_LARGE: f64 = 9_223_372_036_854_775_808.0;
    if number.is_nan() || number >= TOO_LARGE {
        return None;
    }
    if number <= -TOO_LARGE {
        return Some(i64::MIN);
    }
    format!("{:.0}", number.trunc()).parse().ok()
}

/// A date with a year of four digits, alone or with a time.
pub(super) fn is_time(text: &str) -> bool {
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (text.get(..at), text.get(at..)),
        None => (Some(text), None),
    };
    date.is_some_and(is_date) && time.is_none_or(is_clock)
}

fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let numbers = (parts.next(), parts.next(), parts.next(), parts.next());
    let (Some(year), Some(month), Some(day), None) = numbers else {
        return false;
    };
    let (Some(year), Some(month), Some(day)) = (
        digits(year, 4..=4),
        digits(month, 1..=2),
        digits(day, 1..=2),
    ) else {
        return false;
    };
    let (Ok(year), Ok(month), Ok(day)) =
        (i16::try_from(year), i8::try_from(month), i8::try_from(day))
    else {
        return false;
    };
    jiff::civil::Date::new(year, month, day).is_ok()
}

/// `T16:30:00Z`, `t16:30:00+01:00` or ` 16:30:00`, with a fraction or without.
fn is_clock(text: &str) -> bool {
    let Some(rest) = text.get(1..) else {
        return false;
    };
    let end = rest.find(['Z', '+', '-']).unwrap_or(rest.len());
    let (clock, zone) = (
        rest.get(..end).unwrap_or_default(),
        rest.get(end..).unwrap_or_default(),
    );
    let zone_fits = match (text.starts_with(' '), zone) {
        (true, zone) => zone.is_empty(),
        (false, "Z") => true,
        (false, zone) => zone
            .get(1..)
            .is_some_and(|zone| fits(zone, 2..=2, &[23, 59])),
    };
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    zone_fits
        && fits(whole, 1..=2, &[23, 59, 59])
        && !fraction.is_empty()
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether `text` is numbers with colons between, each within its bound.
fn fits(text: &str, length: core::ops::RangeInclusive<usize>, most: &[u32]) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    parts.len() == most.len()
        && parts
            .iter()
            .zip(most)
            .all(|(part, most)| digits(part, length.clone()).is_some_and(|number| number <= *most))
}

fn digits(text: &str, length: core::ops::RangeInclusive<usize>) -> Option<u32> {
    let plain = length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}
