//! The type of a single value, as go-yaml v3 resolves it.
//!
//! The product is written in Go and reads config.yaml with go-yaml v3, whose
//! types are neither YAML 1.1's nor 1.2's: `yes` is text until a boolean is
//! expected, `010` is eight, `1_000` a number, and a date is no number.

use super::number;

/// A single value by its type. Its text stays with the value.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Resolved {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text,
    /// A date, with or without a time; text wherever no time is expected.
    Time,
}

impl PartialEq for Resolved {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            // By bits, so that a file with `.nan` equals itself.
            (Self::Float(a), Self::Float(b)) => a.to_bits() == b.to_bits(),
            (Self::Text | Self::Time, Self::Text | Self::Time) => true,
            _ => false,
        }
    }
}

/// Returns the type of `text`. Returns `None` where the text is not what its
/// tag says, which the product refuses, and for `!!binary`, which is not read
/// here.
pub(super) fn resolve(tag: Option<&str>, text: &str, plain: bool) -> Option<Resolved> {
    let found = match tag {
        None if !plain => Resolved::Text,
        Some("!!str") => Resolved::Text,
        None => untagged(text, true),
        Some(tag @ ("!!bool" | "!!int" | "!!float" | "!!null" | "!!timestamp")) => {
            return tagged(tag, untagged(text, tag == "!!timestamp"));
        }
        Some("!!binary") => return None,
        // Other tags are passed over, and the value is text.
        Some(_) => Resolved::Text,
    };
    Some(found)
}

fn tagged(tag: &str, found: Resolved) -> Option<Resolved> {
    match (tag, found) {
        ("!!bool", Resolved::Bool(_))
        | ("!!int", Resolved::Int(_))
        | ("!!float", Resolved::Float(_))
        | ("!!null", Resolved::Null)
        | ("!!timestamp", Resolved::Time) => Some(found),
        ("!!float", Resolved::Int(number)) => number::float_of(number).map(Resolved::Float),
        _ => None,
    }
}

fn untagged(text: &str, dates: bool) -> Resolved {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Resolved::Null,
        "true" | "True" | "TRUE" => return Resolved::Bool(true),
        "false" | "False" | "FALSE" => return Resolved::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return Resolved::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
            return Resolved::Float(f64::INFINITY);
        }
        "-.inf" | "-.Inf" | "-.INF" => return Resolved::Float(f64::NEG_INFINITY),
        _ => {}
    }
    let first = text.bytes().next();
    match first {
        Some(b'.') => number::go_float(text).map_or(Resolved::Text, Resolved::Float),
        Some(b'+' | b'-' | b'0'..=b'9') => {
            if dates && number::is_time(text) {
                return Resolved::Time;
            }
            let digits = text.replace('_', "");
            if let Some(number) = number::go_int(&digits) {
                return Resolved::Int(number);
            }
            number::yaml_float(&digits).map_or(Resolved::Text, Resolved::Float)
        }
        _ => Resolved::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_texts_are_what_go_yaml_makes_of_them() {
        let int = |number| Some(Resolved::Int(number));
        let float = |number| Some(Resolved::Float(number));
        for (text, found) in [
            ("", Some(Resolved::Null)),
            ("~", Some(Resolved::Null)),
            ("NULL", Some(Resolved::Null)),
            ("nULL", Some(Resolved::Text)),
            ("True", Some(Resolved::Bool(true))),
            ("tRue", Some(Resolved::Text)),
            ("yes", Some(Resolved::Text)),
            ("1_000", int(1000)),
            ("1__0_", int(10)),
            ("+7", int(7)),
            ("-7", int(-7)),
            ("010", int(8)),
            ("0o10", int(8)),
            ("-0o10", int(-8)),
            ("0x1F", int(31)),
            ("-0X1f", int(-31)),
            ("0b101", int(5)),
            ("08", float(8.0)),
            ("60.0", float(60.0)),
            ("1e3", float(1000.0)),
            ("1.", float(1.0)),
            (".5", float(0.5)),
            ("._5", Some(Resolved::Text)),
            (".", Some(Resolved::Text)),
            ("+", Some(Resolved::Text)),
            ("0x", Some(Resolved::Text)),
            ("1e400", Some(Resolved::Text)),
            ("18446744073709551615", int(u64::MAX.into())),
            ("18446744073709551616", float(18_446_744_073_709_551_616.0)),
            ("12:30:00", Some(Resolved::Text)),
            ("infinity", Some(Resolved::Text)),
            ("-.Inf", float(f64::NEG_INFINITY)),
        ] {
            assert_eq!(resolve(None, text, true), found, "{text:?}");
        }
        for date in ["2026-11-26", "2026-1-2", "2026-11-26T16:30:00.5Z"] {
            let found = resolve(None, date, true);
            assert!(matches!(found, Some(Resolved::Time)), "{date}");
        }
    }

    #[test]
    fn quotes_and_tags_decide_before_the_text_does() {
        assert_eq!(resolve(None, "1", false), Some(Resolved::Text));
        assert_eq!(resolve(Some("!!str"), "1", true), Some(Resolved::Text));
        assert_eq!(resolve(Some("!mine"), "1", true), Some(Resolved::Text));
        let boolean = resolve(Some("!!bool"), "true", false);
        assert_eq!(boolean, Some(Resolved::Bool(true)));
        assert_eq!(resolve(Some("!!bool"), "yes", true), None);
        assert_eq!(resolve(Some("!!int"), "x", true), None);
        let float = resolve(Some("!!float"), "5", true);
        assert_eq!(float, Some(Resolved::Float(5.0)));
        assert_eq!(resolve(Some("!!null"), "", false), Some(Resolved::Null));
        assert_eq!(resolve(Some("!!null"), "x", true), None);
        assert_eq!(resolve(Some("!!binary"), "YQ==", true), None);
    }
}
