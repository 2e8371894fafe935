//! Adds an entry.

use super::{
    super::{
        NewValue, Obstacle,
        cst::{EntryNode, Mapping, Value},
        lines,
        locate::Place,
        render::{self, Style},
    },
    Refused, Splice, flow,
};

/// Puts an entry that `keys` lead to into `place`.
pub(super) fn insert(
    text: &str,
    place: &Place,
    keys: &[String],
    value: &NewValue,
    style: Style,
) -> Result<Splice, Refused> {
    match place {
        Place::EmptyFile => {
            let new = render::block_entry(keys, value, 0, style);
            Ok(Splice::lines(text, text.len(), &new))
        }
        Place::Mapping(mapping) if mapping.is_flow() => flow::insert(text, mapping, keys, value),
        Place::Mapping(mapping) => behind_last(text, mapping, keys, value, style),
        Place::Null(entry) => into_null(text, entry, keys, value, style),
    }
}

/// Adds the entry behind the last line of a mapping's last entry.
fn behind_last(
    text: &str,
    mapping: &Mapping,
    keys: &[String],
    value: &NewValue,
    style: Style,
) -> Result<Splice, Refused> {
    let refused = Refused::new(mapping.start(), Obstacle::Layout);
    let entries = mapping.entries();
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
        return Err(refused);
    };
    let indent = lines::indent(text, first.start()).ok_or(refused)?;
    if !lines::nothing_follows(text, last.end()) {
        return Err(refused);
    }
    let new = render::block_entry(keys, value, indent.len(), style);
    Ok(Splice::lines(text, lines::end(text, last.end()), &new))
}

/// Adds the entry below a key that has no value, or in the place of its null.
fn into_null(
    text: &str,
    entry: &EntryNode,
    keys: &[String],
    value: &NewValue,
    style: Style,
) -> Result<Splice, Refused> {
    let refused = Refused::new(entry.start(), Obstacle::Layout);
    if let Value::Scalar(place) = entry.value() {
        let new = format!("{{{}}}", render::inline_entry(keys, value));
        return Ok(Splice::one(text, &(entry.start()..entry.end()), place, new));
    }
    let indent = lines::indent(text, entry.start()).ok_or(refused)?;
    if !entry.is_simple() || !lines::nothing_follows(text, entry.end()) {
        return Err(refused);
    }
    let new = render::block_entry(keys, value, indent.len() + style.mapping, style);
    Ok(Splice::lines(text, lines::end(text, entry.end()), &new))
}
