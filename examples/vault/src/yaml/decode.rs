//! Decodes a value as go-yaml v3 does where it expects a value of one kind.
//!
//! `None` is null: the product then leaves its own value in place. Where a
//! value is [`Wrong`], the product refuses the whole file.

use std::collections::BTreeSet;

use super::{
    Tree, number,
    resolve::Resolved,
    tree::{Content, MERGE},
};

/// A value of another kind than the one expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// The value's line, from 1.
    pub(crate) line: usize,
    /// The kind of value that was expected.
    pub(crate) expected: &'static str,
    /// The kind of value that is there.
    pub(crate) found: &'static str,
}

type Decoded<T> = Result<Option<T>, Wrong>;

/// `true` or `false`, also as `y`, `yes`, `on`, `n`, `no` and `off`, each in
/// three cases; these in quotes too, where `true` and `false` are text.
pub(crate) fn boolean(tree: &Tree) -> Decoded<bool> {
    let expected = "true or false";
    match scalar(tree, expected)? {
        None => Ok(None),
        Some((_, Resolved::Bool(value))) => Ok(Some(value)),
        Some((text, Resolved::Text)) => match text {
            "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Ok(Some(true)),
            "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Ok(Some(false)),
            _ => Err(wrong(tree, expected)),
        },
        Some(_) => Err(wrong(tree, expected)),
    }
}

/// A whole number; what stands behind a point is cut off.
pub(crate) fn integer(tree: &Tree) -> Decoded<i64> {
    let expected = "a whole number";
    let number = match scalar(tree, expected)? {
        None => return Ok(None),
        Some((_, Resolved::Int(number))) => i64::try_from(number).ok(),
        Some((_, Resolved::Float(number))) => number::cut_off(number),
        Some(_) => None,
    };
    number.map(Some).ok_or_else(|| wrong(tree, expected))
}

/// Text: every single value is one, as it is written.
pub(crate) fn text(tree: &Tree) -> Decoded<&str> {
    Ok(scalar(tree, "text")?.map(|(text, _)| text))
}

/// The text of a duration, which no number without a unit is.
pub(crate) fn duration(tree: &Tree) -> Decoded<&str> {
    let expected = "a duration such as 30s or 1h30m";
    match scalar(tree, expected)? {
        None => Ok(None),
        Some((text, Resolved::Text)) => Ok(Some(text)),
        Some(_) => Err(wrong(tree, expected)),
    }
}

/// A time, such as `2026-11-23T18:12:31Z`; in quotes it must be complete.
pub(crate) fn time(tree: &Tree) -> Decoded<&str> {
    let expected = "a time such as 2026-11-23T18:12:31Z";
    match scalar(tree, expected)? {
        None => Ok(None),
        Some((text, Resolved::Time)) => Ok(Some(text)),
        Some((text, Resolved::Text)) if text.parse::<jiff::Timestamp>().is_ok() => Ok(Some(text)),
        Some(_) => Err(wrong(tree, expected)),
    }
}

/// A list of texts. Null items vanish.
pub(crate) fn texts(tree: &Tree) -> Decoded<Vec<&str>> {
    let Some(items) = list(tree)? else {
        return Ok(None);
    };
    let texts: Result<Vec<Option<&str>>, Wrong> = items.iter().map(text).collect();
    Ok(Some(texts?.into_iter().flatten().collect()))
}

/// A list of anything.
pub(crate) fn list(tree: &Tree) -> Decoded<&[Tree]> {
    match tree.content() {
        _ if tree.is_null() => Ok(None),
        Content::List(items) if !tree.is_tagged_null() => Ok(Some(items)),
        _ => Err(wrong(tree, "a list")),
    }
}

/// Keys with a list of texts each.
pub(crate) fn lists(tree: &Tree) -> Decoded<Vec<(&str, Vec<&str>)>> {
    let Some(members) = members(tree)? else {
        return Ok(None);
    };
    let lists = members
        .into_iter()
        .map(|(key, value)| Ok((key, texts(value)?.unwrap_or_default())));
    lists.collect::<Result<_, Wrong>>().map(Some)
}

/// The keys of a mapping and their values: those that are written out, then
/// those that merge keys take in, of which the first of a name counts.
pub(crate) fn members(tree: &Tree) -> Decoded<Vec<(&str, &Tree)>> {
    if tree.is_null() {
        return Ok(None);
    }
    if !tree.is_map() || tree.is_tagged_null() {
        return Err(wrong(tree, "keys and values"));
    }
    let mut members = Vec::new();
    let own = tree.entries().iter().filter(|(key, _)| key != MERGE);
    members.extend(own.map(|(key, value)| (key.as_str(), value)));
    if tree.child(MERGE).is_some() {
        let mut known: BTreeSet<&str> = members.iter().map(|(key, _)| *key).collect();
        take_in(tree, &mut known, &mut members)?;
    }
    Ok(Some(members))
}

/// The value of `key` in a mapping, a merged one too.
pub(crate) fn member<'t>(tree: &'t Tree, key: &str) -> Decoded<&'t Tree> {
    if let Some(value) = tree.child(key).filter(|_| !tree.is_tagged_null()) {
        return Ok(Some(value));
    }
    if tree.is_map() && tree.child(MERGE).is_none() {
        return Ok(None);
    }
    let members = members(tree)?.unwrap_or_default();
    let found = members.into_iter().find(|(name, _)| *name == key);
    Ok(found.map(|(_, value)| value))
}

/// Whether `key` is in a mapping by a merge key alone.
pub(super) fn is_merged(tree: &Tree, key: &str) -> bool {
    tree.child(MERGE).is_some() && !matches!(member(tree, key), Ok(None))
}

/// Adds what the merge keys of `tree` take in and is not there yet.
fn take_in<'t>(
    tree: &'t Tree,
    known: &mut BTreeSet<&'t str>,
    members: &mut Vec<(&'t str, &'t Tree)>,
) -> Result<(), Wrong> {
    let Some(merged) = tree.child(MERGE) else {
        return Ok(());
    };
    let sources = match merged.content() {
        Content::List(sources) if !merged.is_alias() => sources.as_slice(),
        _ => core::slice::from_ref(merged),
    };
    for source in sources {
        if !source.is_map() {
            return Err(wrong(source, "keys and values to merge"));
        }
        for (key, value) in source.entries() {
            if key != MERGE && known.insert(key) {
                members.push((key, value));
            }
        }
        take_in(source, known, members)?;
    }
    Ok(())
}

/// The text and type of a single value; `None` is null.
fn scalar<'t>(tree: &'t Tree, expected: &'static str) -> Decoded<(&'t str, Resolved)> {
    match (tree.scalar(), tree.resolved()) {
        (Some(_), Some(Resolved::Null)) => Ok(None),
        (Some(text), Some(resolved)) => Ok(Some((text, resolved))),
        _ => Err(wrong(tree, expected)),
    }
}

fn wrong(tree: &Tree, expected: &'static str) -> Wrong {
    Wrong {
        line: tree.line(),
        expected,
        found: tree.kind(),
    }
}
