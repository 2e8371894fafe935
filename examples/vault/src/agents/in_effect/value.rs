//! The value that a field of a profile has where two values may count.

use core::fmt;

use crate::agents::{Value, class::Class};

/// The value that a field has in effect.
///
/// That it gives nothing is another thing than that it is not set: no
/// `allowed_tools` means every tool, and no limit means as many as there are.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a third thing that a field can be must break the builds that show it"
)]
pub enum InEffect {
    /// This value; [`Value::Unset`] where the product's own default holds.
    Value(Value),
    /// The field gives nothing at all: no tool, no path, no read, and everything is hidden.
    Nothing,
}

impl InEffect {
    /// Returns the value by which `field` gives nothing, where the field has
    /// such a value; else [`InEffect::Nothing`].
    pub(super) fn nothing_of(field: &str) -> Self {
        match Class::of(field) {
            Class::Power => Self::Value(Value::Bool(false)),
            Class::Approval => Self::Value(Value::Text("deny".to_owned())),
            // To be asked is less than not to be.
            Class::RequireApproval => Self::Value(Value::Bool(true)),
            _ => Self::Nothing,
        }
    }

    /// The value; `None` where the field gives nothing.
    #[must_use]
    pub const fn value(&self) -> Option<&Value> {
        match self {
            Self::Value(value) => Some(value),
            Self::Nothing => None,
        }
    }
}

/// The value in words, for people. No value of config.yaml is shown as these words.
impl fmt::Display for InEffect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => value.fmt(f),
            Self::Nothing => f.write_str("(nothing)"),
        }
    }
}
