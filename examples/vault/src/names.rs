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

/// Whether a file can have been made for the agent `name`, by us or by the product: a
/// name that Windows takes for another one can be there on other systems.
pub(crate) fn can_be_there(name: &str) -> bool {
    is_named(name) && (cfg!(unix) || is_portable(name))
}

/// Whether `name` is the bare name of a policy file: no folder, no way up.
pub(crate) fn policy(name: &str) -> Result<(), VaultError> {
    let known = [".cedar", ".cedarschema", ".yaml", ".yml"]
        .iter()
        .find_map(|ending| name.strip_suffix(ending));
    if is_new_name(name) && known.is_some_and(|stem| !stem.is_empty()) {
        return Ok(());
    }
    Err(VaultError::BadName {
        what: "a policy file's name, which ends with .cedar, .cedarschema, .yaml or .yml",
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

/// Refuses a new name that is one of `there` but for the case of its letters: on Windows
/// and macOS the one file would replace the other.
pub(crate) fn is_alone<'a>(
    name: &str,
    there: impl Iterator<Item = &'a str>,
) -> Result<(), VaultError> {
    let mut same = None;
    for other in there.filter(|other| other.eq_ignore_ascii_case(name)) {
        if other == name {
            return Ok(());
        }
        same = Some(other);
    }
    match same {
        None => Ok(()),
        Some(other) => Err(VaultError::SameName {
            name: SafeText::quoted(name),
            other: SafeText::quoted(other),
        }),
    }
}

/// A name that shows as what it is, and of which a path and a key can be made.
fn is_new_name(name: &str) -> bool {
    is_named(name) && is_portable(name)
}

fn is_named(name: &str) -> bool {
    let begins = name.starts_with(|first: char| first.is_ascii_alphanumeric());
    begins && is_plain(name) && name.parse::<Identifier>().is_ok()
}

/// Names that are devices of Windows, with any ending and in any case
/// (<https://learn.microsoft.com/windows/win32/fileio/naming-a-file>).
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Whether Windows takes a file of that name for what it is: a vault may be on a disk
/// that two systems use, so this holds on every one. It has streams behind a `:`, which
/// no plain name has, and leaves a dot or a blank at the end out.
fn is_portable(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    let stem = stem.to_ascii_lowercase();
    let numbered = ["com", "lpt"].iter().any(|device| {
        let number = stem.strip_prefix(device).map(str::as_bytes);
        matches!(number, Some([b'0'..=b'9']))
    });
    !name.ends_with(['.', ' ']) && !numbered && !DEVICES.contains(&stem.as_str())
}

fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=MAX_BYTES).contains(&name.len()) && name.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a7_names_that_windows_takes_for_others_are_refused_everywhere() {
        let bad = [
            "con",
            "NUL",
            "Aux.cedar",
            "com1",
            "LPT9.yaml",
            "prn.x.cedar",
            "codex.",
            "a:b",
            "a b",
        ];
        for name in bad {
            assert!(agent(name).is_err(), "{name}");
        }
        for name in ["console", "com", "com10", "nul-1", "a.con", "codex"] {
            assert!(agent(name).is_ok(), "{name}");
        }
        assert!(policy("con.cedar").is_err());
        assert!(policy("mine.cedar").is_ok());
    }
}
