//! The fields of a profile, for who describes them to somebody.

use crate::product::{self, ValueKind};

/// The words for a tier.
const TIERS: &[&str] = &["read-only", "standard", "admin"];

/// The kind of value that a field of a profile takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new kind must break the builds that describe kinds"
)]
pub enum FieldKind {
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Number,
    /// A word from this list.
    OneOf(&'static [&'static str]),
    /// Text.
    Text,
    /// A list of texts.
    List,
}

/// Every field of a profile that [`Change::EditAgent`](crate::Change::EditAgent)
/// sets, the tier first, and what it takes.
pub fn profile_fields() -> impl Iterator<Item = (&'static str, FieldKind)> {
    let fields =
        product::agent_fields().filter_map(|(field, kind)| Some((field, described(kind)?)));
    core::iter::once(("tier", FieldKind::OneOf(TIERS))).chain(fields)
}

/// Returns `kind` as a host describes it to its user; `None` for a kind that is
/// edited in the file alone.
const fn described(kind: ValueKind) -> Option<FieldKind> {
    match kind {
        ValueKind::Bool => Some(FieldKind::Flag),
        ValueKind::Int(..) => Some(FieldKind::Number),
        ValueKind::OneOf(words) => Some(FieldKind::OneOf(words)),
        ValueKind::Duration | ValueKind::Time | ValueKind::Text | ValueKind::AuthMethod => {
            Some(FieldKind::Text)
        }
        ValueKind::TextList => Some(FieldKind::List),
        ValueKind::Hooks | ValueKind::TextLists | ValueKind::Records | ValueKind::Section => None,
    }
}
