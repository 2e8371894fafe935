//! What vouches for a change vouches for this vault, or changes nothing.

use std::{fs, sync::Arc};

use openpass_auth::{Authenticator, Factor, Script};
use openpass_auth_passphrase::{Passphrase, identity};
use openpass_policy::Tier;
use openpass_vault::{Change, SealedIdentity, VaultError};

use crate::{
    every::{edit, tier},
    sample::{KEY, Sample, ask, in_force, knows_it, opens, rewrapped},
};

const ANOTHER: &str = "age1another";

/// The change, vouched for by `person`.
fn made(sample: &Sample, change: &Change, person: Script) -> Result<(), VaultError> {
    let proposal = sample.propose(change)?;
    let person: Arc<dyn Authenticator> = Arc::new(person);
    let grant = ask(&sample.vault, &proposal, in_force(&sample.vault), person).unwrap();
    sample.vault.commit(grant, &proposal)
}

/// A change that takes a proof, however often it is made.
fn issue() -> Change {
    Change::IssueToken {
        agent: "codex".to_owned(),
        label: None,
        tools: vec!["*".to_owned()],
        lifetime: None,
    }
}

/// A vault that a first proof by passphrase has pinned.
fn pinned() -> Sample {
    let sample = Sample::new();
    sample.make(&issue()).unwrap();
    sample
}

/// Puts another file in identity.age's place.
fn exchange(sample: &Sample) {
    sample.write("identity.age", "age-encryption.org/v1 of another\n");
}

fn drift(sample: &Sample) -> Vec<String> {
    sample.vault.drift().unwrap().lines()
}

fn is_other(outcome: Result<(), VaultError>) {
    assert!(
        matches!(outcome, Err(VaultError::OtherIdentity { .. })),
        "{outcome:?}"
    );
}

#[test]
fn case_40_a_passphrase_that_was_checked_against_nothing_or_another_identity_changes_nothing() {
    let sample = pinned();
    let before = sample.files();
    let raise = tier(Tier::Admin);
    is_other(made(&sample, &raise, Script::new().yes(Factor::Passphrase)));
    is_other(made(&sample, &raise, opens(&sample.vault, ANOTHER)));
    for nonsense in ["", KEY, "age1x sha256:", "nobody sha256:5a"] {
        let person = Script::new()
            .yes(Factor::Passphrase)
            .with_reference(nonsense);
        is_other(made(&sample, &raise, person));
    }
    assert_eq!(sample.files(), before);
    made(&sample, &raise, knows_it(&sample.vault)).unwrap();
}

#[test]
fn case_40_a_file_that_was_put_back_before_the_commit_changes_nothing() {
    // Nothing is pinned yet: only the file's SHA-256 tells the two apart.
    let sample = Sample::new();
    let own = fs::read(sample.dir().join("identity.age")).unwrap();
    let proposal = sample.propose(&tier(Tier::Admin)).unwrap();
    exchange(&sample);
    let person = Arc::new(opens(&sample.vault, ANOTHER));
    let grant = ask(&sample.vault, &proposal, in_force(&sample.vault), person).unwrap();
    fs::write(sample.dir().join("identity.age"), own).unwrap();
    let refused = sample.vault.commit(grant, &proposal);
    assert!(matches!(refused, Err(VaultError::Conflict)), "{refused:?}");
    // The pin is the first proof's that counts.
    made(&sample, &tier(Tier::Admin), knows_it(&sample.vault)).unwrap();
}

#[test]
fn case_40_the_identity_is_part_of_what_is_approved() {
    let sample = pinned();
    let proposal = sample.propose(&tier(Tier::Admin)).unwrap();
    let grant = crate::sample::grant(&sample.vault, &proposal);
    exchange(&sample);
    let refused = sample.vault.commit(grant, &proposal);
    assert!(matches!(refused, Err(VaultError::Conflict)), "{refused:?}");
}

#[test]
fn case_40_a_new_wrapping_of_the_same_key_is_told_until_the_next_proof_and_is_no_drift_then() {
    let sample = pinned();
    exchange(&sample);
    assert!(drift(&sample)[0].contains("identity.age was written anew"));
    made(&sample, &issue(), knows_it(&sample.vault)).unwrap();
    assert_eq!(drift(&sample), [""; 0]);
    assert!(sample.vault.identity_notices().unwrap().is_empty());
}

#[test]
fn case_40_what_proves_nothing_pins_nothing_and_a_finger_pins_the_file_alone() {
    let sample = Sample::new();
    let yes = Arc::new(Script::answering(Factor::Passphrase, Vec::new()));
    let lowers = edit("max_reads_per_day", "4");
    let proposal = sample.propose(&lowers).unwrap();
    let grant = ask(&sample.vault, &proposal, in_force(&sample.vault), yes).unwrap();
    assert_eq!(grant.factor(), openpass_policy::AuthFactor::None);
    sample.vault.commit(grant, &proposal).unwrap();
    assert!(sample.vault.first_use_notice().unwrap().is_some());
    made(
        &sample,
        &tier(Tier::Admin),
        Script::new().yes(Factor::Biometry),
    )
    .unwrap();
    assert!(sample.vault.first_use_notice().unwrap().is_none());
    // The same file, whichever key is in it.
    made(&sample, &issue(), knows_it(&sample.vault)).unwrap();

    let sample = Sample::new();
    made(
        &sample,
        &tier(Tier::Admin),
        Script::new().yes(Factor::Biometry),
    )
    .unwrap();
    exchange(&sample);
    is_other(made(&sample, &issue(), knows_it(&sample.vault)));
}

