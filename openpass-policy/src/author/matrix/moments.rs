//! The times of day at which policies may decide differently.

use std::collections::BTreeSet;

use crate::{WallTime, engine::Looks};

/// Classes of times: within one, no policy tells one time from another.
pub(super) struct Moments {
    /// The class of now is the first.
    pub(super) all: Vec<Moment>,
    /// The number of times of day that policies name and that begin no class, since
    /// there would be too many classes.
    pub(super) left_out: usize,
    /// Whether nothing is computed from the time: else only the times that were tried
    /// are known.
    pub(super) exact: bool,
}

/// Times that no policy tells apart, and one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moment {
    /// One of these times; `None` where the host tells no time.
    pub(super) time: Option<WallTime>,
    days: (u8, u8),
    minutes: (u16, u16),
}

const LAST_MINUTE: u16 = 24 * 60 - 1;
const LAST_DAY: u8 = 7;
/// The most classes that a day falls into.
const MOST: usize = 120;

impl Moments {
    /// The classes by what `looks` compare the time with, those first that come
    /// first.
    pub(super) fn of(looks: &[&Looks], now: Option<WallTime>) -> Self {
        let Some(now) = now else {
            let whole = Moment {
                time: None,
                days: (1, LAST_DAY),
                minutes: (0, LAST_MINUTE),
            };
            return Self {
                all: vec![whole],
                left_out: 0,
                exact: true,
            };
        };
        let numbers = |path: &str| -> Vec<i64> {
            let all = looks.iter().flat_map(|looks| looks.numbers(path));
            all.collect()
        };
        let exact = !looks.iter().any(|looks| looks.opaque);
        let mut of_minutes = numbers("context.time.minuteOfDay");
        if !exact {
            of_minutes.extend((0..24).map(|hour| hour * 60));
        }
        let (minutes, left_out) = cut(&of_minutes, (0, LAST_MINUTE));
        let last_day = u16::from(LAST_DAY);
        let (days, _) = cut(&numbers("context.time.weekday"), (1, last_day));
        let mut all = Vec::new();
        for &(from, to) in &days {
            let days = (day(from), day(to));
            all.extend(minutes.iter().map(|&minutes| moment(days, minutes, now)));
        }
        all.sort_by_key(|moment| moment.time != Some(now));
        Self {
            all,
            left_out,
            exact,
        }
    }

    /// The times of these classes in words; `None` if they are all times.
    pub(super) fn words(&self, holds: &BTreeSet<usize>) -> Option<String> {
        if holds.len() == self.all.len() {
            return None;
        }
        if !self.exact {
            return Some(self.tried(holds));
        }
        let mut texts: Vec<(String, Vec<u8>)> = Vec::new();
        let days: Vec<Vec<(u16, u16)>> =
            (1..=LAST_DAY).map(|day| self.ranges(day, holds)).collect();
        let alike = days.windows(2).all(|pair| pair.first() == pair.last());
        for (day, ranges) in (1..).zip(&days) {
            if ranges.is_empty() {
                continue;
            }
            let text = range_words(ranges, alike);
            match texts.iter_mut().find(|(known, _)| *known == text) {
                Some((_, days)) => days.push(day),
                None => texts.push((text, vec![day])),
            }
        }
        let parts = texts.iter().map(|(text, days)| {
            let days = if alike {
                String::new()
            } else {
                day_words(days)
            };
            let between = if days.is_empty() || text.is_empty() {
                ""
            } else {
                " "
            };
            format!("{days}{between}{text}")
        });
        Some(parts.collect::<Vec<String>>().join("; "))
    }

    /// The times that were tried, where they are all that is known.
    fn tried(&self, holds: &BTreeSet<usize>) -> String {
        let all = holds
            .iter()
            .filter_map(|number| self.all.get(*number)?.time);
        let times: Vec<String> = all.map(|time| time.to_string()).collect();
        let few = times.get(..3).unwrap_or(&times).join(", ");
        let more = match times.len().saturating_sub(3) {
            0 => String::new(),
            more => format!(" and at {more} more of the times that were tried"),
        };
        format!("at {few}{more}; a policy computes with numbers, so not at every time")
    }

    /// The minutes of a day that are in these classes.
    fn ranges(&self, day: u8, holds: &BTreeSet<usize>) -> Vec<(u16, u16)> {
        let all = holds.iter().filter_map(|number| self.all.get(*number));
        let of_day = all.filter(|moment| (moment.days.0..=moment.days.1).contains(&day));
        let mut ranges: Vec<(u16, u16)> = of_day.map(|moment| moment.minutes).collect();
        ranges.sort_unstable();
        let mut joined: Vec<(u16, u16)> = Vec::new();
        for (from, to) in ranges {
            match joined.last_mut() {
                Some(last) if last.1.checked_add(1) == Some(from) => last.1 = to,
                _ => joined.push((from, to)),
            }
        }
        joined
    }
}

fn day(number: u16) -> u8 {
    u8::try_from(number).unwrap_or(LAST_DAY)
}

