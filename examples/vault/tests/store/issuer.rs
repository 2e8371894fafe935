//! A grant of another guard, of another vault or under other policies.

use std::sync::Arc;

use openpass_policy::{PolicyEngine, Tier};
use openpass_vault::VaultError;

use crate::sample::{Sample, ask, in_force, knows_it};

#[test]
fn case_63_a_grant_without_the_vaults_policies_changes_nothing() {
    let sample = Sample::new();
    let proposal = sample.propose(&crate::every::tier(Tier::Admin)).unwrap();
    let person = || Arc::new(knows_it(&sample.vault));
    let other = Arc::new(PolicyEngine::shipped().unwrap());
    assert_ne!(other.digest(), in_force(&sample.vault).digest());
    let before = sample.files();

    let grant = ask(&sample.vault, &proposal, other, person()).unwrap();
    let refused = sample.vault.commit(grant, &proposal).unwrap_err();
    assert!(matches!(refused, VaultError::Conflict), "{refused}");
    assert_eq!(sample.files(), before);

    let grant = ask(&sample.vault, &proposal, in_force(&sample.vault), person()).unwrap();
    sample.vault.commit(grant, &proposal).unwrap();
}

#[test]
fn case_63_a_grant_that_another_vaults_log_has_changes_nothing() {
    let (sample, other) = (Sample::new(), Sample::new());
    let proposal = sample.propose(&crate::every::tier(Tier::Admin)).unwrap();
    let person = Arc::new(knows_it(&sample.vault));
    // Asked by a guard that writes to the other vault's log.
    let grant = ask(&other.vault, &proposal, in_force(&sample.vault), person).unwrap();
    let before = sample.files();
    let refused = sample.vault.commit(grant, &proposal).unwrap_err();
    assert!(matches!(refused, VaultError::Grant(_)), "{refused}");
    assert_eq!(sample.files(), before);
}
