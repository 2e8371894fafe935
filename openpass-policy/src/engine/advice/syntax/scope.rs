//! The head of a policy: `(principal, action, resource)`.

use super::super::{
    cure::{Cure, short},
    spot::{Spot, write},
};

const VARIABLES: [&str; 3] = ["principal", "action", "resource"];

/// `(principal action, resource)`.
pub(super) fn no_comma(spot: &Spot<'_>) -> Option<Cure> {
    let scope = spot.scope()?;
    let word = spot.word(0);
    if !VARIABLES.contains(&word) || spot.at == scope + 1 || spot.word(-1) == "," {
        return None;
    }
    let (_, before) = spot.before(spot.at)?;
    let message = format!("there is no comma before `{word}`");
    Some(spot.cure(message, write(&format!("{}, {word}", short(before)))))
}

/// `(principal,, action, resource)`.
pub(super) fn two_commas(spot: &Spot<'_>) -> Option<Cure> {
    spot.scope()?;
    let (first, next) = match (spot.word(-1), spot.word(0)) {
        (",", ",") => (spot.at.checked_sub(1)?, spot.word(1)),
        (",", ")") => (spot.at.checked_sub(1)?, ""),
        _ => return None,
    };
    let (_, before) = spot.before(first)?;
    let cedar = match next {
        "" => format!("{})", short(before)),
        next => format!("{}, {next}", short(before)),
    };
    Some(spot.cure("one comma too many", write(&cedar)))
}

/// `forbid principal, action, resource;`.
pub(super) fn no_brackets(spot: &Spot<'_>) -> Option<Cure> {
    let is_it = matches!(spot.word(-1), "permit" | "forbid") && spot.word(0) != "(";
    is_it.then(|| {
        let message = format!("what follows `{}` is written in brackets", spot.word(-1));
        spot.cure(message, write("(principal, action, resource)"))
    })
}

/// `(principal: Type, …)`.
pub(super) fn typed(spot: &Spot<'_>) -> Option<Cure> {
    if !spot.said.starts_with("type constraints using `:`") {
        return None;
    }
    let colon = spot
        .find(&[":"])
        .or_else(|| (spot.at.checked_sub(2)?..spot.at).find(|it| spot.pieces.word(*it) == ":"))?;
    let (_, name) = spot.behind(colon);
    let variable = spot.pieces.near(colon, -1);
    let message = format!("the type of `{variable}` is written with `is`, not with `:`");
    let cedar = format!("{variable} is {}", short(name));
    Some(spot.cure_at(colon, colon, message, write(&cedar)))
}

/// `(principal, action is …, resource)`.
pub(super) fn action_is(spot: &Spot<'_>) -> Option<Cure> {
    if !spot
        .said
        .starts_with("`is` cannot appear in the action scope")
    {
        return None;
    }
    let at = spot.find(&["action"]).unwrap_or(spot.at);
    let message = "all actions are of one type, so `is` does not tell them apart";
    let help = "write `action` alone for every action, or name some with `==` or `in`";
    Some(spot.cure_at(at, at + 1, message, help))
}

/// Parts that are missing, too many, or in another order.
pub(super) fn parts(spot: &Spot<'_>) -> Option<Cure> {
    let about_scope = [
        "this policy is missing the",
        "this policy has an extra element",
        "found an invalid variable in the policy scope",
        "found the variable",
    ];
    if !about_scope.iter().any(|said| spot.said.starts_with(said)) {
        return None;
    }
    let opening = opening(spot)?;
    let closing = spot.pieces.closing(opening)?;
    let written = elements(spot, opening, closing);
    let is_missing = |variable: &str| !written.iter().any(|(name, _)| *name == variable);
    let cedar = VARIABLES.map(|variable| {
        let part = written.iter().find(|(name, _)| *name == variable);
        part.map_or_else(|| variable.to_owned(), |(_, text)| short(text))
    });
    let missing: Vec<&str> = VARIABLES.into_iter().filter(|it| is_missing(it)).collect();
    let help = write(&format!("({})", cedar.join(", ")));
    let message = "the head of a policy has three parts, principal, action and resource, in this \
                   order";
    if missing.is_empty() {
        return Some(spot.cure(message, help));
    }
    let message = format!("{message}; this head has no {}", missing.join(" and no "));
    Some(spot.cure_at(closing, closing, message, help))
}

/// The bracket that opens the head around the place or before it.
fn opening(spot: &Spot<'_>) -> Option<usize> {
    let near = (0..=spot.at + 1).rev();
    let is_head = |piece: &usize| {
        spot.pieces.word(*piece) == "("
            && matches!(spot.pieces.near(*piece, -1), "permit" | "forbid")
    };
    near.into_iter().find(is_head)
}

/// The parts of a head, each by its first word.
fn elements<'a>(spot: &Spot<'a>, opening: usize, closing: usize) -> Vec<(&'a str, &'a str)> {
    let mut parts = Vec::new();
    let mut first = opening + 1;
    let mut piece = first;
    while piece < closing {
        match spot.pieces.word(piece) {
            "[" | "(" => piece = spot.pieces.closing(piece).unwrap_or(closing),
            "," => {
                if piece > first {
                    parts.push((spot.pieces.word(first), spot.pieces.slice(first, piece - 1)));
                }
                first = piece + 1;
            }
            _ => {}
        }
        piece += 1;
    }
    if closing > first {
        parts.push((
            spot.pieces.word(first),
            spot.pieces.slice(first, closing - 1),
        ));
    }
    parts
}
