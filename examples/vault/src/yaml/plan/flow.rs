//! Adds to and takes from mappings in braces.

use super::{
    super::{NewValue, Obstacle, cst::Mapping, locate::Found, render},
    Refused, Splice,
};

/// Puts an entry behind the last one in the braces.
pub(super) fn insert(
    text: &str,
    mapping: &Mapping,
    keys: &[String],
    value: &NewValue,
) -> Result<Splice, Refused> {
    let refused = Refused::new(mapping.start(), Obstacle::Layout);
    let inside = mapping.inside().ok_or(refused)?;
    let new = render::inline_entry(keys, value);
    let (offset, new) = match mapping.entries().last() {
        Some(last) => (last.end(), format!(", {new}")),
        None => (inside.start, new),
    };
    Ok(Splice::one(text, &(offset..offset), offset..offset, new))
}

/// Takes an entry from the braces, with the comma that parts it from the next,
/// or from the one before if it is the last.
pub(super) fn remove(text: &str, found: &Found) -> Result<Splice, Refused> {
    let refused = Refused::new(found.entry.start(), Obstacle::Layout);
    let entries = found.mapping.entries();
    let before = found.index.checked_sub(1).and_then(|at| entries.get(at));
    let gone = match (entries.get(found.index + 1), before) {
        (Some(next), _) => found.entry.start()..next.start(),
        (None, Some(before)) => before.end()..found.entry.end(),
        (None, None) => found.mapping.inside().ok_or(refused)?,
    };
    if found.mapping.has_comment(&gone) {
        return Err(Refused::new(found.entry.start(), Obstacle::Comment));
    }
    Ok(Splice::one(text, &gone.clone(), gone, String::new()))
}
