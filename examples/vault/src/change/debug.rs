//! Changes without the values that may be secrets.

use core::fmt;

use super::{Change, FieldEdit};
use crate::schema::shown_value;

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
        match self {
            Self::SetConfigKey { key, value } => f
                .debug_struct("SetConfigKey")
                .field("key", key)
                .field("value", &shown_value(key, value))
                .finish(),
            Self::EditAgent { agent, edits } => f
                .debug_struct("EditAgent")
                .field("agent", agent)
                .field("edits", edits)
                .finish(),
            Self::SetTier { agent, tier } => write!(f, "SetTier({agent:?}, {tier:?})"),
            Self::AddAgent { agent, tier } => write!(f, "AddAgent({agent:?}, {tier:?})"),
            Self::RemoveAgent { agent } => write!(f, "RemoveAgent({agent:?})"),
            Self::SetAuthMethod { method } => write!(f, "SetAuthMethod({method:?})"),
            Self::IssueToken { agent, .. } => write!(f, "IssueToken({agent:?}, ..)"),
            Self::RotateTokens { agent } => write!(f, "RotateTokens({agent:?})"),
            Self::RevokeToken { id } => write!(f, "RevokeToken({id:?})"),
            Self::ApplyPolicy { name, .. } => write!(f, "ApplyPolicy({name:?}, ..)"),
            Self::RemovePolicy { name } => write!(f, "RemovePolicy({name:?})"),
            Self::SetGuard { key, value } => write!(f, "SetGuard({key:?}, {value:?})"),
            Self::PinEnrolment { pin } => write!(f, "PinEnrolment({pin:?})"),
            Self::AcceptDrift {} => f.write_str("AcceptDrift"),
            Self::AcceptIdentity {} => f.write_str("AcceptIdentity"),
            Self::Restore {} => f.write_str("Restore"),
            Self::ResetSettings {} => f.write_str("ResetSettings"),
            Self::SetLogAside {} => f.write_str("SetLogAside"),
            Self::RotateLogKey {} => f.write_str("RotateLogKey"),
            Self::RotatePassphrase { identity } => write!(f, "RotatePassphrase({identity:?})"),
        }
    }
}
