//! The direction of a profile's change. The table is in `docs/direction.md`.

use openpass_policy::{After, Before, Direction, FieldChange, Tier};

use super::{Profile, Value, class::Class};

/// Every field that differs in effect or in what is written for the agent, in
/// the order in which the product prints them, with the direction of each.
///
/// What is written and has no effect today may have one tomorrow: a power
/// stays when the tier is lowered. It is judged by what is written alone.
pub(crate) fn changes(before: &Profile, after: &Profile) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    if before.tier_text() != after.tier_text() {
        changes.push(FieldChange::new(
            "tier",
            Before(Some(before.tier_text())),
            After(Some(after.tier_text())),
            tier(before, after),
        ));
    }
    for name in names(before, after) {
        changes.extend(change(name, before, after));
    }
    changes
}

/// The fields of either profile, each once.
fn names<'p>(before: &'p Profile, after: &'p Profile) -> Vec<&'p str> {
    let mut names: Vec<&str> = Vec::new();
    let fields = [
        &after.fields,
        &before.fields,
        &after.written,
        &before.written,
    ];
    for (name, _) in fields.into_iter().flatten() {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names
}

fn change(name: &str, before: &Profile, after: &Profile) -> Option<FieldChange> {
    if name == "approvalMode" {
        let (old, new) = (Approval::of(before), Approval::of(after));
        if old != new {
            let direction = old.direction_to(&new);
            return Some(field_change(name, &old.shown(), &new.shown(), direction));
        }
    }
    let (old, new) = (before.get(name), after.get(name));
    let (old, new) = if old == new {
        (before.written(name), after.written(name))
    } else {
        (old, new)
    };
    let changes = old != new;
    changes.then(|| field_change(name, old, new, direction(name, old, new)))
}

/// The change of one field of a profile: of a list, as the entries that come
/// and go.
pub(crate) fn field_change(
    name: &str,
    old: &Value,
    new: &Value,
    direction: Direction,
) -> FieldChange {
    match (old, new) {
        (Value::List(_) | Value::Unset, Value::List(_)) | (Value::List(_), Value::Unset) => {
            FieldChange::list(name, Before(old.list()), After(new.list()), direction)
        }
        _ => FieldChange::new(name, Before(old.text()), After(new.text()), direction),
    }
}

/// An approval mode in effect, and whether the file or the tier says so.
#[derive(PartialEq)]
struct Approval<'p> {
    mode: &'p Value,
    is_set: bool,
}

impl<'p> Approval<'p> {
    fn of(profile: &'p Profile) -> Self {
        Self {
            mode: profile.get("approvalMode"),
            is_set: profile.approval_is_set,
        }
    }

    /// The stricter and the laxer reading of a mode that is not set count
    /// both: one version of the product asks then, another denies.
    fn direction_to(&self, after: &Self) -> Direction {
        let known = |approval: &Self| {
            let mode = if approval.is_set {
                approval.mode
            } else {
                &Value::Unset
            };
            mode.clone()
        };
        match (self.is_set, after.is_set) {
            (false, false) => approval(self.mode, after.mode),
            _ => approval(&known(self), &known(after)),
        }
    }

    fn shown(&self) -> Value {
        match self.mode {
            Value::Text(mode) if !self.is_set => Value::Text(format!("{mode} (not written)")),
            mode => mode.clone(),
        }
    }
}

/// Returns the direction of a change of tier. From a tier that is stored and that nobody
/// knows, such as `safe`, every change widens: some program may go by it.
fn tier(before: &Profile, after: &Profile) -> Direction {
    if before.tier() == Tier::Custom && before.stored_tier().is_some_and(|tier| !tier.is_empty()) {
        Direction::Widens
    } else {
        before.tier().direction_to(after.tier())
    }
}

/// The direction of one field's change, on what is in effect. What is not
/// known widens.
pub(crate) fn direction(field: &str, before: &Value, after: &Value) -> Direction {
    match Class::of(field) {
        Class::Power => power(after),
        Class::Approval => approval(before, after),
        // What it does is counted under approvalMode.
        Class::RequireApproval => Direction::Neutral,
        Class::Tools => tools(before, after),
        Class::Allowed => allowed(before, after),
        Class::Hidden => hidden(before, after),
        Class::Quota => quota(before, after),
        Class::Other => Direction::Widens,
    }
}

fn by_rank<T: Ord>(before: T, after: T) -> Direction {
    match before.cmp(&after) {
        core::cmp::Ordering::Less => Direction::Widens,
        core::cmp::Ordering::Equal => Direction::Neutral,
        core::cmp::Ordering::Greater => Direction::Narrows,
    }
}

/// A power that is true is a power; only a plain `false` is surely none.
fn power(after: &Value) -> Direction {
    if *after == Value::Bool(false) {
        Direction::Narrows
    } else {
        Direction::Widens
    }
}

/// `deny` is stricter than `prompt`, and `prompt` than `none`. From or to
/// anything else, only `deny` is surely no wider.
fn approval(before: &Value, after: &Value) -> Direction {
    let rank = |mode: &Value| match mode {
        Value::Text(mode) => match mode.as_str() {
            "deny" => Some(0),
            "prompt" => Some(1),
            "none" => Some(2),
            _ => None,
        },
        _ => None,
    };
    match (rank(before), rank(after)) {
        (Some(before), Some(after)) => by_rank(before, after),
        (None, Some(0)) => Direction::Narrows,
        _ => Direction::Widens,
    }
}

/// A list of what is allowed: fewer entries narrow. An empty list may mean all
/// or none, by field and version, so nothing is concluded from one.
fn allowed(before: &Value, after: &Value) -> Direction {
    match (before, after) {
        (Value::List(old), Value::List(new))
            if !new.is_empty() && new.iter().all(|entry| old.contains(entry)) =>
        {
            Direction::Narrows
        }
        _ => Direction::Widens,
    }
}

/// Returns the direction of a change of tools. It is that of every list of what is allowed,
/// but an empty list means every tool: from there, any list narrows.
fn tools(before: &Value, after: &Value) -> Direction {
    let every_tool = |value: &Value| match value {
        Value::Unset => true,
        Value::List(tools) => tools.is_empty(),
        _ => false,
    };
    match (every_tool(before), every_tool(after)) {
        (true, true) => Direction::Neutral,
        (true, false) if matches!(after, Value::List(_)) => Direction::Narrows,
        _ => allowed(before, after),
    }
}

/// A list of what is hidden: more entries narrow.
fn hidden(before: &Value, after: &Value) -> Direction {
    let none = Vec::new();
    let list = |value| match value {
        Value::List(entries) => Some(entries),
        Value::Unset => Some(none.clone()),
        _ => None,
    };
    match (list(before.clone()), list(after.clone())) {
        (Some(old), Some(new)) if old.iter().all(|entry| new.contains(entry)) => Direction::Narrows,
        _ => Direction::Widens,
    }
}

/// A limit: a lower one narrows; 0, less than 0 or none at all is no limit.
fn quota(before: &Value, after: &Value) -> Direction {
    let limit = |value: &Value| match value {
        Value::Int(limit) if *limit > 0 => Some(*limit),
        Value::Int(_) | Value::Unset => Some(i64::MAX),
        _ => None,
    };
    match (limit(before), limit(after)) {
        (Some(before), Some(after)) => by_rank(before, after),
        _ => Direction::Widens,
    }
}

#[cfg(test)]
mod tests;
