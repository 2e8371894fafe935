//! Tools for the method that unlocks the vault.

use openpass_auth::SafeText;
use openpass_vault::Change;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::text::{self, Name, Text, Words};
use crate::tool::{About, Changes, Failure, Look, Looked, Nothing, Reads, Requested, Site};

/// `get_auth_status`.
pub(super) struct GetAuthStatus;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Status {
    /// `passphrase` or `touchid`.
    method: &'static str,
    #[serde(rename = "touchIDAvailable")]
    touch_id_available: bool,
    /// The reason why Touch ID cannot ask now.
    #[serde(rename = "touchIDUnavailable", skip_serializing_if = "Option::is_none")]
    touch_id_unavailable: Option<String>,
    cache: Cache,
    /// The changes that were made outside the guard.
    changed_outside: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Cache {
    backend: &'static str,
    persistent: bool,
    message: &'static str,
}

impl Reads for GetAuthStatus {
    const ABOUT: About = About {
        name: "get_auth_status",
        title: "Auth status",
        description: "Say how the vault is unlocked, and whether Touch ID can ask now.",
    };
    const LOOK: Look = Look::Status;
    type Arguments = Nothing;
    type Answer = Status;

    fn read(_: Looked, site: &Site, _: &Nothing) -> Result<Status, Failure> {
        let unavailable = site.vault().touch_id().err();
        Ok(Status {
            method: site.vault().config()?.auth_method().as_str(),
            touch_id_available: unavailable.is_none(),
            touch_id_unavailable: unavailable.map(|why| why.to_string()),
            cache: Cache {
                backend: "none",
                persistent: false,
                message: "no answer is remembered; every critical change is asked for",
            },
            changed_outside: site.vault().drift()?.lines(),
        })
    }
}

/// `set_auth_method`.
pub(super) struct SetAuthMethod;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Method {
    #[schemars(schema_with = "text::method")]
    method: Name,
    /// Shown to the person.
    #[serde(default)]
    reason: Option<Words>,
}

impl Changes for SetAuthMethod {
    const ABOUT: About = About {
        name: "set_auth_method",
        title: "Set the auth method",
        description: "Set how the vault is unlocked: passphrase or touchid. A person has to \
                      approve it, either way.",
    };
    const DESTRUCTIVE: bool = true;
    const IDEMPOTENT: bool = true;
    type Arguments = Method;

    fn change(Method { method, reason }: Method) -> Result<Requested, Failure> {
        let known = openpass_vault::parse_auth_method(method.as_str());
        let method = known.ok_or_else(|| {
            let shown = SafeText::quoted(method.as_str());
            Failure::Arguments(format!(
                "{shown} is not a method; use passphrase or touchid"
            ))
        })?;
        Ok(Requested {
            change: Change::SetAuthMethod { method },
            reason: reason.map(Text::into_string),
        })
    }
}
