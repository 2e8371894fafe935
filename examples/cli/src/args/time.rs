//! Times and how long they are, as people write them.

use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};

/// Returns the number of seconds that `text` stands for, such as `90s`, `1h30m`
/// or `7d`. A text has each unit once, the longest first. Returns `None` for
/// any other text, and for a time of nought.
pub(super) fn seconds(text: &str) -> Option<u64> {
    let mut all = 0_u64;
    let mut shortest = u64::MAX;
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|letter: char| !letter.is_ascii_digit())?;
        let (number, behind) = rest.split_at_checked(end)?;
        let mut letters = behind.chars();
        let unit = match letters.next()? {
            'd' => 24 * 60 * 60,
            'h' => 60 * 60,
            'm' => 60,
            's' => 1,
            _ => return None,
        };
        if unit >= shortest {
            return None;
        }
        shortest = unit;
        let part = number.parse::<u64>().ok()?.checked_mul(unit)?;
        all = all.checked_add(part)?;
        rest = letters.as_str();
    }
    (all > 0).then_some(all)
}

/// A time, or how long ago. Without a zone it is local.
pub(super) fn since(text: &str) -> Result<Timestamp, String> {
    let wrong =
        || format!("write it as 2026-11-26, as \"2026-11-26 14:30\" or as 2h, not {text:?}");
    if let Some(ago) = seconds(text) {
        let ago = i64::try_from(ago).map_err(|_| wrong())?;
        return Timestamp::now()
            .checked_sub(SignedDuration::from_secs(ago))
            .map_err(|_| wrong());
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    let time: civil::DateTime = text.parse().map_err(|_| wrong())?;
    let time = time
        .to_zoned_datetime(TimeZone::system())
        .map_err(|_| wrong())?;
    Ok(time.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p20_a_time_is_written_as_people_write_it() {
        let good = [
            ("24h", 86_400),
            ("1h30m", 5_400),
            ("7d", 604_800),
            ("1d12h", 129_600),
            ("90s", 90),
            ("1d2h3m4s", 93_784),
        ];
        for (text, all) in good {
            assert_eq!(seconds(text), Some(all), "{text}");
        }
        for text in [
            "",
            "h",
            "1",
            "0h",
            "1h1h",
            "30m1h",
            "1.5h",
            "-1h",
            "1 h",
            "1w",
            "1H",
            "99999999999999999999h",
            "18446744073709551615d",
            "1h30",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
