//! The profile that the product makes of an agent's entry when it loads
//! config.yaml.

use super::{Profile, Value, WrittenAgent, profile::tier_of};
use crate::product::{self, ValueKind, built_in, preset};

/// The profile in effect, by the product's order: its own profile of that
/// name, the tier's preset, what the file says.
pub(super) fn profile(name: &str, entry: &WrittenAgent<'_>) -> Profile {
    let stored_tier = match own(entry, "tier") {
        Value::Text(tier) => Some(tier),
        _ => None,
    };
    let mut fields = Fields::default();
    for (field, value) in built_in(name)
        .into_iter()
        .chain(preset(tier_of(stored_tier.as_deref())))
    {
        fields.set(field, value);
    }
    // A file from before there were tiers.
    if !entry.has("tier") && !entry.has("exposeValueTools") {
        fields.set("exposeValueTools", Value::Bool(true));
    }
    if *fields.get("allowedPaths") == Value::Unset {
        fields.set("allowedPaths", Value::List(Vec::new()));
    }
    for (field, kind) in product::agent_fields() {
        take(&mut fields, entry, field, kind);
    }
    let approval_is_set = approval(
        &mut fields,
        entry,
        tier_of(stored_tier.as_deref()) != openpass_policy::Tier::Custom,
    );
    unknown(&mut fields, entry);
    Profile {
        name: name.to_owned(),
        stored_tier,
        fields: fields.0,
        written: written(entry),
        approval_is_set,
    }
}

/// Returns the value that the file gives `field`, if its key is the agent's
/// own.
fn own(entry: &WrittenAgent<'_>, field: &str) -> Value {
    let tree = entry.value(field).filter(|_| entry.has(field));
    tree.map_or(Value::Unset, |tree| Value::of_field(field, tree))
}

/// Takes over what the file says of `field`. Null leaves what there is, but
/// for the two lists that it empties.
fn take(fields: &mut Fields, entry: &WrittenAgent<'_>, field: &str, kind: ValueKind) {
    let anywhere = matches!(
        kind,
        ValueKind::Bool
            | ValueKind::Int(..)
            | ValueKind::Duration
            | ValueKind::Text
            | ValueKind::Hooks
    );
    let value = match entry.value(field) {
        Some(tree) if field == "promptInjectionMode" || anywhere => Value::of_field(field, tree),
        _ => own(entry, field),
    };
    match (field, value) {
        ("approvalMode", _) => {}
        ("allowedPaths", Value::Unset) if entry.has(field) => {
            fields.set(field, Value::List(Vec::new()));
        }
        ("redactFields", Value::Unset) if entry.has(field) => fields.clear(field),
        (_, Value::Unset) => {}
        // The product's copy of an empty list is none.
        (_, Value::List(items)) if items.is_empty() => fields.clear(field),
        (_, value) => fields.set(field, value),
    }
}

/// Sets the approval mode. `requireApproval` stands for a mode that is not
/// written, or is empty. Returns whether the file or the tier names the mode.
fn approval(fields: &mut Fields, entry: &WrittenAgent<'_>, by_tier: bool) -> bool {
    let mode_of = |required: bool| if required { "prompt" } else { "none" };
    let required = |value: &Value| *value == Value::Bool(true);
    let written = if entry.has("approvalMode") {
        Some(own(entry, "approvalMode"))
    } else if let Value::Bool(required) = own(entry, "requireApproval") {
        Some(Value::Text(mode_of(required).to_owned()))
    } else {
        None
    };
    let is_set = written.is_some() || by_tier;
    let mode = written.unwrap_or_else(|| fields.get("approvalMode").clone());
    if matches!(&mode, Value::Unset) || matches!(&mode, Value::Text(mode) if mode.is_empty()) {
        let mode = mode_of(required(fields.get("requireApproval")));
        fields.set("approvalMode", Value::Text(mode.to_owned()));
        return false;
    }
    fields.set("approvalMode", mode);
    is_set
}

/// Fields that nobody knows. The product passes over them; another version of
/// it may not.
fn unknown(fields: &mut Fields, entry: &WrittenAgent<'_>) {
    let mut unknown: Vec<_> = entry
        .values()
        .into_iter()
        .filter(|(field, _)| product::agent_field(field).is_none())
        .collect();
    unknown.sort_by_key(|(field, _)| *field);
    for (field, tree) in unknown {
        match Value::of_field(field, tree) {
            Value::Unset => {}
            value => fields.0.push((field.to_owned(), value)),
        }
    }
}

fn written(entry: &WrittenAgent<'_>) -> Vec<(String, Value)> {
    let values = entry
        .own_values()
        .iter()
        .filter(|(field, _)| field != "tier");
    values
        .map(|(field, tree)| (field.clone(), Value::of_field(field, tree)))
        .collect()
}

/// Known fields and their values, in the schema's order.
#[derive(Default)]
struct Fields(Vec<(String, Value)>);

impl Fields {
    fn get(&self, field: &str) -> &Value {
        let found = self.0.iter().find(|(name, _)| name == field);
        found.map_or(&Value::Unset, |(_, value)| value)
    }

    fn clear(&mut self, field: &str) {
        self.0.retain(|(name, _)| name != field);
    }

    fn set(&mut self, field: &str, value: Value) {
        if let Some((_, old)) = self.0.iter_mut().find(|(name, _)| name == field) {
            *old = value;
            return;
        }
        let place = |name: &str| product::agent_fields().position(|(known, _)| known == name);
        let before = |(name, _): &&(String, Value)| place(name) < place(field);
        let at = self.0.iter().take_while(before).count();
        self.0.insert(at, (field.to_owned(), value));
    }
}
