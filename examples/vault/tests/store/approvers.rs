//! Who can approve, by the passphrase and by a security key in software.

use std::{fs, sync::Arc};

use openpass_approval::Approver;
use openpass_auth::Factor;
use openpass_auth_passphrase::identity;
use openpass_testkit::{TestVault, put, sealed};
use openpass_vault::{Change, Vault};

use crate::people::{Key, OWNER, Who, issue, made, opened};

const THEIRS: &str = "a passphrase of somebody else";
const LOG: &str = "guard/log.jsonl";

fn labels(vault: &Vault) -> Vec<(Factor, String)> {
    let all = vault.approvers().unwrap();
    all.iter()
        .map(|it| (it.factor(), it.label().to_owned()))
        .collect()
}

/// A vault whose owner has approved, and has a security key of theirs.
fn with_a_key() -> (TestVault, Vault, Arc<Key>) {
    let (folder, vault) = opened();
    let key = Key::of(1);
    made(&vault, &key.added("mine"), &OWNER).unwrap();
    (folder, vault, key)
}

#[test]
fn a_security_key_that_is_an_approver_is_asked_for_and_no_other_is() {
    let (_folder, vault, key) = with_a_key();
    assert_eq!(
        labels(&vault),
        [
            (Factor::Passphrase, String::new()),
            (Factor::SecurityKey, "mine".to_owned())
        ]
    );
    made(&vault, &issue(), &Who::Has(Arc::clone(&key))).unwrap();
    let other = Who::Has(Key::of(2));
    assert!(made(&vault, &issue(), &other).is_err());

    // A vault without one takes none.
    let (_folder, bare) = opened();
    made(&bare, &issue(), &OWNER).unwrap();
    assert!(made(&bare, &issue(), &Who::Has(key)).is_err());
}

#[test]
fn case_64_a_copy_of_a_key_whose_counter_is_behind_is_refused() {
    let (_folder, vault, key) = with_a_key();
    made(&vault, &issue(), &Who::Has(Arc::clone(&key))).unwrap();
    let copy = Who::Has(Key::of(1));
    assert!(made(&vault, &issue(), &copy).is_err());
    made(&vault, &issue(), &Who::Has(key)).unwrap();
}

#[test]
fn case_66_what_an_identity_approved_that_vouched_for_itself_goes_with_it() {
    let (folder, vault, key) = with_a_key();
    let before = vault.approvers().unwrap();
    let own = fs::read(folder.path("identity.age")).unwrap();

    let them = Who::Knows(THEIRS);
    put(
        &folder.path("identity.age"),
        &sealed(&identity::generate(), THEIRS),
    );
    made(&vault, &Change::AcceptIdentity {}, &them).unwrap();
    made(&vault, &Key::of(2).added("theirs"), &them).unwrap();
    let id = "mine".to_owned();
    made(&vault, &Change::RemoveApprover { id }, &them).unwrap();
    assert_eq!(labels(&vault)[1].1, "theirs");

    put(&folder.path("identity.age"), &own);
    made(&vault, &Change::AcceptIdentity {}, &OWNER).unwrap();
    assert_eq!(vault.approvers().unwrap().len(), before.len());
    assert_eq!(labels(&vault)[1].1, "mine");
    assert!(made(&vault, &issue(), &Who::Has(Key::of(2))).is_err());
    made(&vault, &issue(), &Who::Has(key)).unwrap();
}

#[test]
fn case_66_a_removed_approver_signs_nothing_while_the_line_that_removed_it_is_missing() {
    let (folder, vault, key) = with_a_key();
    let id = "mine".to_owned();
    made(&vault, &Change::RemoveApprover { id }, &OWNER).unwrap();
    made(&vault, &issue(), &OWNER).unwrap();
    assert_eq!(labels(&vault).len(), 1);

    // Its outcome goes: by the lines that are left it is an approver still.
    let log = fs::read_to_string(folder.path(LOG)).unwrap();
    let removal = log.lines().find(|line| line.contains("removeApprover"));
    let removal: serde_json::Value = serde_json::from_str(removal.unwrap()).unwrap();
    let digest = removal["digest"].as_str().unwrap();
    let is_outcome = |line: &&str| line.contains(digest) && line.contains("\"outcome\":\"done\"");
    let left: Vec<&str> = log.lines().filter(|line| !is_outcome(line)).collect();
    assert_eq!(log.lines().count() - left.len(), 1);
    put(
        &folder.path(LOG),
        format!("{}\n", left.join("\n")).as_bytes(),
    );

    let has_it = Who::Has(Arc::clone(&key));
    assert!(made(&vault, &issue(), &has_it).is_err());
    // Nor once a proof has set the damaged log aside.
    made(&vault, &issue(), &OWNER).unwrap();
    assert!(made(&vault, &issue(), &has_it).is_err());
}

