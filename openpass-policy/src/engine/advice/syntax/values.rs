//! Values that Cedar does not have, or has otherwise.

use super::super::{
    close::{close, same},
    cure::{Cure, short},
    known::{Known, Owner},
    spot::{Spot, write},
};

/// `22:00`.
pub(super) fn time(spot: &Spot<'_>) -> Option<Cure> {
    let (hours, minutes) = (spot.word(-1), spot.word(1));
    if spot.word(0) != ":" {
        return None;
    }
    let written = format!("{hours}:{minutes}");
    let since = minutes_of(&written)?;
    let message = format!(
        "`{written}` is not a value of Cedar: a time of day is a number, the minutes since midnight"
    );
    let first = spot.at.checked_sub(1)?;
    Some(spot.cure_at(first, spot.at + 1, message, write(&since.to_string())))
}

/// `13.5`.
pub(super) fn decimal(spot: &Spot<'_>) -> Option<Cure> {
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    let at = if spot.word(0) == "." {
        spot.at
    } else {
        spot.at.checked_sub(1)?
    };
    let (whole, rest) = (spot.pieces.near(at, -1), spot.pieces.word(at + 1));
    if spot.pieces.word(at) != "." || !is_number(whole) || !is_number(rest) {
        return None;
    }
    let message = format!(
        "`{}.{}` is not a number of Cedar: numbers are whole",
        short(whole),
        short(rest)
    );
    let first = at.checked_sub(1)?;
    let beside = first.checked_sub(1).and_then(|it| spot.before(it));
    let of_time = beside.is_some_and(|(_, left)| left.ends_with("minuteOfDay"));
    // Who compares the time with half an hour means hours.
    let meant = match minutes_in(whole, rest).filter(|_| of_time) {
        Some(minutes) => minutes.to_string(),
        None => whole.to_owned(),
    };
    Some(spot.cure_at(first, at + 1, message, write(&meant)))
}

/// The minutes in a day's hours and a part of one, such as 13 and 5 tenths.
fn minutes_in(hours: &str, tenths: &str) -> Option<u64> {
    let hours = hours.parse::<u64>().ok().filter(|hours| *hours < 24)?;
    let of = 10_u64.checked_pow(u32::try_from(tenths.len()).ok()?)?;
    let part = tenths.parse::<u64>().ok()?.checked_mul(60)?;
    Some(hours * 60 + part.checked_div(of)?)
}

/// The minutes since midnight of `22:00`.
pub(in crate::engine::advice) fn minutes_of(written: &str) -> Option<u32> {
    let (hours, minutes) = written.trim().split_once(':')?;
    let number = |text: &str, below: u32| {
        let digits = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let number = text.parse::<u32>().ok().filter(|number| *number < below);
        number.filter(|_| digits)
    };
    let since = number(hours, 25)? * 60 + number(minutes, 60)?;
    // 24:00 is the end of a day, and there is nothing behind it.
    (since <= 24 * 60).then_some(since)
}

/// A place to fill in.
pub(super) fn slot(spot: &Spot<'_>) -> Option<Cure> {
    let at = spot.find(&["?"])?;
    let slot = spot.pieces.slice(at, at + 1);
    let is_slot = matches!(spot.pieces.word(at + 1), "principal" | "resource")
        || spot.said.contains("template slot");
    is_slot.then(|| {
        let message = format!(
            "`{}` is a place to fill in, and nothing fills it in: a policy itself names what it \
             is about",
            short(slot)
        );
        spot.cure_at(
            at,
            at + 1,
            message,
            write(example(spot.pieces.word(at + 1))),
        )
    })
}

/// Something to stand in a slot's place.
pub(in crate::engine) fn example(slot: &str) -> &'static str {
    match slot.trim_start_matches('?') {
        "resource" => "OpenPass::AgentProfile::\"ci-bot\"",
        _ => "OpenPass::Agent::\"ci-bot\"",
    }
}

/// `null`, and what other languages call it.
pub(super) fn null(spot: &Spot<'_>) -> Option<Cure> {
    let at = spot.find(&["null", "nil", "None", "undefined", "NULL"])?;
    let word = spot.pieces.word(at);
    if !spot.said.contains(word) {
        return None;
    }
    let operator = at.checked_sub(1)?;
    let cedar = spot.before(operator).and_then(|(_, left)| {
        let (of, attribute) = left.rsplit_once('.')?;
        let not = if spot.pieces.word(operator) == "==" {
            "!("
        } else {
            ""
        };
        let end = if not.is_empty() { "" } else { ")" };
        Some(format!("{not}{} has {}{end}", short(of), short(attribute)))
    });
    let message = format!("Cedar has no `{word}`: `has` asks whether an attribute is there");
    let help = cedar.map_or_else(|| "leave the comparison out".to_owned(), |it| write(&it));
    Some(spot.cure_at(at, at, message, help))
}

/// A word that stands where one of the four variables does.
pub(super) fn variable(spot: &Spot<'_>) -> Option<Cure> {
    const VARIABLES: [&str; 4] = ["principal", "action", "resource", "context"];
    let of_access = spot.said.strip_prefix("invalid member access `");
    let written = match spot.said.strip_prefix("invalid variable: ") {
        Some(word) => word,
        None => of_access
            .or_else(|| spot.said.strip_prefix("attempted to call `"))?
            .split('.')
            .next()?,
    };
    let at = spot.find(&[written])?;
    let message = format!(
        "`{}` is not a variable: there are principal, action, resource and context, and a text \
         is written in double quotes",
        short(written)
    );
    let help = match close(written, VARIABLES) {
        Some(meant) => write(meant),
        None => attribute_called(spot.known(), written)
            .map_or_else(|| write(&format!("\"{written}\"")), |path| write(&path)),
    };
    Some(spot.cure_at(at, at, message, help))
}

/// Returns the path of the attribute of that name in an operation's context.
fn attribute_called(known: &Known, name: &str) -> Option<String> {
    let is = |other: &str| same(other, name);
    let context = known.actions.keys().next()?;
    let of_context = known.path_to(&Owner::Context(context), is);
    of_context.map(|path| format!("context{path}"))
}

pub(super) fn number(spot: &Spot<'_>) -> Option<Cure> {
    let said = spot.said.strip_prefix("integer literal `")?;
    let number = said.split('`').next().unwrap_or_default();
    let at = spot.find(&[number]).unwrap_or(spot.at);
    let message = format!("the number `{}` is too large for Cedar", short(number));
    let help = write(&i64::MAX.to_string());
    Some(spot.cure_at(
        at,
        at,
        message,
        format!("{help}, the largest, or a smaller one"),
    ))
}
