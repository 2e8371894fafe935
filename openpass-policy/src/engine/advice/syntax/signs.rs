//! Operators of other languages.

use super::super::{
    cure::{Cure, short},
    pieces::string,
    spot::{Spot, write},
};

/// What is written, and what Cedar has for it.
const SIGNS: [(&str, &str); 13] = [
    ("=", "=="),
    ("===", "=="),
    ("!==", "!="),
    ("=!", "!="),
    ("<>", "!="),
    ("=>", ">="),
    ("=<", "<="),
    ("&", "&&"),
    ("|", "||"),
    ("&&&", "&&"),
    ("|||", "||"),
    ("~", "like"),
    ("~=", "like"),
];

pub(super) fn wrong(spot: &Spot<'_>) -> Option<Cure> {
    let written: Vec<&str> = SIGNS.iter().map(|(written, _)| *written).collect();
    let at = spot.find(&written)?;
    let sign = spot.pieces.word(at);
    let (_, meant) = SIGNS.iter().find(|(written, _)| *written == sign)?;
    let message = format!("`{sign}` is no operator of Cedar: it is `{meant}`");
    Some(spot.cure_at(at, at, message, write(meant)))
}

/// `x =~ "ci-.*"`, for which there is `like`.
pub(super) fn regular_expression(spot: &Spot<'_>) -> Option<Cure> {
    let at = spot.find(&["=~", "!~", "~"])?;
    let pattern = string(spot.pieces.word(at + 1)).unwrap_or("…*");
    let message = format!(
        "`{}` is no operator of Cedar: there are no regular expressions, and `*` alone stands \
         for any text",
        spot.pieces.word(at)
    );
    Some(spot.cure_at(
        at,
        at,
        message,
        write(&format!("like \"{}\"", wildcards(pattern))),
    ))
}

/// What `like` has for a simple regular expression.
pub(super) fn wildcards(pattern: &str) -> String {
    let pattern = pattern.trim_start_matches('^').trim_end_matches('$');
    let pattern = pattern
        .replace(".*", "*")
        .replace(".+", "*")
        .replace("\\.", ".");
    short(&pattern)
}

/// `a ? b : c`.
pub(super) fn ternary(spot: &Spot<'_>) -> Option<Cure> {
    let (opening, _) = spot.opening()?;
    if spot.word(0) != "?" || matches!(spot.word(1), "principal" | "resource") {
        return None;
    }
    let closing = spot.pieces.closing(opening)?;
    let colon = (spot.at..closing).find(|piece| spot.pieces.word(*piece) == ":")?;
    let part = |first: usize, behind: usize| short(spot.pieces.slice(first, behind - 1));
    let cedar = format!(
        "if {} then {} else {}",
        part(opening + 1, spot.at),
        part(spot.at + 1, colon),
        part(colon + 1, closing)
    );
    Some(spot.cure("`… ? … : …` is no expression of Cedar", write(&cedar)))
}
