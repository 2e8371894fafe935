//! Sets and what is in them.

use super::super::{
    cure::{Cure, short},
    pieces::string,
    spot::{Spot, write},
};
use super::{texts, types::told};
use crate::engine::model::Shape;

/// `x == [a, b]`: whether it is one of them is asked by `contains`.
pub(super) fn element(spot: &Spot<'_>, a: &str, b: &str) -> Option<Cure> {
    if a.starts_with("Set<") == b.starts_with("Set<") {
        return None;
    }
    let operator = spot.find(&["==", "!="])?;
    let (_, left) = spot.before(operator)?;
    let (_, right) = spot.behind(operator);
    let is_set = |operand: &str| {
        operand.starts_with('[') || matches!(spot.known().shape(operand), Some(Shape::Set(_)))
    };
    let (set, one) = match (is_set(left), is_set(right)) {
        (true, false) => (left, right),
        (false, true) => (right, left),
        _ => return None,
    };
    let entity = spot.known().entity_of(one);
    let set = entity.and_then(|of| texts::rewritten(spot.known(), set, &of));
    let set = set.unwrap_or_else(|| short(if is_set(left) { left } else { right }));
    let not = if spot.pieces.word(operator) == "!=" {
        "!"
    } else {
        ""
    };
    let cedar = format!("{not}{set}.contains({})", short(one));
    let message = "a set is never equal to one value: `contains` asks whether it is in the set";
    Some(spot.cure_at(operator, operator, message, write(&cedar)))
}

/// The method that is called at the place, and what with.
fn called<'a>(spot: &Spot<'a>) -> Option<(usize, &'a str, &'a str)> {
    let last = spot.pieces.operand_to(spot.at);
    let mut pieces = spot.at..=last;
    let method = pieces.find(|piece| {
        spot.pieces.word(*piece).starts_with("contains") || spot.pieces.word(*piece) == "isEmpty"
    })?;
    let (_, receiver) = spot.before(method.checked_sub(1)?)?;
    let closing = spot.pieces.closing(method + 1)?;
    let argument = spot.pieces.slice(method + 2, closing.checked_sub(1)?);
    Some((method, receiver, argument))
}

/// `x.contains([a, b])`.
pub(super) fn other_way(spot: &Spot<'_>, expected: &str) -> Option<Cure> {
    let (method, receiver, argument) = called(spot)?;
    if !expected.starts_with("Set<") || !argument.starts_with('[') {
        return None;
    }
    let entity = spot.known().entity_of(receiver);
    let set = entity.and_then(|of| texts::rewritten(spot.known(), argument, &of));
    let set = set.unwrap_or_else(|| short(argument));
    let cedar = format!("{set}.contains({})", short(receiver));
    let message = "the wrong way round: the set comes before `contains`";
    Some(spot.cure_at(method, method, message, write(&cedar)))
}

/// `x.contains(5)`, where `x` is one value.
pub(super) fn of_no_set(spot: &Spot<'_>, expected: &str, saw: &str) -> Option<Cure> {
    if !expected.starts_with("Set<") || saw.starts_with("Set<") {
        return None;
    }
    let (method, receiver, argument) = called(spot)?;
    let cedar = match (saw, string(argument)) {
        ("String", Some(text)) => format!("{} like \"*{}*\"", short(receiver), short(text)),
        _ => format!("{} == {}", short(receiver), short(argument)),
    };
    let name = spot.pieces.word(method);
    let message = format!("only a set has `{name}`, and this is {}", told(saw));
    Some(spot.cure_at(method, method, message, write(&cedar)))
}
