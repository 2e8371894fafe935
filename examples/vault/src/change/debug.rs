//! Changes without the values that may be secrets.

use core::fmt;

use serde_json::Value;

use super::{Change, FieldEdit};
use crate::product::shown_value;

/// The fields that hold no secret, whatever is asked for. A field that a later
/// change brings is not printed until it is here.
const SHOWN: [&str; 8] = [
    "change", "agent", "tier", "method", "key", "id", "name", "pin",
];

impl fmt::Debug for FieldEdit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = shown_value(&format!("agents.x.{}", self.field), &self.value);
        f.debug_struct("FieldEdit")
            .field("field", &self.field)
            .field("value", &value)
            .finish()
    }
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Change");
        // The only one that is in no file has no form as JSON.
        let written = serde_json::to_value(self).unwrap_or_default();
        for name in SHOWN {
            if let Some(Value::String(value)) = written.get(name) {
                shown.field(name, value);
            }
        }
        match self {
            Self::SetConfigKey { key, value } => shown.field("value", &shown_value(key, value)),
            Self::SetGuard { value, .. } => shown.field("value", value),
            Self::EditAgent { edits, .. } => shown.field("edits", edits),
            // A public key, and what a person calls it.
            Self::AddApprover { approver, .. } | Self::ReplaceApprover { approver, .. } => {
                shown.field("approver", approver)
            }
            Self::RotatePassphrase { identity } => shown.field("identity", identity),
            _ => &mut shown,
        };
        shown.finish_non_exhaustive()
    }
}