/// Now, where it is in the class, or else the first time of it.
fn moment(days: (u8, u8), minutes: (u16, u16), now: WallTime) -> Moment {
    let is_day = (days.0..=days.1).contains(&now.weekday());
    let is_minute = (minutes.0..=minutes.1).contains(&now.minute_of_day());
    let day = if is_day { now.weekday() } else { days.0 };
    let minute = if is_minute {
        now.minute_of_day()
    } else {
        minutes.0
    };
    Moment {
        time: WallTime::new(day, minute),
        days,
        minutes,
    }
}

/// Cuts a range before each number, and how many numbers are left out.
fn cut(numbers: &[i64], (first, last): (u16, u16)) -> (Vec<(u16, u16)>, usize) {
    let mut starts = BTreeSet::from([first]);
    let mut left_out = 0;
    for number in numbers {
        let cut = u16::try_from(*number).ok();
        let Some(cut) = cut.filter(|cut| (first..=last).contains(cut)) else {
            continue;
        };
        if !starts.contains(&cut) && starts.len() >= MOST {
            left_out += 1;
        } else {
            starts.insert(cut);
        }
    }
    let starts: Vec<u16> = starts.into_iter().collect();
    let ends = starts.iter().skip(1).map(|start| start.saturating_sub(1));
    let ends = ends.chain([last]);
    (starts.iter().copied().zip(ends).collect(), left_out)
}

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// Writes ranges of minutes in words. Where all days are alike, a range that goes on
/// over midnight is one range.
fn range_words(ranges: &[(u16, u16)], alike: bool) -> String {
    let mut ranges = ranges.to_vec();
    if ranges == [(0, LAST_MINUTE)] {
        return String::new();
    }
    if alike
        && ranges.len() > 1
        && let (Some(first), Some(last)) = (ranges.first().copied(), ranges.last_mut())
        && first.0 == 0
        && last.1 == LAST_MINUTE
    {
        last.1 = first.1;
        ranges.remove(0);
    }
    let words = ranges.iter().map(|&(from, to)| match from == to {
        true => clock(from),
        false => format!("{} to {}", clock(from), clock(to)),
    });
    words.collect::<Vec<String>>().join(" and ")
}

fn day_words(days: &[u8]) -> String {
    let name = |day: u8| match day {
        1 => "mon",
        2 => "tue",
        3 => "wed",
        4 => "thu",
        5 => "fri",
        6 => "sat",
        _ => "sun",
    };
    let is_run = days
        .windows(2)
        .all(|pair| matches!(pair, [one, next] if one.checked_add(1) == Some(*next)));
    match days {
        [first, _, .., last] if is_run && days.len() > 2 => {
            format!("{} to {}", name(*first), name(*last))
        }
        _ => {
            let names: Vec<&str> = days.iter().map(|day| name(*day)).collect();
            names.join(", ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(numbers: &[(&str, &[i64])]) -> Moments {
        let mut looks = Looks::default();
        for (path, numbers) in numbers {
            let path = format!("context.time.{path}");
            looks.paths.insert(path, numbers.iter().copied().collect());
        }
        Moments::of(&[&looks], WallTime::new(3, 720))
    }

    fn at(moments: &Moments, holds: impl Fn(WallTime) -> bool) -> Option<String> {
        let all = moments.all.iter().enumerate();
        let holds = all.filter(|(_, moment)| moment.time.is_some_and(&holds));
        moments.words(&holds.map(|(number, _)| number).collect())
    }

    #[test]
    fn times_are_told_as_people_do() {
        let office = moments(&[("minuteOfDay", &[540, 1080]), ("weekday", &[6])]);
        assert_eq!(office.all.first().unwrap().time, WallTime::new(3, 720));
        let closed = |time: WallTime| {
            time.weekday() > 5 || time.minute_of_day() < 540 || time.minute_of_day() >= 1080
        };
        assert_eq!(
            at(&office, closed).as_deref(),
            Some("mon to fri 00:00 to 08:59 and 18:00 to 23:59; sat, sun")
        );
        assert_eq!(at(&office, |_| true), None);
        let weekend = at(&office, |time| time.weekday() > 5);
        assert_eq!(weekend.as_deref(), Some("sat, sun"));
        let night = moments(&[("minuteOfDay", &[1320, 360, 361])]);
        let words = at(&night, |time| {
            time.minute_of_day() >= 1320 || time.minute_of_day() < 360
        });
        assert_eq!(words.as_deref(), Some("22:00 to 05:59"));
        let once = at(&night, |time| time.minute_of_day() == 360);
        assert_eq!(once.as_deref(), Some("06:00"));
    }

    #[test]
    fn numbers_at_the_edges_cut_nothing() {
        let far = moments(&[("minuteOfDay", &[i64::MIN, -1, 1440, i64::MAX])]);
        assert_eq!(far.all.len(), 1);
        let many: Vec<i64> = (0..1440).collect();
        let many = moments(&[("minuteOfDay", &many)]);
        assert!(many.all.len() <= MOST + 1 && many.left_out > 1000);
    }

    #[test]
    fn without_a_clock_there_is_one_moment() {
        assert_eq!(Moments::of(&[], None).all.len(), 1);
    }
}
