//! Texts where something else has to stand.

use super::super::{
    cure::{Cure, short},
    known::Known,
    pieces::{Pieces, string},
    spot::{Spot, write},
    syntax::minutes_of,
};
use super::{
    ids::{one_meant, these},
    types::{end, told},
};

const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// The first text at the place that is no entity's id.
fn text(spot: &Spot<'_>) -> Option<usize> {
    (spot.at..spot.to.max(spot.at + 1)).find(|piece| is_text(spot.pieces, *piece))
}

fn is_text(pieces: &Pieces<'_>, piece: usize) -> bool {
    string(pieces.word(piece)).is_some() && pieces.near(piece, -1) != "::"
}

/// `"22:00"`, `"22"` and `"Saturday"`, where a number is needed.
pub(super) fn for_number(spot: &Spot<'_>, a: &str, b: &str) -> Option<Cure> {
    if !matches!((a, b), ("Long", "String") | ("String", "Long")) {
        return None;
    }
    let at = text(spot)?;
    let written = string(spot.pieces.word(at))?;
    let day = WEEKDAYS.iter().zip(1_u8..);
    let mut day = day.filter(|(day, _)| {
        let written = written.to_ascii_lowercase();
        written.len() >= 2 && day.starts_with(&written)
    });
    let (why, help) = if let Some(since) = minutes_of(written) {
        (
            "a time of day is a number, the minutes since midnight",
            write(&since.to_string()),
        )
    } else if let Ok(number) = written.trim().parse::<i64>() {
        (
            "a number is written without quotes",
            write(&number.to_string()),
        )
    } else if let Some((_, number)) = day.next() {
        (
            "a weekday is a number, from 1 (Monday) to 7",
            write(&number.to_string()),
        )
    } else {
        (
            "it is compared with a number",
            "write a number, without quotes".to_owned(),
        )
    };
    let message = format!("`\"{}\"` is a text, and {why}", short(written));
    Some(spot.cure_at(at, at, message, help))
}

/// `name + "x"`: Cedar adds numbers alone.
pub(super) fn joined(spot: &Spot<'_>) -> Option<Cure> {
    let from = spot.at.saturating_sub(1);
    let plus = (from..spot.to.saturating_add(1)).find(|piece| {
        let sides = [piece.checked_sub(1), piece.checked_add(1)];
        let mut sides = sides.into_iter().flatten();
        spot.pieces.word(*piece) == "+" && sides.any(|side| is_text(spot.pieces, side))
    })?;
    let (_, left) = spot.before(plus)?;
    let left = if string(left).is_some() {
        spot.behind(plus).1
    } else {
        left
    };
    let message = "Cedar joins no texts: compare the whole, by `==` or `like`";
    let cedar = format!("{} like \"…\"", short(left));
    Some(spot.cure_at(plus, plus, message, write(&cedar)))
}

/// `context.attended == "true"`.
pub(super) fn for_bool(spot: &Spot<'_>, a: &str, b: &str) -> Option<Cure> {
    let is_bool = |name: &str| matches!(name, "Bool" | "True" | "False");
    if !(is_bool(a) && b == "String" || a == "String" && is_bool(b)) {
        return None;
    }
    let at = text(spot)?;
    let written = string(spot.pieces.word(at))?;
    let is_true = match written.to_ascii_lowercase().as_str() {
        "true" | "yes" => true,
        "false" | "no" => false,
        _ => {
            let message = format!(
                "`\"{}\"` is a text, compared with true or false",
                short(written)
            );
            return Some(spot.cure_at(at, at, message, "write `true` or `false`"));
        }
    };
    let operator = spot.find(&["==", "!="])?;
    let other = match at > operator {
        true => spot.before(operator)?.1,
        false => spot.behind(operator).1,
    };
    let is_equal = spot.pieces.word(operator) == "==";
    let not = if is_true == is_equal { "" } else { "!" };
    let message = format!("`\"{written}\"` is a text: `{written}` is written without quotes");
    Some(spot.cure_at(at, at, message, write(&format!("{not}{}", short(other)))))
}

/// `context.channel == "mcp"`: each text is an entity's id.
pub(super) fn among_entities(spot: &Spot<'_>, a: &str, b: &str) -> Option<Cure> {
    let element = |name: &str| {
        let inner = name
            .strip_prefix("Set<")
            .and_then(|it| it.strip_suffix('>'));
        inner.unwrap_or(name).to_owned()
    };
    let (a, b) = (element(a), element(b));
    let of = match (a.as_str(), b.as_str()) {
        ("String", of) | (of, "String") if spot.known().types.contains(of) => of.to_owned(),
        _ => return None,
    };
    let at = text(spot)?;
    let last = end(spot);
    let texts = (spot.at..=last).filter(|piece| is_text(spot.pieces, *piece));
    let written = match texts.count() {
        1 => spot.pieces.word(at),
        _ => spot.pieces.slice(spot.at, last),
    };
    Some(spot.cure_at(
        at,
        at,
        is_no_entity(spot.pieces.word(at), &of),
        entity(spot, written, &of),
    ))
}

/// `principal in "ci-bot"`.
pub(super) fn for_entity(spot: &Spot<'_>, expected: &str, saw: &str) -> Option<Cure> {
    let takes_entity = expected.contains("__cedar::internal::AnyEntity");
    if !takes_entity || !saw.contains("String") {
        return None;
    }
    let at = text(spot)?;
    let operator = spot.at.checked_sub(1)?;
    if spot.pieces.word(operator) != "in" {
        return None;
    }
    let (_, left) = spot.before(operator)?;
    let of = spot.known().entity_of(left)?;
    let message = is_no_entity(spot.pieces.word(at), &of);
    if saw != "String" {
        let written = spot.pieces.slice(spot.at, end(spot));
        return Some(spot.cure_at(at, at, message, entity(spot, written, &of)));
    }
    match rewritten(spot.known(), spot.pieces.word(at), &of) {
        Some(cedar) => Some(spot.cure_at(at, at, message, write(&format!("{left} == {cedar}")))),
        None => Some(spot.cure_at(at, at, message, entity(spot, spot.pieces.word(at), &of))),
    }
}

fn is_no_entity(written: &str, of: &str) -> String {
    format!("`{}` is a text, compared with {}", short(written), told(of))
}

/// Says what to write for `written`, whose texts are ids of a type.
fn entity(spot: &Spot<'_>, written: &str, of: &str) -> String {
    match (rewritten(spot.known(), written, of), spot.known().ids(of)) {
        (Some(cedar), _) => write(&cedar),
        (None, Some(ids)) => these(of, ids),
        (None, None) => write(&format!("{of}::{written}")),
    }
}

/// `written` with each of its texts as an entity of the type. `None` where the type
/// has a closed list of ids, and nothing in it was meant.
pub(super) fn rewritten(known: &Known, written: &str, of: &str) -> Option<String> {
    let pieces = Pieces::of(written);
    let mut cedar = String::new();
    let mut end = 0;
    for piece in 0..pieces.len() {
        if !is_text(&pieces, piece) {
            continue;
        }
        let id = string(pieces.word(piece))?;
        let id = match known.ids(of) {
            Some(ids) => one_meant(id, ids)?,
            None => id,
        };
        cedar.push_str(written.get(end..pieces.start(piece))?);
        cedar.push_str(&format!("{of}::\"{id}\""));
        end = pieces.end(piece);
    }
    cedar.push_str(written.get(end..)?);
    Some(short(&cedar))
}
