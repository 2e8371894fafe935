//! Values of another type than is needed.

use super::super::{
    cure::{Cure, short},
    known::Known,
    spot::{Spot, write},
};
use super::{between, ids::these, sets, texts};
use crate::engine::model::Shape;

/// A value where another type is needed.
pub(super) fn one(spot: &Spot<'_>) -> Option<Cure> {
    let expected = between(&spot.said, "unexpected type: expected ", " but saw ")?;
    let (_, saw) = spot.said.rsplit_once(" but saw ")?;
    texts::joined(spot)
        .or_else(|| texts::for_number(spot, expected, saw))
        .or_else(|| texts::for_entity(spot, expected, saw))
        .or_else(|| sets::other_way(spot, expected))
        .or_else(|| sets::of_no_set(spot, expected, saw))
        .or_else(|| pattern(spot, expected, saw))
        .or_else(|| condition(spot, expected, saw))
        .or_else(|| {
            let message = format!("here is {}, and this takes {}", told(saw), needed(expected));
            Some(spot.cure_at(spot.at, end(spot), message, "write a value of that kind"))
        })
}

/// Two values that are compared, and cannot be.
pub(super) fn two(spot: &Spot<'_>) -> Option<Cure> {
    let types = between(&spot.said, "the types ", " are not compatible")?;
    let (a, b) = types.split_once(" and ")?;
    sets::element(spot, a, b)
        .or_else(|| texts::joined(spot))
        .or_else(|| texts::for_number(spot, a, b))
        .or_else(|| texts::for_bool(spot, a, b))
        .or_else(|| texts::among_entities(spot, a, b))
        .or_else(|| entities(spot, a, b))
        .or_else(|| {
            let message = format!("{} and {} are never the same", told(a), told(b));
            let help = "compare values of one kind";
            Some(spot.cure_at(spot.at, end(spot), message, help))
        })
}

pub(super) fn end(spot: &Spot<'_>) -> usize {
    spot.to.saturating_sub(1).max(spot.at)
}

/// `context.channel like "m*"`: an entity is matched by no pattern.
fn pattern(spot: &Spot<'_>, expected: &str, saw: &str) -> Option<Cure> {
    let operator = (spot.at..spot.pieces.len()).find(|it| spot.pieces.word(*it) == "like")?;
    if expected != "String" || spot.before(operator)?.0 != spot.at {
        return None;
    }
    let (_, left) = spot.before(operator)?;
    let pattern = spot.pieces.word(operator + 1);
    let known = spot.known();
    let message = format!(
        "{} cannot be matched by a pattern: only a text can",
        told(saw)
    );
    let help = match (known.ids(saw), text_of(known, left)) {
        (Some(ids), _) => {
            let start = pattern
                .trim_matches('"')
                .split('*')
                .next()
                .unwrap_or_default();
            match ids.iter().find(|id| id.starts_with(start)) {
                Some(id) => write(&format!("{} == {saw}::\"{id}\"", short(left))),
                None => these(saw, ids),
            }
        }
        (None, Some((of, attribute))) => write(&format!(
            "{left} is {of} && {left}.{attribute} like {}",
            short(pattern)
        )),
        (None, None) => {
            let of = known.entity_of(left).unwrap_or_else(|| saw.to_owned());
            let id = pattern.trim_matches(['"', '*']);
            write(&format!("{} == {of}::\"{}\"", short(left), short(id)))
        }
    };
    Some(spot.cure_at(operator, operator, message, help))
}

/// An attribute that is a text, of the principal or the resource.
fn text_of(known: &Known, variable: &str) -> Option<(String, String)> {
    if !matches!(variable, "principal" | "resource") {
        return None;
    }
    known.types_of(variable).into_iter().find_map(|name| {
        let attributes = known.attributes(&super::super::known::Owner::Entity(name), &[]);
        let text = attributes
            .iter()
            .find(|(_, shape)| ***shape == Shape::Text)?;
        Some((name.to_owned(), (*text.0).to_owned()))
    })
}

/// `when { context.time.weekday }`: a condition is true or false.
fn condition(spot: &Spot<'_>, expected: &str, saw: &str) -> Option<Cure> {
    if expected != "Bool" {
        return None;
    }
    let last = end(spot);
    let written = short(spot.pieces.slice(spot.at, last));
    let known = spot.known();
    let cedar = match (saw, known.ids(saw).and_then(|ids| ids.first())) {
        ("Long", _) => format!("{written} == 1"),
        ("String", _) => format!("{written} == \"…\""),
        (_, Some(id)) => format!("{written} == {saw}::\"{id}\""),
        _ if known.types.contains(saw) => format!("{written} is {saw}"),
        _ => return None,
    };
    let message = format!("a condition is true or false, and this is {}", told(saw));
    Some(spot.cure_at(spot.at, last, message, write(&cedar)))
}

/// Two entities of different types.
fn entities(spot: &Spot<'_>, a: &str, b: &str) -> Option<Cure> {
    let known = spot.known();
    if !known.types.contains(a) || !known.types.contains(b) {
        return None;
    }
    let named = |name: &str| {
        (spot.at..spot.to).find(|piece| {
            let last = spot.pieces.operand_to(*piece);
            let text = spot.pieces.slice(*piece, last);
            text.starts_with(name) && text.ends_with('"')
        })
    };
    let (at, right) = match (named(a), named(b)) {
        (Some(at), _) => (at, b),
        (None, Some(at)) => (at, a),
        (None, None) => return None,
    };
    let last = spot.pieces.operand_to(at);
    let id = spot.pieces.word(last);
    let message = format!("{} and {} are never the same", told(a), told(b));
    let help = match known.ids(right) {
        Some(ids) => match super::one_meant(id.trim_matches('"'), ids) {
            Some(meant) => write(&format!("{right}::\"{meant}\"")),
            None => these(right, ids),
        },
        None => write(&format!("{right}::{}", short(id))),
    };
    Some(spot.cure_at(at, last, message, help))
}

/// Describes a type for readers who do not know Cedar's names.
pub(super) fn told(name: &str) -> String {
    match name {
        "Long" => "a number".to_owned(),
        "String" => "a text".to_owned(),
        "Bool" | "True" | "False" => "true or false".to_owned(),
        "action" => "an action".to_owned(),
        _ if name.starts_with("Set<") => "a set".to_owned(),
        _ if name.starts_with('{') => "a record".to_owned(),
        _ if name.starts_with("__cedar::internal::") => "an entity".to_owned(),
        _ => format!("an `{}`", short(name)),
    }
}

/// Describes the type that is needed, which may be one of several.
fn needed(expected: &str) -> String {
    let each: Vec<String> = expected.split(", or ").map(told).collect();
    each.join(" or ")
}
