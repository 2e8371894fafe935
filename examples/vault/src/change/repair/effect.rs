//! The effect of putting one file back.

use openpass_policy::{After, Before, Direction, FieldChange, PolicySource};

use super::super::FileChange;
use crate::{
    approved::{Baseline, ItemKind, Observed, differing},
    files, policies,
};

/// Returns the changes that the new content of one file makes to one kind.
pub(super) fn effect(
    baseline: &Baseline<'_>,
    kind: ItemKind,
    file: &FileChange,
    then: &Observed,
) -> Vec<FieldChange> {
    let read = |bytes: Option<&[u8]>| baseline.read(kind, &file.name, bytes);
    let content = file.before.as_deref();
    let before = match content.filter(|content| files::is_described(content)) {
        Some(_) => Err("it is not a usable file".to_owned()),
        None => read(content),
    };
    let mut changes = Vec::new();
    let before = before.unwrap_or_else(|problem| {
        let there = Some(format!("cannot be read: {problem}"));
        let back = Some("as it was approved".to_owned());
        changes.push(FieldChange::new(
            &file.name,
            Before(there),
            After(back),
            Direction::Widens,
        ));
        read(None).unwrap_or_default()
    });
    for differs in differing(kind, &before, then) {
        changes.extend(differs.changes);
    }
    changes
}

/// Whether a file that was not approved holds nothing that counts: without
/// its forbids, the permits have no effect, and going they give nothing.
pub(super) fn only_permits(file: &FileChange) -> bool {
    let text = file.before.as_deref().map(core::str::from_utf8);
    let Some(Ok(text)) = text.filter(|_| policies::is_cedar(&file.name)) else {
        return false;
    };
    let source = PolicySource::new(file.name.clone(), text);
    source.narrowed(None).is_ok_and(|counts| counts.is_empty())
}
