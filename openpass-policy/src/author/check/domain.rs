//! The values that the parts of a request may have, before any condition is read.

use std::collections::BTreeSet;

use super::{choice::Choice, ranges::Ranges, state::May};
use crate::engine::{RequestKind, Shape, Types, uid};

/// The last minute of a day.
pub(super) const LAST_MINUTE: i64 = 24 * 60 - 1;
/// The last rank of a tier.
pub(super) const HIGHEST_TIER: i64 = 2;

/// Returns the values that a path may have in a request of this kind that a host can
/// build. `invariants/possible.cedar` says which requests those are.
pub(super) fn of(types: &Types, kind: &RequestKind, path: &[&str]) -> May {
    if path == ["action"] {
        return May::Word(Choice::one(kind.action.clone()));
    }
    let Some(place) = types.place(kind, path) else {
        return May::Anything;
    };
    match place.shape {
        Shape::Long => May::Long(number(kind, place.owner.as_deref(), path)),
        Shape::Text => May::Word(Choice::any()),
        Shape::Entity(_) if path == ["context", "requester"] => requester(kind),
        Shape::Entity(name) => match types.words(&name) {
            Some(words) => {
                let words: BTreeSet<String> = words.iter().map(|id| uid(&name, id)).collect();
                May::Word(Choice::of(words))
            }
            None => May::Word(Choice::any()),
        },
        _ => May::Anything,
    }
}

fn number(kind: &RequestKind, owner: Option<&str>, path: &[&str]) -> Ranges {
    let is_of_openpass = kind.action.starts_with("OpenPass::Action::");
    match path {
        ["context", "time", "minuteOfDay"] => Ranges::between(0, LAST_MINUTE),
        ["context", "time", "weekday"] => Ranges::between(1, 7),
        ["context", "tier", "before" | "after"] if is_of_openpass => {
            Ranges::between(0, HIGHEST_TIER)
        }
        ["principal" | "resource", .., "tier"] if owner == Some("OpenPass::Agent") => {
            Ranges::between(0, HIGHEST_TIER)
        }
        _ => Ranges::all(),
    }
}

/// OpenPass's `User` is a person, and its `Agent` is none.
fn requester(kind: &RequestKind) -> May {
    const TYPE: &str = "OpenPass::Requester";
    match kind.principal.as_str() {
        "OpenPass::User" => May::Word(Choice::one(uid(TYPE, "person"))),
        "OpenPass::Agent" => May::Word(Choice::one(uid(TYPE, "agent"))),
        _ => May::Word(Choice::any()),
    }
}
