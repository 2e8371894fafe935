//! The operation to which each key of config.yaml belongs.

mod value;

pub use value::ConfigValue;

/// The keys that give no power: a closed list, to the letter. A key that the
/// product does not know may get a meaning later, so it is none of them.
pub const ROUTINE_KEYS: [&str; 7] = [
    "clipboard.auto_clear_duration",
    "clipboard.printByDefault",
    "clipboard.copyByDefault",
    "update.cache_ttl",
    "logging.level",
    "logging.format",
    "git.commit_template",
];

const AUTH_METHOD_KEYS: [&str; 4] = [
    "authMethod",
    "useTouchID",
    "vault.authMethod",
    "vault.useTouchID",
];

/// The keys that say who can decrypt, where the vault is or how it is
/// protected, each with everything below it.
const CREDENTIAL_KEYS: [&str; 8] = [
    "security",
    "vault.path",
    "vault.default_recipients",
    "vaultDir",
    "profiles",
    "defaultProfile",
    "recipients",
    "devices",
];

/// Parts that make a key a credential wherever they stand.
const CREDENTIAL_PARTS: [&str; 3] = ["recipients", "default_recipients", "devices"];

/// The operation to which a key of config.yaml belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConfigKeyKind {
    /// `agents.*`: a change of an agent's profile.
    Agents,
    /// A key that says how the vault is unlocked.
    AuthMethod,
    /// `audit.*`.
    Audit,
    /// A key that says who can decrypt, where the vault is or how it is
    /// protected: as good as the passphrase.
    Credential,
    /// A key of [`ROUTINE_KEYS`].
    Routine,
    /// Everything else, unknown keys too: critical.
    Other,
}

impl ConfigKeyKind {
    /// The keys in words.
    pub(crate) const fn about(self) -> &'static str {
        match self {
            Self::Agents => "a key of an agent's profile",
            Self::AuthMethod => "the key that says how the vault is unlocked",
            Self::Audit => "a key of the audit settings",
            Self::Credential => "a key that is as good as the passphrase",
            Self::Routine | Self::Other => "the key",
        }
    }

    /// The actions that change them.
    pub(crate) const fn actions(self) -> &'static str {
        match self {
            Self::Agents => "`widenAgent` or `narrowAgent`",
            Self::AuthMethod => "`setAuthMethod`",
            Self::Audit => "`changeAuditSettings`",
            Self::Credential | Self::Other => "`setConfigKey`",
            Self::Routine => "`setRoutineConfigKey`",
        }
    }

    /// The constructor of its operation.
    pub(crate) const fn constructor(self) -> &'static str {
        match self {
            Self::Agents => "Operation::change_agent",
            Self::AuthMethod => "Operation::set_auth_method",
            Self::Audit | Self::Credential | Self::Routine | Self::Other => {
                "Operation::set_config_key"
            }
        }
    }

    /// The kind of `key`.
    ///
    /// INVARIANT (no spelling is decided more easily): the product matches keys
    /// to the letter. A key that only looks like a guarded one, by case, by a
    /// space, by `_` or `-`, is decided at least as strictly as that one; a key
    /// that only looks like a routine one is not routine.
    #[must_use]
    pub fn of(key: &str) -> Self {
        let folded = folded(key);
        if is_or_below(key, "agents") {
            Self::Agents
        } else if AUTH_METHOD_KEYS.contains(&key) {
            Self::AuthMethod
        } else if is_or_below(&folded, "audit") {
            Self::Audit
        } else if is_credential(&folded) {
            Self::Credential
        } else if ROUTINE_KEYS.contains(&key) {
            Self::Routine
        } else {
            Self::Other
        }
    }
}

fn is_or_below(key: &str, section: &str) -> bool {
    key.strip_prefix(section)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// A section that holds a credential is one: to set it whole sets that too.
/// What only looks like a key of agents or of the auth method is one as well:
/// no operation of theirs fits it.
fn is_credential(folded_key: &str) -> bool {
    let looks_guarded = is_or_below(folded_key, "agents")
        || AUTH_METHOD_KEYS
            .iter()
            .any(|known| is_or_below(folded_key, &folded(known)));
    let named = CREDENTIAL_PARTS
        .iter()
        .any(|known| folded_key.split('.').any(|part| part == folded(known)));
    looks_guarded
        || named
        || CREDENTIAL_KEYS.iter().any(|credential| {
            let credential = folded(credential);
            is_or_below(folded_key, &credential) || is_or_below(&credential, folded_key)
        })
}

/// The key without what people mix up: case, spaces, `_` and `-`.
fn folded(key: &str) -> String {
    key.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-'))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_43_odd_spellings_of_guarded_keys_are_guarded() {
        use ConfigKeyKind::{Agents, Audit, AuthMethod, Credential, Other, Routine};
        for (key, kind) in [
            ("Audit.enabled", Audit),
            ("AUDIT", Audit),
            ("vault.recipients", Credential),
            ("vault.defaultRecipients", Credential),
            ("auth_method", Credential),
            ("vault.auth-method", Credential),
            ("use_touch_id", Credential),
            ("vault_dir", Credential),
            ("Agents.codex.canWrite", Credential),
            ("agents.codex.canWrite", Agents),
            ("vault.useTouchID", AuthMethod),
            ("logging.level", Routine),
            ("Logging.level", Other),
            ("logging.levels", Other),
            ("clipboard.nobody_knows", Other),
            ("clipboard.", Other),
        ] {
            assert_eq!(ConfigKeyKind::of(key), kind, "{key}");
        }
    }
}
