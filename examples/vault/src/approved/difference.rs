//! The differences from the approved state.

use openpass_auth::SafeText;
use openpass_policy::{After, Before, Direction, FieldChange};

use super::{Fields, Held, ItemKind, Observed, Part, watch::settings_of};
use crate::{
    agents,
    change::{described, lines},
    policies, product, registry, settings,
};

/// An item that differs from what was approved.
#[derive(Debug, Clone)]
pub(crate) struct Differing {
    /// The item's name among its kind.
    pub(crate) name: String,
    /// The item's name for people, such as `policies/NAME`.
    pub(crate) item: String,
    /// Every field that differs, from what was approved to what is there.
    pub(crate) changes: Vec<FieldChange>,
    /// The fields of the item that were approved.
    pub(crate) before: Option<Fields>,
    /// The fields of the item that are there.
    pub(crate) after: Option<Fields>,
    pub(crate) was_there: bool,
    pub(crate) is_there: bool,
    /// The reason why the item cannot be read, if that is what differs.
    pub(crate) unreadable: Option<String>,
    /// Whether what was approved of a policy file held a forbid.
    pub(crate) forbade: Option<bool>,
}

impl Differing {
    /// A policy file that is gone, of whose text nothing is known.
    pub(crate) fn without_a_text(name: &str, forbade: Option<bool>) -> Self {
        Self {
            name: name.to_owned(),
            item: item(ItemKind::Policies, name),
            changes: Vec::new(),
            before: None,
            after: None,
            was_there: true,
            is_there: false,
            unreadable: None,
            forbade,
        }
    }
}

/// Every item of `kind` that differs.
pub(crate) fn differing(kind: ItemKind, approved: &Part, observed: &Observed) -> Vec<Differing> {
    let mut all: Vec<Differing> = observed
        .unreadable
        .iter()
        .map(|(name, problem)| {
            // Without a name it is all of the kind.
            let item = match name.as_str() {
                "" => kind.file().to_owned(),
                name => item(kind, name),
            };
            unreadable(name, item, problem)
        })
        .collect();
    if observed.is_dark() {
        return all;
    }
    let mut names: Vec<&String> = approved.keys().chain(observed.part.keys()).collect();
    names.sort();
    names.dedup();
    for name in names {
        if observed.unreadable.contains_key(name) {
            continue;
        }
        let (before, after) = (approved.get(name), observed.part.get(name));
        let changes = changes(kind, name, before, after);
        if !changes.is_empty() {
            all.push(Differing {
                name: name.clone(),
                item: item(kind, name),
                changes,
                before: before.cloned(),
                after: after.cloned(),
                was_there: before.is_some(),
                is_there: after.is_some(),
                unreadable: None,
                forbade: match (kind, before, after) {
                    (ItemKind::Policies, Some(before), None) => {
                        policies::held_a_forbid(name, before.get("text"))
                    }
                    _ => None,
                },
            });
        }
    }
    all
}

fn unreadable(name: &str, item: String, problem: &str) -> Differing {
    let there = format!("cannot be read: {problem}");
    let change = FieldChange::new(
        item.clone(),
        Before(None),
        After(Some(there)),
        Direction::Widens,
    );
    Differing {
        name: name.to_owned(),
        item,
        changes: vec![change],
        before: None,
        after: None,
        was_there: true,
        is_there: true,
        unreadable: Some(problem.to_owned()),
        forbade: None,
    }
}

/// Returns the name of an item for people.
fn item(kind: ItemKind, name: &str) -> String {
    match kind {
        ItemKind::Policies => format!("{}/{}", policies::FOLDER, shown_name(name)),
        ItemKind::Agents => format!("config.yaml agent {}", shown_name(name)),
        ItemKind::Tokens => format!("{} {}", registry::FILE, shown_name(name)),
        other => other.file().to_owned(),
    }
}

/// A name from outside. It stands in quotes where it could be taken for more, or
/// for less, than a name: with a blank, a mark, or without anything.
pub(crate) fn shown_name(name: &str) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
    if !name.is_empty() && name.chars().all(is_plain) {
        return name.to_owned();
    }
    SafeText::quoted_whole(name).to_string()
}

/// Returns whether an item of this kind has a single field, which is named as the item
/// is.
fn is_whole(kind: ItemKind) -> bool {
    matches!(
        kind,
        ItemKind::Policies | ItemKind::Recipients | ItemKind::Devices | ItemKind::LegacyToken
    )
}

/// The fields of one item of which `after` gives more than `before`, or nobody can tell.
pub(crate) fn widening_fields(kind: ItemKind, before: &Fields, after: &Fields) -> Vec<String> {
    let widens = |field: &&String| {
        let (old, new) = (before.get(*field), after.get(*field));
        direction(kind, field, (before, old), (after, new)) == Direction::Widens
    };
    let fields = differing_fields(before, after).into_iter();
    fields.filter(widens).cloned().collect()
}

