//! What an edit must lead to, worked out on the values alone.
//!
//! The guard compares the new text with this, so it shares no code with the
//! part that edits the text.

use super::{Edit, NewValue, Tree};

/// The tree after `edit`, or `None` if a value on its way holds no keys.
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
    if matches!(tree, Tree::Null) {
        *tree = Tree::Map(Vec::new());
    }
    let Tree::Map(entries) = tree else {
        return None;
    };
    if let Some((_, child)) = entries.iter_mut().find(|(name, _)| name == key) {
        return set(child, rest, value);
    }
    let mut child = Tree::Null;
    set(&mut child, rest, value)?;
    entries.push((key.clone(), child));
    Some(())
}

fn remove(tree: &mut Tree, path: &[String]) -> Option<()> {
    let (key, rest) = path.split_first()?;
    let entries = match tree {
        Tree::Map(entries) => entries,
        Tree::Null => return Some(()),
        _ => return None,
    };
    if rest.is_empty() {
        entries.retain(|(name, _)| name != key);
        return Some(());
    }
    match entries.iter_mut().find(|(name, _)| name == key) {
        Some((_, child)) => remove(child, rest),
        None => Some(()),
    }
}
