//! Mistakes in the brackets, words and signs around conditions.

use super::super::{
    cure::{Cure, short},
    spot::{Spot, write},
};

fn is_condition(word: &str) -> bool {
    matches!(word, "when" | "unless")
}

/// `when { … }, when { … }`.
pub(super) fn comma_between_conditions(spot: &Spot<'_>) -> Option<Cure> {
    let word = spot.word(1);
    let is_it = spot.word(0) == "," && matches!(spot.word(-1), "}" | ")") && is_condition(word);
    let before = spot.word(-1);
    is_it.then(|| {
        spot.cure(
            format!("no comma belongs before `{word}`: all conditions have to hold anyway"),
            write(&format!("{before} {word}")),
        )
    })
}

/// `{ … }` without `when` or `unless`.
pub(super) fn no_keyword(spot: &Spot<'_>) -> Option<Cure> {
    let is_it = spot.word(0) == "{" && matches!(spot.word(-1), ")" | "}");
    is_it.then(|| {
        spot.cure(
            "a condition begins with `when` or `unless`, and this one begins with neither",
            write("when {"),
        )
    })
}

/// `when ( … )`.
pub(super) fn round(spot: &Spot<'_>) -> Option<Cure> {
    if spot.word(0) != "(" || !is_condition(spot.word(-1)) {
        return None;
    }
    let closing = spot.pieces.closing(spot.at)?;
    let content = match closing - spot.at {
        1 => "true",
        _ => spot.pieces.slice(spot.at + 1, closing - 1),
    };
    let message = format!("what follows `{}` is written in braces", spot.word(-1));
    Some(spot.cure(message, write(&format!("{{ {} }}", short(content)))))
}

pub(super) fn one_too_many(spot: &Spot<'_>) -> Option<Cure> {
    let word = spot.word(0);
    let is_it = matches!(word, ")" | "]" | "}") && spot.opening().is_none();
    is_it.then(|| {
        let help = match spot.word(1) {
            ";" => write(";"),
            _ => "leave it out".to_owned(),
        };
        spot.cure(format!("one `{word}` too many: nothing is open here"), help)
    })
}

/// `if … then …` without `else`.
pub(super) fn no_else(spot: &Spot<'_>) -> Option<Cure> {
    let (opening, _) = spot.opening()?;
    let ends = matches!(spot.word(0), "}" | ")" | "]" | "," | ";");
    if !ends || !spot.said.starts_with("unexpected token") {
        return None;
    }
    let count = |word: &str| {
        let pieces = opening..spot.at;
        pieces
            .filter(|piece| spot.pieces.word(*piece) == word)
            .count()
    };
    let (ifs, elses) = (count("if"), count("else"));
    if ifs <= elses {
        return None;
    }
    if count("then") < ifs {
        let at = (opening..spot.at).find(|piece| spot.pieces.word(*piece) == "if")?;
        let rest = spot.pieces.slice(at + 1, spot.at - 1);
        let message = "an `if` has a `then` and an `else`, and this one has no `then`";
        let cedar = format!("if {} then true else false", short(rest));
        return Some(spot.cure_at(at, at, message, write(&cedar)));
    }
    let message = "an `if` has a `then` and an `else`, and this one has no `else`";
    Some(spot.cure(message, write("else false")))
}

/// A bracket that another one closes.
pub(super) fn not_closed(spot: &Spot<'_>) -> Option<Cure> {
    let (_, bracket) = spot.opening()?;
    let closing = match bracket {
        "{" => "}",
        "[" => "]",
        _ => ")",
    };
    let word = spot.word(0);
    let is_it = matches!(word, ")" | "]" | "}") && word != closing;
    is_it.then(|| {
        let message = format!("the `{bracket}` before it is not closed");
        spot.cure(message, write(&format!("{closing} {word}")))
    })
}

/// `if a { b } else { c }`.
pub(super) fn blocks(spot: &Spot<'_>) -> Option<Cure> {
    let (opening, _) = spot.opening()?;
    let first = (opening..spot.at).rfind(|piece| spot.pieces.word(*piece) == "if")?;
    if spot.word(0) != "{" {
        return None;
    }
    let content = |from: usize| {
        let closing = spot.pieces.closing(from)?;
        let content = spot.pieces.slice(from + 1, closing.checked_sub(1)?);
        Some((closing, short(content)))
    };
    let (end, then) = content(spot.at)?;
    let other = content(end + 2).filter(|_| spot.pieces.word(end + 1) == "else");
    let other = other.map_or_else(|| "false".to_owned(), |(_, other)| other);
    let condition = short(spot.pieces.slice(first + 1, spot.at.checked_sub(1)?));
    let message = "an `if` in Cedar has no braces: it is a value, with a `then` and an `else`";
    Some(spot.cure(
        message,
        write(&format!("if {condition} then {then} else {other}")),
    ))
}
