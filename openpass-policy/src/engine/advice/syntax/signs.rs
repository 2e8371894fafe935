//! Operators of other languages.

use super::super::{
    cure::{Cure, short},
    pieces::string,
    spot::{Spot, write},
};

/// The signs that people write, each with the sign that Cedar has for it.
const SIGNS: [(&str, &str); 11] = [
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
];

pub(super) fn wrong(spot: &Spot<'_>) -> Option<Cure> {
    let written: Vec<&str> = SIGNS.iter().map(|(written, _)| *written).collect();
    let at = spot.find(&written)?;
    let sign = spot.pieces.word(at);
    let (_, meant) = SIGNS.iter().find(|(written, _)| *written == sign)?;
    let message = format!("`{sign}` is not an operator of Cedar: the operator is `{meant}`");
    Some(spot.cure_at(at, at, message, write(meant)))
}

/// `x =~ "^ci-.*"` and `x !~ "…"`, for which there is `like`.
pub(super) fn regular_expression(spot: &Spot<'_>) -> Option<Cure> {
    let at = spot.find(&["=~", "!~", "~", "~="])?;
    let sign = spot.pieces.word(at);
    let message = format!(
        "`{sign}` is not an operator of Cedar: there are no regular expressions, and `*` alone \
         stands for any text"
    );
    let pattern = string(spot.pieces.word(at + 1)).and_then(as_pattern);
    let left = spot.before(at).map(|(_, left)| short(left));
    let help = match (pattern, left) {
        (Some(pattern), Some(left)) if sign == "!~" => {
            write(&format!("!({left} like \"{}\")", short(&pattern)))
        }
        (Some(pattern), _) if sign != "!~" => write(&format!("like \"{}\"", short(&pattern))),
        _ => "write a `like` for each form that is meant, joined by `||`".to_owned(),
    };
    Some(spot.cure_at(at, at, message, help))
}

/// Returns the pattern of `like` for a regular expression; `None` if no pattern means
/// the same. An expression that is not tied to an end of the text may stand anywhere in
/// it.
pub(super) fn as_pattern(expression: &str) -> Option<String> {
    let tied = expression.strip_prefix('^');
    let (inner, mut pattern) = match tied {
        Some(inner) => (inner, String::new()),
        None => (expression, "*".to_owned()),
    };
    let end = inner.strip_suffix('$');
    let mut characters = end.unwrap_or(inner).chars();
    while let Some(character) = characters.next() {
        match character {
            '.' if characters.next() == Some('*') => pattern.push('*'),
            '\\' => pattern.push(characters.next().filter(char::is_ascii_punctuation)?),
            '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '^' | '$' => {
                return None;
            }
            other => pattern.push(other),
        }
    }
    if end.is_none() && !pattern.ends_with('*') {
        pattern.push('*');
    }
    Some(pattern.replace("**", "*"))
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
    Some(spot.cure("`… ? … : …` is not an expression of Cedar", write(&cedar)))
}

#[cfg(test)]
mod tests {
    use super::as_pattern;

    #[test]
    fn a8_a_regular_expression_becomes_a_pattern_that_means_the_same_or_none() {
        for (expression, pattern) in [
            ("^ci-.*", Some("ci-*")),
            ("^prod", Some("prod*")),
            ("bot$", Some("*bot")),
            ("bot", Some("*bot*")),
            ("^ci-7$", Some("ci-7")),
            ("^a\\.b$", Some("a.b")),
            ("ci-[a-z]+", None),
            ("a|b", None),
            ("^a.b$", None),
            ("^a*$", None),
            ("\\d", None),
            ("a\\", None),
        ] {
            assert_eq!(as_pattern(expression).as_deref(), pattern, "{expression}");
        }
    }
}
