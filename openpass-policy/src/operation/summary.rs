//! An operation as a short verb phrase.

use openpass_auth::SafeText;

use super::{Direction, Extra, FieldChange, HostAction, Operation, Resource, Tier};
use crate::{Action, Entity, catalogue::Phrase, entity};

/// Says what is to happen, in the words of [`Phrase`]. Names are whole: two that begin
/// alike must not look alike.
pub(crate) fn of(operation: &Operation) -> SafeText {
    if let (Action::Host(action), Resource::Host(resource)) =
        (operation.action(), operation.resource())
    {
        return of_host(operation, action, resource);
    }
    let id = SafeText::quoted_whole(operation.resource().id());
    match operation.action().row().map(|row| &row.phrase) {
        Some(Phrase::Words(words)) => SafeText::fill(words, &[&id]),
        Some(Phrase::Of(phrase)) => phrase(operation, &id),
        None => SafeText::escape(operation.action().as_str()),
    }
}

/// Summarizes a host's operation by the host's phrase, else by the names in its schema:
/// `set flag "dark-mode" in environment "prod"`.
fn of_host(operation: &Operation, action: &HostAction, resource: &Entity) -> SafeText {
    let id = SafeText::quoted_whole(resource.id());
    let phrase = operation.own().and_then(|own| own.phrase.as_deref());
    if let Some(phrase) = phrase {
        return match phrase.split_once("{}") {
            Some((before, after)) => {
                let (before, after) = (SafeText::escape(before), SafeText::escape(after));
                SafeText::fill("{}{}{}", &[&before, &id, &after])
            }
            None => SafeText::fill("{} {}", &[&SafeText::escape(phrase), &id]),
        };
    }
    let verb = SafeText::escape(&entity::in_words(entity::last(action.id())));
    let told = SafeText::fill("{} {}", &[&verb, &resource.shown()]);
    let parents = resource.parents().iter();
    parents.fold(told, |told, parent| {
        SafeText::fill("{} in {}", &[&told, &parent.shown()])
    })
}

/// Whether the phrase says what `change` does to the tier.
pub(crate) fn says(operation: &Operation, change: &FieldChange) -> bool {
    let Extra::Standing { before, after, .. } = operation.extra() else {
        return false;
    };
    let (before, after) = (before.tier, after.tier);
    let adds = matches!(
        operation.action(),
        Action::AddAgent | Action::AddRestrictedAgent
    );
    // `safe` and every other word that is no preset are called custom there.
    let is_before = before == Tier::Custom || change.before.as_deref() == Some(before.as_str());
    let told = before != after && is_before;
    change.field == "tier"
        && change.after.as_deref() == Some(after.as_str())
        && (told || (adds && change.before.is_none()))
}

/// Counts the powers that a change of a profile gives and takes; `None` when there are
/// none, and for every other operation. The tier itself is named apart and does not
/// count.
pub(crate) fn tally(operation: &Operation) -> Option<SafeText> {
    if !matches!(operation.action(), Action::WidenAgent | Action::NarrowAgent) {
        return None;
    }
    let powers = |direction| {
        let changes = operation.changes().iter();
        let powers = changes.filter(|change| change.field != "tier");
        let count = powers
            .filter(|change| change.direction == direction)
            .count();
        (count, SafeText::number(count as u64))
    };
    let (more, more_text) = powers(Direction::Widens);
    let (fewer, fewer_text) = powers(Direction::Narrows);
    Some(match (more, fewer) {
        (0, 0) => return None,
        (1, 0) => SafeText::literal("1 more power"),
        (_, 0) => SafeText::fill("{} more powers", &[&more_text]),
        (0, 1) => SafeText::literal("1 power fewer"),
        (0, _) => SafeText::fill("{} powers fewer", &[&fewer_text]),
        (1, _) => SafeText::fill("1 power more, {} fewer", &[&fewer_text]),
        _ => SafeText::fill("{} powers more, {} fewer", &[&more_text, &fewer_text]),
    })
}