/// The fields that are not the same in both, in the order of their names.
fn differing_fields<'f>(before: &'f Fields, after: &'f Fields) -> Vec<&'f String> {
    let mut fields: Vec<&String> = before.keys().chain(after.keys()).collect();
    fields.sort();
    fields.dedup();
    let is_same = |field: &str| match (before.get(field), after.get(field)) {
        (Some(old), Some(new)) => old.is(new),
        _ => false,
    };
    fields.retain(|field| !is_same(field));
    fields
}

fn changes(
    kind: ItemKind,
    name: &str,
    before: Option<&Fields>,
    after: Option<&Fields>,
) -> Vec<FieldChange> {
    if let (ItemKind::Agents, Some(before), None) = (kind, before, after) {
        return vec![removed(name, before)];
    }
    let nothing = Fields::new();
    let (before, after) = (before.unwrap_or(&nothing), after.unwrap_or(&nothing));
    let item = item(kind, name);
    let differs = differing_fields(before, after).into_iter().map(|field| {
        let (old, new) = (before.get(field), after.get(field));
        let named = if is_whole(kind) {
            item.clone()
        } else {
            format!("{item} {field}")
        };
        let direction = direction(kind, field, (before, old), (after, new));
        change(kind, named, old, new, direction)
    });
    differs.collect()
}

/// Returns one field's change: of a list, the entries that come and go; of a text of more
/// than one line, the lines.
fn change(
    kind: ItemKind,
    field: String,
    old: Option<&Held>,
    new: Option<&Held>,
    to: Direction,
) -> FieldChange {
    let is_text = |held: Option<&Held>| held.is_none_or(|held| held.as_text().is_some());
    let text = |held: Option<&Held>| held.and_then(Held::as_text).unwrap_or_default().to_owned();
    // What goes with a policy is shown by its lines, however few.
    let has_lines = |text: &str| kind == ItemKind::Policies || text.contains('\n');
    let list = |held: Option<&Held>| match held {
        Some(Held::List(items)) => Some(items.clone()),
        _ => None,
    };
    match (old, new) {
        (Some(Held::List(_)) | None, Some(Held::List(_))) | (Some(Held::List(_)), None) => {
            FieldChange::list(field, Before(list(old)), After(list(new)), to)
        }
        _ if is_text(old) && is_text(new) && has_lines(&(text(old) + &text(new))) => {
            let described = |held: Option<&Held>| held.map(|_| described(text(held).as_bytes()));
            let lines = lines::between(&text(old), &text(new));
            FieldChange::text(
                field,
                Before(described(old)),
                After(described(new)),
                lines,
                to,
            )
        }
        _ => {
            let shown = |held: Option<&Held>| held.map(Held::to_string);
            FieldChange::new(field, Before(shown(old)), After(shown(new)), to)
        }
    }
}

/// Returns the change of an agent that is gone. The agent takes all its power with it,
/// except where the product has an agent of that name of its own.
fn removed(name: &str, before: &Fields) -> FieldChange {
    let tier = before.get("tier").map(Held::to_string);
    let direction = if product::BUILT_IN_AGENTS.contains(&name) {
        Direction::Widens
    } else {
        Direction::Narrows
    };
    let tier = tier.unwrap_or_else(|| "with a profile".to_owned());
    FieldChange::new(
        item(ItemKind::Agents, name),
        Before(Some(tier)),
        After(None),
        direction,
    )
}

/// Returns the direction in which a field went. A change whose direction nobody can tell
/// widens.
fn direction(
    kind: ItemKind,
    field: &str,
    (before, old): (&Fields, Option<&Held>),
    (after, new): (&Fields, Option<&Held>),
) -> Direction {
    match kind {
        ItemKind::Settings => match (settings_of(before), settings_of(after)) {
            (Ok(before), Ok(after)) => settings::direction(field, &before, &after),
            _ => Direction::Widens,
        },
        ItemKind::Agents => agent(field, old, new),
        ItemKind::Tokens => match (field, new) {
            ("revoked", Some(Held::Bool(true))) | ("refresh_token_hash", None) => {
                Direction::Narrows
            }
            // Without its line in the registry a token opens nothing.
            _ if after.is_empty() => Direction::Narrows,
            _ => Direction::Widens,
        },
        ItemKind::Recipients => match (old, new) {
            (Some(Held::List(_)), None) => Direction::Narrows,
            (Some(Held::List(old)), Some(Held::List(new)))
                if new.iter().all(|key| old.contains(key)) =>
            {
                Direction::Narrows
            }
            _ => Direction::Widens,
        },
        ItemKind::LegacyToken if new.is_none() => Direction::Narrows,
        ItemKind::Policies | ItemKind::Config | ItemKind::Devices | ItemKind::LegacyToken => {
            Direction::Widens
        }
    }
}

fn agent(field: &str, old: Option<&Held>, new: Option<&Held>) -> Direction {
    let value = |held: Option<&Held>| held.map_or(crate::Value::Unset, Held::to_value);
    if field != "tier" {
        return agents::direction(field, &value(old), &value(new));
    }
    let tier = |held: Option<&Held>| crate::parse_tier(held?.as_text()?).ok();
    match (tier(old), tier(new)) {
        (Some(old), Some(new)) => old.direction_to(new),
        _ => Direction::Widens,
    }
}
