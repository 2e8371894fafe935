//! Several values that stand in no brackets.

use super::super::{
    cure::{Cure, short},
    pieces::is_name,
    spot::{Spot, write},
};

/// `[A B]`.
pub(super) fn no_comma(spot: &Spot<'_>) -> Option<Cure> {
    let (opening, bracket) = spot.opening()?;
    let is_end = |word: &str| word.ends_with(['"', ')', ']']) || is_name(word);
    let begins = spot.word(0).starts_with(['"', '[', '(']) || is_name(spot.word(0));
    if bracket != "[" || spot.at == opening + 1 || !begins || !is_end(spot.word(-1)) {
        return None;
    }
    let last = spot.pieces.operand_to(spot.at);
    let value = short(spot.pieces.slice(spot.at, last));
    let message = "there is no comma between this value and the one before it";
    Some(spot.cure(message, write(&format!(", {value}"))))
}

/// `action in A, B` in a head.
pub(super) fn in_scope(spot: &Spot<'_>) -> Option<Cure> {
    let scope = spot.scope()?;
    if spot.pieces.opening(spot.at)? != scope {
        return None;
    }
    let operator = operator(spot, scope)?;
    if let Some(cure) = of_one(spot, operator) {
        return Some(cure);
    }
    let closing = spot.pieces.closing(scope)?;
    let ends = |piece: &usize| {
        let next = spot.pieces.word(piece + 1);
        spot.pieces.word(*piece) == "," && matches!(next, "principal" | "action" | "resource")
    };
    let end = (operator..closing).find(ends).unwrap_or(closing);
    cure(spot, operator, end)
}

/// `principal in [A, B]` in a head: only of actions it names several.
fn of_one(spot: &Spot<'_>, operator: usize) -> Option<Cure> {
    let variable = spot.pieces.near(operator, -1);
    let first = operator + 1;
    let is_one = matches!(variable, "principal" | "resource");
    if !is_one || spot.pieces.word(first) != "[" {
        return None;
    }
    let last = spot.pieces.closing(first)?;
    let list = short(spot.pieces.slice(first, last));
    let message = format!("a head names one {variable}: several are named in a condition");
    let condition = write(&format!("when {{ {list}.contains({variable}) }}"));
    let of = list.trim_start_matches('[').trim_start();
    let of = of.split("::\"").next().unwrap_or_default();
    let head = write(&format!("{variable} is {of}"));
    let help = format!("{head} there, and after the head {condition}");
    Some(spot.cure_at(first, last, message, help))
}

/// `x in A, B` in a condition.
pub(super) fn in_condition(spot: &Spot<'_>) -> Option<Cure> {
    let (opening, bracket) = spot.opening()?;
    if spot.word(0) != "," || !matches!(bracket, "{" | "(") {
        return None;
    }
    let operator = operator(spot, opening)?;
    let closing = spot.pieces.closing(opening)?;
    let ends = |piece: &usize| matches!(spot.pieces.word(*piece), "&&" | "||");
    let end = (spot.at..closing).find(ends).unwrap_or(closing);
    cure(spot, operator, end)
}

/// The `in` or `==` before the place, in the same brackets.
fn operator(spot: &Spot<'_>, opening: usize) -> Option<usize> {
    let mut before = (opening..spot.at).rev();
    before.find(|piece| matches!(spot.pieces.word(*piece), "in" | "=="))
}

fn cure(spot: &Spot<'_>, operator: usize, end: usize) -> Option<Cure> {
    let last = end.checked_sub(1).filter(|last| *last > operator)?;
    let values = spot.pieces.slice(operator + 1, last);
    if !values.contains(',') {
        return None;
    }
    Some(spot.cure_at(
        operator + 1,
        last,
        "several values are written in square brackets, after `in`",
        write(&format!("[{}]", short(values))),
    ))
}
