//! Whole numbers and times of day.

use super::complaints::{self, REFUSES};
use crate::{
    problem::Complaint,
    quote,
    read::{Node, Value},
};

/// A whole number in decimal. YAML 1.1 and OpenPass know more ways to write
/// one, and each reads otherwise than it looks.
pub(super) fn integer(key: &str, node: &Node) -> Result<i64, Complaint> {
    let Value::Scalar { text, plain: true } = &node.value else {
        return Err(complaints::wrong_kind(key, "a whole number"));
    };
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_decimal = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == '_');
    if !is_decimal {
        return Err(not_decimal(key, text));
    }
    if digits.len() > 1 && digits.starts_with('0') {
        return Err(octal(key, text));
    }
    let number: String = text.chars().filter(|c| *c != '_').collect();
    number.parse().map_err(|_| out_of_range(key))
}

fn octal(key: &str, text: &str) -> Complaint {
    let octal = i64::from_str_radix(text.trim_start_matches(['-', '+', '0']), 8);
    let product = octal.map_or_else(
        |_| "reads it as an octal number, or refuses it".to_owned(),
        |octal| format!("reads it as an octal number: {octal}"),
    );
    Complaint::new(
        format!("`{key}` is {}, with a leading zero", quote::shown(text)),
        product,
        "write the number in decimal, without a leading zero",
    )
}

fn not_decimal(key: &str, text: &str) -> Complaint {
    if text.parse::<f64>().is_ok_and(f64::is_finite) {
        return Complaint::new(
            format!(
                "`{key}` is {}, which is not a whole number",
                quote::shown(text)
            ),
            "cuts off what is after the point",
            "write a whole number",
        );
    }
    complaints::wrong_kind(key, "a whole number in decimal")
}

fn out_of_range(key: &str) -> Complaint {
    Complaint::new(
        format!("`{key}` is too large a number"),
        REFUSES,
        "write a number between -9223372036854775808 and 9223372036854775807",
    )
}

/// The minute of the day that `H:MM` or `HH:MM` names.
pub(super) fn minute(key: &str, text: &str) -> Result<u16, Complaint> {
    let two = |part: &str, min: usize| {
        let fits = (min..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| part.parse::<u16>().ok()).flatten()
    };
    let parts = text.split_once(':');
    let parts = parts.and_then(|(hour, minute)| Some((two(hour, 1)?, two(minute, 2)?)));
    match parts {
        Some((hour @ 0..=23, minute @ 0..=59)) => Ok(hour * 60 + minute),
        _ => Err(Complaint::new(
            format!(
                "`{key}` is {}, which is not a time of day",
                quote::shown(text)
            ),
            REFUSES,
            "write hours and minutes from \"00:00\" to \"23:59\"; a range may go past \
             midnight, as in {start: \"22:00\", end: \"06:00\"}",
        )),
    }
}
