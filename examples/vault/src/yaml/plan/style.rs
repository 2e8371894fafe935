//! The indents of a file, so that new lines look like the old.

use super::super::{
    cst::{EntryNode, Mapping, Value},
    lines,
    render::Style,
};

/// The product's own style.
pub(super) const DEFAULT: Style = Style {
    mapping: 4,
    list: 4,
};

/// The style of the first nested mapping and the first list of a file.
pub(super) fn of(text: &str, root: &Mapping) -> Style {
    let mapping = root.nested().find_map(|(entry, value)| match value {
        Value::Mapping(inner) if !inner.is_flow() => {
            let first = inner.entries().into_iter().next()?;
            step(text, &entry, first.start()).filter(|step| *step > 0)
        }
        _ => None,
    });
    let list = root.nested().find_map(|(entry, value)| match value {
        Value::BlockList(items) => step(text, &entry, items.first()?.start),
        _ => None,
    });
    let mapping = mapping.unwrap_or(DEFAULT.mapping);
    Style {
        mapping,
        list: list.unwrap_or(mapping),
    }
}

/// Returns the blanks by which `inner` is indented further than `entry`, if
/// both begin a line.
fn step(text: &str, entry: &EntryNode, inner: usize) -> Option<usize> {
    let outer = lines::indent(text, entry.start())?;
    let inner = lines::indent(text, inner)?;
    inner.len().checked_sub(outer.len())
}
