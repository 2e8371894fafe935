//! Mistakes at the end of a policy, and in what belongs in front of it.

use super::super::{
    cure::{Cure, short},
    spot::{Spot, write},
};

/// `@id("…")` behind the head.
pub(super) fn annotation(spot: &Spot<'_>) -> Option<Cure> {
    if spot.word(0) != "@" || spot.word(-1) != ")" || spot.at == 0 {
        return None;
    }
    let behind = behind_annotations(spot, spot.at);
    if matches!(spot.pieces.word(behind), "permit" | "forbid") {
        return None;
    }
    let opening = spot.pieces.opening(spot.at - 1)?;
    let effect = opening.checked_sub(1)?;
    let annotations = spot.pieces.slice(spot.at, behind - 1);
    let head = spot.pieces.slice(effect, spot.at - 1);
    let message = format!(
        "`{}` comes after the head, and an annotation comes before `{}`",
        short(annotations),
        spot.pieces.word(effect)
    );
    let cedar = format!("{} {}", short(annotations), short(head));
    Some(spot.cure_at(spot.at, behind - 1, message, write(&cedar)))
}

/// The piece behind `@name("text")`, as often as it is there.
fn behind_annotations(spot: &Spot<'_>, from: usize) -> usize {
    let mut piece = from;
    while spot.pieces.word(piece) == "@" {
        piece += 2;
        if spot.pieces.word(piece) == "(" {
            piece = spot.pieces.closing(piece).map_or(piece, |closing| closing) + 1;
        }
    }
    piece
}

/// No `;` between two policies.
pub(super) fn semicolon(spot: &Spot<'_>) -> Option<Cure> {
    // `forbid` could be a condition's word, so that Cedar trips over what follows.
    let begins = if spot.word(0) == "(" && matches!(spot.word(-1), "permit" | "forbid") {
        spot.at.checked_sub(1)?
    } else {
        spot.at
    };
    let last = begins.checked_sub(1)?;
    let next = behind_annotations(spot, begins);
    let is_next = matches!(spot.pieces.word(next), "permit" | "forbid");
    let is_end = matches!(spot.pieces.word(last), ")" | "}");
    if !is_next || !is_end || spot.pieces.opening(begins).is_some() {
        return None;
    }
    Some(missing(spot, last))
}

fn missing(spot: &Spot<'_>, last: usize) -> Cure {
    let end = spot.pieces.end(last);
    Cure::new(
        (end, end),
        "the policy does not end: there is no `;` after it",
        write(";"),
    )
}

/// A `;` within a condition.
pub(super) fn in_brackets(spot: &Spot<'_>) -> Option<Cure> {
    let (opening, bracket) = spot.opening()?;
    if spot.word(0) != ";" {
        return None;
    }
    let closing = match bracket {
        "{" => "}",
        "[" => "]",
        _ => ")",
    };
    if spot.word(1) == closing {
        let content = spot.pieces.slice(opening + 1, spot.at - 1);
        let message = "a `;` ends the policy, and a condition contains none";
        return Some(spot.cure(message, write(&format!("{} {closing}", short(content)))));
    }
    let message = format!("the `{bracket}` before it is not closed when the policy ends");
    Some(spot.cure(message, write(&format!("{closing};"))))
}

pub(super) fn of_file(spot: &Spot<'_>) -> Option<Cure> {
    if spot.said != "unexpected end of input" {
        return None;
    }
    let last = spot.pieces.len().checked_sub(1)?;
    let Some(opening) = spot.pieces.opening(last + 1) else {
        return matches!(spot.pieces.word(last), ")" | "}").then(|| missing(spot, last));
    };
    let bracket = spot.pieces.word(opening);
    let closing = match bracket {
        "{" => "};",
        "[" => "]",
        _ => ")",
    };
    let message = format!("this `{bracket}` is never closed");
    Some(spot.cure_at(opening, opening, message, write(closing)))
}
