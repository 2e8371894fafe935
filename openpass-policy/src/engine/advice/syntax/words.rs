//! Words of other languages.

use super::super::{
    close::close,
    cure::{Cure, short},
    spot::{Spot, write},
};

/// `and` and `or`.
pub(super) fn connective(spot: &Spot<'_>) -> Option<Cure> {
    let word = spot.word(0);
    let sign = match word.to_ascii_lowercase().as_str() {
        "and" => "&&",
        "or" => "||",
        _ => return None,
    };
    Some(spot.cure(
        format!("Cedar has no `{word}`: it is `{sign}`"),
        write(sign),
    ))
}

const COMPARISONS: [&str; 10] = ["==", "!=", "<", "<=", ">", ">=", "like", "in", "has", "is"];

/// `not x`, `x not in y` and `x is not y`.
pub(super) fn negation(spot: &Spot<'_>) -> Option<Cure> {
    let is_not = |word: &str| word.eq_ignore_ascii_case("not");
    let at = if is_not(spot.word(0)) {
        spot.at
    } else if is_not(spot.word(-1)) {
        spot.at.checked_sub(1)?
    } else {
        return None;
    };
    let message = format!("Cedar has no `{}`: it is `!`", spot.pieces.word(at));
    let operator = match (spot.pieces.near(at, -1), spot.pieces.word(at + 1)) {
        ("is", _) => Some((at.checked_sub(1)?, at, "is")),
        (_, word @ ("in" | "like" | "has")) => Some((at, at + 1, word)),
        _ => None,
    };
    let Some((first, last, operator)) = operator else {
        let (last, operand) = spot.behind(at);
        let operand = short(operand);
        let operator = spot.pieces.word(last + 1);
        // It binds closer than a comparison.
        let cedar = match COMPARISONS.contains(&operator) {
            true => format!("!({operand} {operator} {})", short(spot.behind(last + 1).1)),
            false => format!("!{operand}"),
        };
        return Some(spot.cure_at(at, at, message, write(&cedar)));
    };
    let (_, left) = spot.before(first)?;
    let (_, right) = spot.behind(last);
    let cedar = format!("!({} {operator} {})", short(left), short(right));
    Some(spot.cure_at(at, at, message, write(&cedar)))
}

/// `allow` for `permit`, and the like.
pub(super) fn effect(spot: &Spot<'_>) -> Option<Cure> {
    spot.said.strip_prefix("invalid policy effect: ")?;
    // The place covers the annotations too.
    let is_head =
        |piece: &usize| spot.pieces.word(piece + 1) == "(" && !is_annotation(spot, *piece);
    let at = (spot.at..spot.to.max(spot.at + 1))
        .find(is_head)
        .unwrap_or(spot.at);
    let word = spot.pieces.word(at).to_ascii_lowercase();
    let effect = match word.as_str() {
        "allow" | "grant" | "accept" | "allows" | "enable" => Some("permit"),
        "deny" | "block" | "reject" | "refuse" | "prohibit" | "disallow" => Some("forbid"),
        word => close(word, ["permit", "forbid"]),
    };
    let message = format!(
        "a policy begins with `permit` or `forbid`, not with `{}`",
        short(spot.pieces.word(at))
    );
    let help = effect.map_or_else(|| "write `permit` or `forbid`".to_owned(), write);
    Some(spot.cure_at(at, at, message, help))
}

fn is_annotation(spot: &Spot<'_>, piece: usize) -> bool {
    spot.pieces.near(piece, -1) == "@"
}

/// `where` for `when`, and the like.
pub(super) fn condition(spot: &Spot<'_>) -> Option<Cure> {
    let word = spot.word(0);
    let is_if = word == "if" && matches!(spot.word(-1), ")" | "}") && spot.opening().is_none();
    if !is_if && !spot.said.starts_with("invalid policy condition: ") {
        return None;
    }
    let keyword = match word.to_ascii_lowercase().as_str() {
        "if" | "where" | "while" | "and" | "with" => Some("when"),
        "except" | "ifnot" | "but" => Some("unless"),
        word => close(word, ["when", "unless"]),
    };
    let message = format!(
        "a condition begins with `when` or `unless`, not with `{}`",
        short(word)
    );
    let help = keyword.map_or_else(|| "write `when` or `unless`".to_owned(), write);
    Some(spot.cure(message, help))
}
