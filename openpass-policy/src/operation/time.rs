//! The time of day, as policy sees it.

use serde::Serialize;

/// A wall clock's day and minute: `context.time` in policy.
///
/// It is what the host says, from a clock that its machine's owner can set. It
/// is a circumstance of the request and no part of what is approved: the
/// digest does not cover it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WallTime {
    weekday: u8,
    minute_of_day: u16,
}

impl WallTime {
    /// A time: `weekday` from 1 (Monday) to 7, `minute_of_day` from 0 to 1439.
    /// `None` for anything else.
    #[must_use]
    pub const fn new(weekday: u8, minute_of_day: u16) -> Option<Self> {
        if weekday >= 1 && weekday <= 7 && minute_of_day < 24 * 60 {
            Some(Self {
                weekday,
                minute_of_day,
            })
        } else {
            None
        }
    }

    /// The day, 1 (Monday) to 7.
    #[must_use]
    pub const fn weekday(self) -> u8 {
        self.weekday
    }

    /// Minutes since midnight, 0 to 1439.
    #[must_use]
    pub const fn minute_of_day(self) -> u16 {
        self.minute_of_day
    }
}

impl core::fmt::Display for WallTime {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let day = match self.weekday {
            1 => "Mon",
            2 => "Tue",
            3 => "Wed",
            4 => "Thu",
            5 => "Fri",
            6 => "Sat",
            _ => "Sun",
        };
        let minute = self.minute_of_day;
        write!(f, "{day} {:02}:{:02}", minute / 60, minute % 60)
    }
}

/// A text that is no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a time; write a day and a time of day, such as `mon 09:30`, with two digits each")]
#[non_exhaustive]
pub struct NoWallTime;

impl core::str::FromStr for WallTime {
    type Err = NoWallTime;

    /// Reads a day and a time of day, such as `mon 09:30`.
    fn from_str(text: &str) -> Result<Self, NoWallTime> {
        let (day, time) = text.trim().split_once(' ').ok_or(NoWallTime)?;
        let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let day = days
            .iter()
            .position(|name| name.eq_ignore_ascii_case(day))
            .and_then(|index| u8::try_from(index + 1).ok());
        let (hour, minute) = time.split_once(':').ok_or(NoWallTime)?;
        let two_digits = |text: &str| {
            let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse::<u16>().ok()).flatten()
        };
        match (day, two_digits(hour), two_digits(minute)) {
            (Some(day), Some(hour @ 0..=23), Some(minute @ 0..=59)) => {
                Self::new(day, hour * 60 + minute).ok_or(NoWallTime)
            }
            _ => Err(NoWallTime),
        }
    }
}
