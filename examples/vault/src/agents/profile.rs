//! One agent's profile, as it is in effect.

use core::fmt;

use openpass_policy::{AgentRef, Tier};

use super::preset;
use crate::{
    schema::{self, Kind},
    yaml::{NewValue, Tree},
};

/// The value of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value {
    /// Neither the file nor the tier says; the product's own default holds.
    Unset,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i128),
    /// Text.
    Text(String),
    /// A list of texts.
    List(Vec<String>),
    /// Anything else: shown, compared, and never understood.
    Other(String),
}

impl Value {
    /// What `tree` is for `field`.
    pub(crate) fn of_field(field: &str, tree: &Tree) -> Self {
        match tree.as_bool() {
            Some(value) if schema::agent_field(field) == Some(Kind::Bool) => Self::Bool(value),
            _ => Self::of(tree),
        }
    }

    pub(crate) fn of(tree: &Tree) -> Self {
        match tree {
            Tree::Null => Self::Unset,
            Tree::Bool(value) => Self::Bool(*value),
            Tree::Int(value) => Self::Int(*value),
            Tree::Text(text) => Self::Text(text.clone()),
            Tree::List(items) => items
                .iter()
                .map(|item| match item {
                    Tree::Text(text) => Some(text.clone()),
                    _ => None,
                })
                .collect::<Option<Vec<String>>>()
                .map_or_else(|| Self::Other(format!("{tree:?}")), Self::List),
            Tree::Float(_) | Tree::Map(_) | Tree::Tagged(..) => Self::Other(format!("{tree:?}")),
        }
    }

    /// The value as it is written to a file; `None` where it cannot be.
    pub(crate) fn to_yaml(&self) -> Option<NewValue> {
        match self {
            Self::Bool(value) => Some(NewValue::Bool(*value)),
            Self::Int(value) => i64::try_from(*value).ok().map(NewValue::Int),
            Self::Text(text) => Some(NewValue::Text(text.clone())),
            Self::List(items) => Some(NewValue::TextList(items.clone())),
            Self::Unset | Self::Other(_) => None,
        }
    }

    /// The entries of a list; `None` for everything else.
    pub(crate) fn list(&self) -> Option<Vec<String>> {
        match self {
            Self::List(entries) => Some(entries.clone()),
            _ => None,
        }
    }

    /// The value as text; `None` when nothing is set.
    pub(crate) fn text(&self) -> Option<String> {
        (*self != Self::Unset).then(|| self.to_string())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unset => f.write_str("(not set)"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Text(text) | Self::Other(text) => f.write_str(text),
            Self::List(items) if items.is_empty() => f.write_str("(none)"),
            Self::List(items) => f.write_str(&items.join(", ")),
        }
    }
}

/// One agent's profile, as it is in effect: the tier's preset, then what the
/// file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    name: String,
    stored_tier: Option<String>,
    fields: Vec<(String, Value)>,
}

impl Profile {
    /// The profile called `name` whose entry in config.yaml is `entry`.
    pub(crate) fn effective(name: &str, entry: &Tree) -> Self {
        let explicit = |field: &str| entry.get(&[field]).map_or(Value::Unset, Value::of);
        let stored_tier = match explicit("tier") {
            Value::Text(tier) if !tier.is_empty() => Some(tier),
            Value::Unset | Value::Text(_) => None,
            // Shown, and never the name of a preset: `[admin]` prints as `admin`.
            odd => Some(format!("not text: {odd}")),
        };
        let mut fields: Vec<(String, Value)> = preset(tier_of(stored_tier.as_deref()))
            .into_iter()
            .map(|(field, value)| (field.to_owned(), value))
            .collect();
        if let Tree::Map(entries) = entry {
            for (field, value) in entries {
                if field != "tier" {
                    set(&mut fields, field, Value::of_field(field, value));
                }
            }
        }
        apply_legacy_rules(&mut fields, entry, stored_tier.is_none());
        Self {
            name: name.to_owned(),
            stored_tier,
            fields,
        }
    }

    /// The same agent with nothing set at all.
    pub(crate) fn without_fields(mut self) -> Self {
        self.fields.clear();
        self
    }

    /// The agent's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The tier. One that is missing or not known is [`Tier::Custom`].
    #[must_use]
    pub fn tier(&self) -> Tier {
        tier_of(self.stored_tier.as_deref())
    }

    /// What `field` is in effect.
    #[must_use]
    pub fn get(&self, field: &str) -> &Value {
        self.fields
            .iter()
            .find(|(name, _)| name == field)
            .map_or(&Value::Unset, |(_, value)| value)
    }

    /// Every field that the file or the tier sets.
    #[must_use]
    pub fn fields(&self) -> &[(String, Value)] {
        &self.fields
    }

    /// The agent as policy sees it.
    #[must_use]
    pub fn agent_ref(&self) -> AgentRef {
        // Only what the product reads as true gives the power to ask for changes.
        let can_manage_config = *self.get("canManageConfig") == Value::Bool(true);
        AgentRef::new(self.name.clone(), self.tier(), can_manage_config)
    }

    /// The tier as the file has it, if it has one.
    #[must_use]
    pub fn stored_tier(&self) -> Option<&str> {
        self.stored_tier.as_deref()
    }

    /// The tier as text; `custom` where there is none.
    pub(crate) fn tier_text(&self) -> String {
        self.stored_tier
            .clone()
            .unwrap_or_else(|| Tier::Custom.as_str().to_owned())
    }
}

/// The product's presets know these names only; it stores `safe` at times, and
/// then applies no preset.
fn tier_of(stored: Option<&str>) -> Tier {
    match stored {
        Some("read-only") => Tier::ReadOnly,
        Some("standard") => Tier::Standard,
        Some("admin") => Tier::Admin,
        _ => Tier::Custom,
    }
}

fn set(fields: &mut Vec<(String, Value)>, field: &str, value: Value) {
    if value == Value::Unset {
        return;
    }
    match fields.iter_mut().find(|(name, _)| name == field) {
        Some((_, old)) => *old = value,
        None => fields.push((field.to_owned(), value)),
    }
}

/// Two rules of the product for files from before there were tiers: values may
/// be shown unless something says otherwise, and `requireApproval` stands for
/// an `approvalMode` that is not written.
fn apply_legacy_rules(fields: &mut Vec<(String, Value)>, entry: &Tree, no_tier: bool) {
    let written = |field: &str| {
        entry
            .get(&[field])
            .is_some_and(|value| *value != Tree::Null)
    };
    if no_tier && !written("exposeValueTools") {
        set(fields, "exposeValueTools", Value::Bool(true));
    }
    if written("approvalMode") {
        return;
    }
    if let Some(required) = entry.get(&["requireApproval"]).and_then(Tree::as_bool) {
        let mode = if required { "prompt" } else { "none" };
        set(fields, "approvalMode", Value::Text(mode.to_owned()));
    }
}