#[test]
fn case_40_a_rotation_keeps_the_key_and_the_store_sees_to_it() {
    let sample = pinned();
    let passphrase = Passphrase::new(b"the attacker's own").unwrap();
    let sealed = identity::seal(&identity::generate(), &passphrase, 10).unwrap();
    let identity = SealedIdentity::opened(sealed, &passphrase).unwrap();
    let another = Change::RotatePassphrase { identity };
    let before = sample.files();
    is_other(made(&sample, &another, knows_it(&sample.vault)));
    // Nor where nothing is pinned, by whatever vouches.
    let fresh = Sample::new();
    is_other(made(&fresh, &another, knows_it(&fresh.vault)));
    is_other(made(&fresh, &another, Script::new().yes(Factor::Biometry)));
    is_other(made(
        &fresh,
        &rewrapped(),
        Script::new().yes(Factor::Biometry),
    ));
    assert_eq!(sample.files(), before);

    made(&sample, &rewrapped(), knows_it(&sample.vault)).unwrap();
    assert_eq!(drift(&sample), [""; 0]);
    is_other(made(
        &sample,
        &tier(Tier::Admin),
        opens(&sample.vault, ANOTHER),
    ));
    made(&sample, &tier(Tier::Admin), knows_it(&sample.vault)).unwrap();
}

#[test]
fn case_40_another_identity_is_accepted_apart_by_the_pinned_one_a_finger_or_a_person_who_is_there()
{
    let accept = Change::AcceptIdentity {};
    let refused = made(&pinned(), &accept, Script::new().yes(Factor::Biometry));
    assert!(matches!(refused, Err(VaultError::NothingToChange)));

    // By the old identity, from the file that it lies in now.
    let sample = pinned();
    let old = knows_it(&sample.vault);
    exchange(&sample);
    let refused = sample.propose(&Change::AcceptDrift {});
    assert!(matches!(refused, Err(VaultError::OnlyTheIdentity)));
    made(&sample, &accept, old).unwrap();
    made(&sample, &tier(Tier::Admin), opens(&sample.vault, ANOTHER)).unwrap();
    is_other(made(&sample, &issue(), knows_it(&sample.vault)));
    assert!(sample.vault.identity_notices().unwrap().is_empty());

    // By a finger.
    let sample = pinned();
    exchange(&sample);
    made(&sample, &accept, Script::new().yes(Factor::Biometry)).unwrap();
    made(&sample, &tier(Tier::Admin), opens(&sample.vault, ANOTHER)).unwrap();

    // By its own passphrase: told, with both keys.
    let sample = pinned();
    exchange(&sample);
    made(&sample, &accept, opens(&sample.vault, ANOTHER)).unwrap();
    let told = sample.vault.identity_notices().unwrap();
    let [told] = told.as_slice() else {
        panic!("{told:?}");
    };
    assert!(
        told.as_str().contains(ANOTHER) && told.as_str().contains(KEY),
        "{told}"
    );
    made(&sample, &tier(Tier::Admin), opens(&sample.vault, ANOTHER)).unwrap();
}

#[test]
fn case_40_its_own_passphrase_accepts_no_identity_while_nobody_is_there() {
    let sample = pinned();
    exchange(&sample);
    let mut request = sample.vault.request().because(Some("a script".to_owned()));
    request.attended = false;
    let accept = Change::AcceptIdentity {};
    let proposal = sample.vault.propose(request, &accept).unwrap();
    let person = Arc::new(opens(&sample.vault, ANOTHER));
    let grant = ask(&sample.vault, &proposal, in_force(&sample.vault), person).unwrap();
    is_other(sample.vault.commit(grant, &proposal));
    is_other(made(
        &sample,
        &tier(Tier::Admin),
        opens(&sample.vault, ANOTHER),
    ));
}

#[test]
fn case_40_nothing_else_is_washed_with_an_identity() {
    let sample = pinned();
    exchange(&sample);
    sample.write("policies/10-dev.yaml", "version: \"2\"\n");
    made(
        &sample,
        &Change::AcceptIdentity {},
        opens(&sample.vault, ANOTHER),
    )
    .unwrap();
    assert_eq!(
        drift(&sample),
        ["policies/10-dev.yaml was changed outside the guard"]
    );
    let sample = pinned();
    exchange(&sample);
    sample.write("policies/10-dev.yaml", "version: \"2\"\n");
    is_other(made(
        &sample,
        &Change::AcceptDrift {},
        opens(&sample.vault, ANOTHER),
    ));
    assert_eq!(drift(&sample).len(), 2);
}
