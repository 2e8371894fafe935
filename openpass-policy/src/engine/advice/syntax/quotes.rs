//! Texts in other quotes, and texts that do not end.

use super::super::{
    cure::{Cure, short},
    pieces::string,
    spot::{Spot, write},
};

const CURLY: [char; 9] = ['“', '”', '„', '‟', '‘', '’', '‚', '«', '»'];

/// Curly and single quotes, and backticks.
pub(super) fn other(spot: &Spot<'_>) -> Option<Cure> {
    let first = spot.word(0).chars().next()?;
    let message = match first {
        '\'' | '`' => "a text is written in double quotes, not in single ones",
        _ if CURLY.contains(&first) => {
            "these quotes are not Cedar's: a text is written in straight double quotes"
        }
        _ => return None,
    };
    let start = spot.pieces.start(spot.at);
    let inner = start + first.len_utf8();
    let rest = spot.pieces.text().get(inner..)?;
    let line = rest.lines().next().unwrap_or_default();
    let is_quote = |c: char| CURLY.contains(&c) || matches!(c, '\'' | '`' | '"');
    let content = line.split(is_quote).next().unwrap_or_default();
    let closed = content.len() < line.len();
    let closing = line.get(content.len()..)?.chars().next();
    let end = inner + content.len() + closing.map_or(0, char::len_utf8);
    let help = match closed {
        true => write(&format!("\"{content}\"")),
        false => "write it between `\"` and `\"`".to_owned(),
    };
    Some(Cure::new((start, end), message, help))
}

/// A text without its closing quote runs on to the next one, or to the end.
pub(super) fn unclosed(spot: &Spot<'_>) -> Option<Cure> {
    let here = spot.word(0);
    let at = if here.starts_with('"') && (spot.said == "invalid token" || here.contains('\n')) {
        spot.at
    } else if string(spot.word(-1))?.contains('\n') {
        spot.at.checked_sub(1)?
    } else {
        return None;
    };
    let content = spot.pieces.word(at).strip_prefix('"')?;
    let is_of_a_name = |c: &char| c.is_alphanumeric() || "_-.:".contains(*c);
    let name: String = content.chars().take_while(is_of_a_name).collect();
    let start = spot.pieces.start(at);
    let message = format!(
        "the text that begins here, `\"{}`, has no closing `\"`",
        short(&name)
    );
    Some(Cure::new(
        (start, start + 1 + name.len()),
        message,
        write(&format!("\"{name}\"")),
    ))
}
