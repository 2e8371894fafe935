//! Findings of `openpass policy check`, as notes of commands that do something else.

use openpass_policy::{
    PolicyEngine, PolicySource,
    author::{Finding, KnownNames},
};
use openpass_vault::{Requester, Vault, known_keys};

use crate::door;

/// The largest number of notes that one command prints.
const MOST: usize = 10;

/// Returns the names that there are. The names of a vault are for a person alone,
/// because policy may keep an agent from listing them.
pub(super) fn known(vault: Option<&Vault>) -> KnownNames {
    let names = match vault {
        Some(vault) if door::requester() == Requester::Person => vault.known_names(),
        _ => KnownNames::default(),
    };
    names.config_keys(known_keys().chain(["agents.*", "profiles.*"]))
}

/// Returns the findings in the policies of `engine`, each in a line. They never stop a
/// command: where the policies cannot be examined, there are no findings.
pub(super) fn of(engine: &PolicyEngine, vault: Option<&Vault>) -> Vec<String> {
    let findings = engine.lint(&known(vault)).unwrap_or_default();
    let mut notes: Vec<String> = findings.iter().take(MOST).map(line).collect();
    if let Some(more @ 1..) = findings.len().checked_sub(MOST) {
        notes.push(format!(
            "and {more} more, which `openpass policy check` shows"
        ));
    }
    notes
}

/// Returns the findings in the policies of one file.
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
