//! Which keys of config.yaml belong to which operation.

/// The keys that give no power: a closed list. One that ends with a dot stands
/// for everything below it.
pub const ROUTINE_KEYS: [&str; 4] = ["clipboard.", "update.", "logging.", "git.commit_template"];

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

/// Which operation a key of config.yaml belongs to.
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
    /// The kind of `key`, in the product's spelling. A key that only looks
    /// like a routine one, by case or by a space, is not one; a key that only
    /// looks like a credential is.
    #[must_use]
    pub fn of(key: &str) -> Self {
        if is_or_below(key, "agents") {
            Self::Agents
        } else if AUTH_METHOD_KEYS.contains(&key) {
            Self::AuthMethod
        } else if is_or_below(key, "audit") {
            Self::Audit
        } else if is_credential(key) {
            Self::Credential
        } else if ROUTINE_KEYS
            .iter()
            .any(|routine| routine_covers(routine, key))
        {
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
fn is_credential(key: &str) -> bool {
    let key = key.to_lowercase();
    let parts: Vec<&str> = key.split('.').map(str::trim).collect();
    let key = parts.join(".");
    CREDENTIAL_KEYS.iter().any(|credential| {
        let credential = credential.to_lowercase();
        is_or_below(&key, &credential) || is_or_below(&credential, &key)
    })
}

fn routine_covers(routine: &str, key: &str) -> bool {
    if routine.ends_with('.') {
        key.strip_prefix(routine)
            .is_some_and(|rest| !rest.is_empty())
    } else {
        key == routine
    }
}