#[test]
fn case_66_while_lines_are_missing_the_passphrase_can_still_repair() {
    let (folder, vault, _key) = with_a_key();
    made(&vault, &issue(), &OWNER).unwrap();
    let log = fs::read_to_string(folder.path(LOG)).unwrap();
    let left: Vec<&str> = log.lines().skip(2).collect();
    put(
        &folder.path(LOG),
        format!("{}\n", left.join("\n")).as_bytes(),
    );
    made(&vault, &Change::SetLogAside {}, &OWNER).unwrap();
    made(&vault, &Change::RenewApprover {}, &OWNER).unwrap();
    made(&vault, &issue(), &OWNER).unwrap();
}

#[test]
fn the_passphrases_key_is_renewed_by_the_passphrase_alone() {
    let (_folder, vault, key) = with_a_key();
    let renew = Change::RenewApprover {};
    assert!(made(&vault, &renew, &Who::Has(key)).is_err());
    made(&vault, &renew, &OWNER).unwrap();
}

#[test]
fn what_is_no_key_of_its_own_kind_is_not_added() {
    let (_folder, vault, key) = with_a_key();
    let device = Approver::new(Factor::Device, Key::of(3).public(), "phone", "", None).unwrap();
    let device = Change::AddApprover {
        approver: Box::new(device),
        stored: None,
    };
    assert!(made(&vault, &device, &OWNER).is_err());
    assert!(made(&vault, &key.added("again"), &OWNER).is_err());
}

#[test]
fn touch_ids_key_lies_there_as_long_as_it_is_an_approver() {
    let (folder, vault, _key) = with_a_key();
    let finger = |seed: u8| Change::AddApprover {
        approver: Box::new(
            Approver::new(Factor::Biometry, Key::of(seed).public(), "", "", None).unwrap(),
        ),
        stored: Some(format!("{seed:02x}").repeat(8)),
    };
    let file = folder.path("guard/touch-id.key");
    made(&vault, &finger(4), &OWNER).unwrap();
    assert_eq!(fs::read(&file).unwrap(), [4; 8]);
    // There is one Touch ID, with one key.
    made(&vault, &finger(5), &OWNER).unwrap();
    assert_eq!(fs::read(&file).unwrap(), [5; 8]);
    let fingers = |vault: &Vault| {
        let all = labels(vault).into_iter();
        all.filter(|(factor, _)| *factor == Factor::Biometry)
            .count()
    };
    assert_eq!(fingers(&vault), 1);
    // Another change leaves it alone.
    let id = "mine".to_owned();
    made(&vault, &Change::RemoveApprover { id }, &OWNER).unwrap();
    assert!(file.exists());
    let id = "biometry".to_owned();
    made(&vault, &Change::RemoveApprover { id }, &OWNER).unwrap();
    assert!(!file.exists() && fingers(&vault) == 0);
}

#[test]
fn case_66_a_line_that_is_not_genuine_renames_no_vault() {
    let (folder, vault, _key) = with_a_key();
    let id = vault.id().unwrap().unwrap();
    let mut log = fs::read_to_string(folder.path(LOG)).unwrap();
    let last = log.lines().last().unwrap().to_owned();
    let other: String = id.chars().rev().collect();
    log.push_str(&format!("{}\n", last.replace(&id, &other)));
    put(&folder.path(LOG), log.as_bytes());
    made(&vault, &issue(), &OWNER).unwrap();
    let log = fs::read_to_string(folder.path(LOG)).unwrap();
    let last = log.lines().last().unwrap();
    assert!(last.contains(&id), "{last}");
    assert_eq!(vault.id().unwrap(), Some(id));
}
