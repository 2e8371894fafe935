//! Follows a path through the values and the text at once.

use super::{
    Obstacle, Tree,
    cst::{EntryNode, Mapping, Value},
    decode,
    plan::Refused,
};

/// The entry or the gap that a path leads to.
#[derive(Debug)]
pub(super) enum Spot {
    /// An entry that is there.
    Entry(Found),
    /// A place where an entry can be put.
    Gap(Gap),
}

/// An entry and what it stands in.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) entry: EntryNode,
    /// The entry's place in `mapping`.
    pub(super) index: usize,
    pub(super) mapping: Mapping,
    /// The entry whose value `mapping` is; none for the root.
    pub(super) holder: Option<EntryNode>,
}

/// A place where an entry can be put, and how many keys of the path lead there.
#[derive(Debug)]
pub(super) struct Gap {
    pub(super) place: Place,
    pub(super) depth: usize,
}

/// The place where an entry can be put.
#[derive(Debug)]
pub(super) enum Place {
    /// Into a file without entries.
    EmptyFile,
    /// Into a mapping.
    Mapping(Mapping),
    /// Behind a key that has no value yet, or has an explicit null.
    Null(EntryNode),
}

/// Follows `path` from `root`, whose values are `tree`.
pub(super) fn locate(root: Option<Mapping>, tree: &Tree, path: &[String]) -> Result<Spot, Refused> {
    let Some(mut mapping) = root else {
        return Ok(gap(Place::EmptyFile, 0));
    };
    let mut tree = tree;
    let mut holder = None;
    for (depth, key) in path.iter().enumerate() {
        let Some((index, value)) = tree.find(key) else {
            agree(tree, &mapping)?;
            if depth + 1 < path.len() && decode::is_merged(tree, key) {
                return Err(Refused::new(mapping.start(), Obstacle::MergeKey));
            }
            return Ok(gap(Place::Mapping(mapping), depth));
        };
        agree(tree, &mapping)?;
        let found = entry(&mapping, index)?;
        if depth + 1 == path.len() {
            return Ok(Spot::Entry(Found {
                entry: found,
                index,
                mapping,
                holder,
            }));
        }
        match inner(&found, value)? {
            Some(inner) => mapping = inner,
            None => return Ok(gap(Place::Null(found), depth + 1)),
        }
        holder = Some(found);
        tree = value;
    }
    Err(Refused::new(mapping.start(), Obstacle::EmptyPath))
}

const fn gap(place: Place, depth: usize) -> Spot {
    Spot::Gap(Gap { place, depth })
}

/// Checks that both parsers see the same number of entries. Otherwise the n-th entry of
/// one is not the n-th of the other.
fn agree(tree: &Tree, mapping: &Mapping) -> Result<(), Refused> {
    if tree.is_map() && tree.entries().len() == mapping.entries().len() {
        return Ok(());
    }
    Err(Refused::new(mapping.start(), Obstacle::Disagreement))
}

fn entry(mapping: &Mapping, index: usize) -> Result<EntryNode, Refused> {
    let entry = mapping.entries().into_iter().nth(index);
    entry.ok_or_else(|| Refused::new(mapping.start(), Obstacle::Disagreement))
}

/// The mapping that `entry` holds, or `None` if it holds nothing yet.
fn inner(entry: &EntryNode, value: &Tree) -> Result<Option<Mapping>, Refused> {
    let why = match entry.value() {
        _ if value.is_shared() && entry.is_anchored() => Obstacle::Anchor,
        Value::Alias => Obstacle::Alias,
        Value::Tagged => Obstacle::Tag,
        Value::Mapping(mapping) => return Ok(Some(mapping)),
        Value::Absent | Value::Scalar(_) if value.is_null() => return Ok(None),
        _ => Obstacle::NotAMapping,
    };
    Err(Refused::new(entry.start(), why))
}
