//! Advice on what to write in place of a condition that cannot hold.

use super::{
    domain::{HIGHEST_TIER, LAST_MINUTE},
    expr::{Node, Part},
    judge::Mark,
    ranges::Ranges,
    text::shown,
};

/// Says what to write for a comparison of a path with a number.
pub(super) fn number(node: &Node<'_>, path: &[&str], mark: &Mark, holds: bool) -> String {
    let Some(literal) = literal(node) else {
        return plain(holds);
    };
    let is_any = mark.before == mark.domain;
    match path {
        ["context", "time", "minuteOfDay"] if is_any => minute(literal),
        ["context", "time", "weekday"] if is_any && literal == 0 => {
            "weekday is 1 (Monday) to 7 (Sunday): Sunday is 7".to_owned()
        }
        ["context", "time", "weekday"] if is_any => {
            "weekday is 1 (Monday) to 7 (Sunday)".to_owned()
        }
        [.., "tier"] | ["context", "tier", _] if is_any && is_a_tier(mark) => {
            "the tiers are 0 read-only, 1 standard, 2 admin".to_owned()
        }
        ["context", "time", "minuteOfDay"] if holds => over_midnight(node, path, mark),
        _ => plain(holds),
    }
}

/// Says what to do about a condition of which no more is known.
pub(super) fn plain(holds: bool) -> String {
    match holds {
        true => "write `||` between them where either is enough, or remove what cannot hold",
        false => "remove it, or write what was meant",
    }
    .to_owned()
}

/// `2200` is a time of day to most who write it.
fn minute(literal: i64) -> String {
    let (hours, minutes) = (literal / 100, literal % 100);
    if literal > LAST_MINUTE && (0..24).contains(&hours) && (0..60).contains(&minutes) {
        let meant = hours * 60 + minutes;
        return format!(
            "minuteOfDay counts the minutes since midnight, hours * 60 + minutes: {hours}:{minutes:02} is {meant}"
        );
    }
    format!("minuteOfDay is hours * 60 + minutes, from 0 to {LAST_MINUTE}")
}

/// `from >= 1320 && < 360`: a night ends on another day than it begins.
fn over_midnight(node: &Node<'_>, path: &[&str], mark: &Mark) -> String {
    let before = mark.before.as_ref().and_then(Ranges::piece);
    let (Some((low, high)), Some(literal)) = (before, literal(node)) else {
        return plain(true);
    };
    let path = path.join(".");
    let here = shown(node.json);
    let other = match (low > 0, high < LAST_MINUTE) {
        (true, false) if literal <= low => format!("{path} >= {low}"),
        (false, true) if literal >= high => format!("{path} < {}", high.saturating_add(1)),
        _ => return plain(true),
    };
    let parts = match low > 0 {
        true => [other, here],
        false => [here, other],
    };
    format!(
        "a night over midnight is written with `||`: `{}`",
        parts.join(" || ")
    )
}

/// Whether it is a rank of OpenPass's tiers that is compared, and not a host's number.
fn is_a_tier(mark: &Mark) -> bool {
    mark.domain.as_ref().and_then(Ranges::piece) == Some((0, HIGHEST_TIER))
}

/// The number that a path is compared with.
fn literal(node: &Node<'_>) -> Option<i64> {
    match &node.part {
        Part::Compare(_, left, right) => match (&left.part, &right.part) {
            (Part::Long(number), _) | (_, Part::Long(number)) => Some(*number),
            _ => None,
        },
        _ => None,
    }
}
