//! The values that an edit must lead to, worked out on the values alone.
//!
//! The guard compares the new text with this, so it shares no code with the
//! part that edits the text.

use super::{Edit, NewValue, Tree};

/// The tree after `edit`, or `None` if a value on its way holds no keys or is
/// an alias.
pub(super) fn expected(before: &Tree, edit: &Edit) -> Option<Tree> {
    let mut after = before.clone();
    match &edit.value {
        Some(value) => set(&mut after, &edit.path, value)?,
        None => remove(&mut after, &edit.path)?,
    }
    Some(after)
}

fn set(tree: &mut Tree, path: &[String], value: &NewValue) -> Option<()> {
    let Some((key, rest)) = path.split_first() else {
        *tree = Tree::from(value);
        return Some(());
    };
    if tree.is_alias() {
        return None;
    }
    if tree.is_null() {
        *tree = Tree::empty_map();
    }
    let entries = tree.entries_mut()?;
    if let Some((_, child)) = entries.iter_mut().find(|(name, _)| name == key) {
        return set(child, rest, value);
    }
    let mut child = Tree::null(1);
    set(&mut child, rest, value)?;
    entries.push((key.clone(), child));
    Some(())
}

fn remove(tree: &mut Tree, path: &[String]) -> Option<()> {
    let (key, rest) = path.split_first()?;
    if tree.is_null() {
        return Some(());
    }
    if tree.is_alias() {
        let keys: Vec<&str> = path.iter().map(String::as_str).collect();
        return tree.get(&keys).is_none().then_some(());
    }
    let entries = tree.entries_mut()?;
    if rest.is_empty() {
        entries.retain(|(name, _)| name != key);
        return Some(());
    }
    match entries.iter_mut().find(|(name, _)| name == key) {
        Some((_, child)) => remove(child, rest),
        None => Some(()),
    }
}
