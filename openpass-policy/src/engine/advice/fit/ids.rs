//! An id that a closed list does not have.

use std::collections::BTreeSet;

use super::super::{
    close::{close, listed},
    cure::{Cure, short},
    spot::{Spot, write},
};
use super::between;

/// Other words for what a closed list calls otherwise.
const MEANT: [(&str, &str); 19] = [
    ("biometric", "biometry"),
    ("biometrics", "biometry"),
    ("touchid", "biometry"),
    ("faceid", "biometry"),
    ("fingerprint", "biometry"),
    ("password", "passphrase"),
    ("pin", "passphrase"),
    ("otp", "one-time-code"),
    ("totp", "one-time-code"),
    ("2fa", "one-time-code"),
    ("yubikey", "security-key"),
    ("fido", "security-key"),
    ("fido2", "security-key"),
    ("passkey", "security-key"),
    ("human", "person"),
    ("user", "person"),
    ("bot", "agent"),
    ("terminal", "cli"),
    ("me", "owner"),
];

pub(super) fn cure(spot: &Spot<'_>) -> Option<Cure> {
    let written = between(&spot.said, "entity `", "` is of an enumerated")?;
    let (entity_type, id) = written.split_once("::\"")?;
    let id = id.trim_end_matches('"');
    let ids = spot.known().ids(entity_type)?;
    let message = format!("`{entity_type}` has no `\"{}\"`", short(id));
    let help = match one_meant(id, ids) {
        Some(meant) => write(&format!("{entity_type}::\"{meant}\"")),
        None => these(entity_type, ids),
    };
    Some(spot.cure_at(
        spot.at,
        spot.to.saturating_sub(1).max(spot.at),
        message,
        help,
    ))
}

/// The ids that there are.
pub(super) fn these(of: &str, ids: &BTreeSet<String>) -> String {
    let all: Vec<String> = ids.iter().map(|id| format!("`{of}::\"{id}\"`")).collect();
    let list = listed(all.iter().map(String::as_str), 12);
    match ids.len() {
        1 => format!("write {list}: there is no other"),
        _ => format!("there are {list}"),
    }
}

/// Returns the id of a closed list that was meant, if one is likely.
pub(in crate::engine) fn one_meant<'a>(id: &str, ids: &'a BTreeSet<String>) -> Option<&'a str> {
    let other = MEANT
        .iter()
        .filter(|(word, _)| id.eq_ignore_ascii_case(word));
    let other = other.filter_map(|(_, meant)| ids.get(*meant)).next();
    let there = close(id, ids.iter().map(String::as_str));
    there.or(other.map(String::as_str))
}
