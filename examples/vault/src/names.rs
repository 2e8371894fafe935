//! Names that become parts of paths or of keys.

use openpass_auth::{Identifier, SafeText};

use crate::VaultError;

/// The longest name, in bytes.
const MAX_BYTES: usize = 64;

/// Whether `name` can be a new agent's, or name a token's file.
pub(crate) fn agent(name: &str) -> Result<(), VaultError> {
    if is_new_name(name) {
        return Ok(());
    }
    Err(VaultError::BadName {
        what: "an agent's name",
        name: SafeText::quoted(name),
    })
}

/// Whether `name` is the bare name of a policy file: no folder, no way up.
pub(crate) fn policy(name: &str) -> Result<(), VaultError> {
    let known = [".cedar", ".yaml", ".yml"]
        .iter()
        .find_map(|ending| name.strip_suffix(ending));
    if is_new_name(name) && known.is_some_and(|stem| !stem.is_empty()) {
        return Ok(());
    }
    Err(VaultError::BadName {
        what: "a policy file's name, which ends with .cedar, .yaml or .yml",
        name: SafeText::quoted(name),
    })
}

/// Whether `part` can be one part of a configuration key.
pub(crate) fn key_part(part: &str) -> Result<(), VaultError> {
    if is_plain(part) {
        return Ok(());
    }
    Err(VaultError::BadName {
        what: "a part of a key",
        name: SafeText::quoted(part),
    })
}

/// A name that shows as what it is, and of which a path and a key can be made.
fn is_new_name(name: &str) -> bool {
    let begins = name.starts_with(|first: char| first.is_ascii_alphanumeric());
    begins && is_plain(name) && name.parse::<Identifier>().is_ok()
}

fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=MAX_BYTES).contains(&name.len()) && name.bytes().all(plain)
}
