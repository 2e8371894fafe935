//! What `openpass policy check` finds, as notes of commands that do something else.

use openpass_policy::{
    PolicyEngine, PolicySource,
    author::{Finding, KnownNames},
};
use openpass_vault::{Requester, Vault, known_keys};

use crate::door;

/// How many notes one command prints.
const MOST: usize = 10;

/// The names that there are. Those of a vault are for a person alone: an agent may be
/// one that policy keeps from listing.
pub(super) fn known(vault: Option<&Vault>) -> KnownNames {
    let names = match vault {
        Some(vault) if door::requester() == Requester::Person => vault.known_names(),
        _ => KnownNames::default(),
    };
    names.config_keys(known_keys().chain(["agents.*", "profiles.*"]))
}

/// What is found in the policies of `engine`, each in a line. They are told, and never
/// in the way: what cannot be looked at has none.
pub(super) fn of(engine: &PolicyEngine, vault: Option<&Vault>) -> Vec<String> {
    let findings = engine.lint(&known(vault)).unwrap_or_default();
    let mut notes: Vec<String> = findings.iter().take(MOST).map(line).collect();
    if let Some(more @ 1..) = findings.len().checked_sub(MOST) {
        notes.push(format!(
            "and {more} more, which `openpass policy check` tells"
        ));
    }
    notes
}

/// What is found in the policies of one file.
pub(super) fn of_text(file: &str, text: &str, vault: &Vault) -> Vec<String> {
    let engine = PolicyEngine::builder()
        .host(openpass_policy_yaml::data_schema())
        .policies(&[PolicySource::new(file, text)])
        .build();
    // What does not load is refused, and says why.
    engine.map_or_else(|_| Vec::new(), |engine| of(&engine, Some(vault)))
}

fn line(finding: &Finding) -> String {
    let Finding {
        kind,
        file,
        line,
        message,
        fix,
        ..
    } = finding;
    format!("{file}:{line}: {kind}: {message} ({fix})")
}
