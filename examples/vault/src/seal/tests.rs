use openpass_approval::{Approver, Approvers, SeededKey};
use openpass_auth::{Binding, Factor};
use openpass_policy::SealGrade;

use super::{chain::Left, *};
use crate::{approvers::Register, identity::Pin};

const SCOPE: [u8; 16] = [7; 16];

fn approved(part: &str) -> Approved {
    serde_json::from_str(&format!(r#"{{"agents":"{part}","settings":"00"}}"#)).unwrap()
}

fn first() -> Seal {
    let planned = Planned {
        approvers: vec!["passphrase".to_owned()],
        ..Planned::default()
    };
    Seal::following(None, &SCOPE, &approved("11"), planned)
}

#[test]
fn a_seal_is_the_sha_256_of_a_text_that_anybody_can_write() {
    let text = concat!(
        r#"{"approvers":["passphrase"],"#,
        r#""before":"0000000000000000000000000000000000000000000000000000000000000000","#,
        r#""domain":"openpass-seal-1","number":"1","#,
        r#""parts":{"agents":"11","settings":"00"},"recipient":"","#,
        r#""scope":"07070707070707070707070707070707","signed":""}"#
    );
    assert_eq!(
        first().sha256.to_string(),
        hash::sha256_hex(text.as_bytes())
    );
}

#[test]
fn a_seal_fits_one_place_and_one_state() {
    let first = first();
    let second = Seal::following(Some(&first), &SCOPE, &approved("22"), Planned::default());
    assert!(first.fits(None, &SCOPE, &approved("11")));
    assert!(second.fits(Some(&first), &SCOPE, &approved("22")));
    let third = Seal::following(Some(&second), &SCOPE, &approved("33"), Planned::default());
    let wrong = [
        first.fits(None, &SCOPE, &approved("22")),
        first.fits(None, &[8; 16], &approved("11")),
        first.fits(Some(&first), &SCOPE, &approved("11")),
        second.fits(None, &SCOPE, &approved("22")),
        third.fits(Some(&first), &SCOPE, &approved("33")),
    ];
    assert_eq!(wrong, [false; 5]);
    let planned = Planned {
        recipient: Some("age1".to_owned()),
        ..Planned::default()
    };
    let edited = Seal { planned, ..second };
    assert!(!edited.fits(Some(&first), &SCOPE, &approved("22")));
}

#[test]
fn a_seal_has_one_spelling() {
    let seal = first().sha256;
    assert_eq!(seal.to_string().parse(), Ok(seal));
    for text in ["", "00", &seal.to_string().to_uppercase(), &"g".repeat(64)] {
        assert_eq!(text.parse::<SealDigest>(), Err(digest::NotASeal));
    }
}

/// An approver by this key.
fn approver(key: &SeededKey) -> Approver {
    let since = "2026-01-01T00:00:00Z";
    Approver::new(Factor::Passphrase, key.public(), "mine", since, None).unwrap()
}

fn register(approver: &Approver) -> Register {
    Register {
        scope: Some(SCOPE),
        in_force: vec![approver.clone()],
        ..Register::default()
    }
}

#[test]
fn case_68_a_key_that_is_no_approvers_signs_nothing_whatever_the_log_begins_with() {
    let (key, other) = (SeededKey::from_seed([1; 32]), SeededKey::from_seed([2; 32]));
    let (signer, person) = (approver(&key), approver(&other));
    let seal = first();
    let binding = Binding::new([9; 32], [8; 32]).within(SCOPE);
    let binding = binding.between(seal.before.bytes(), seal.sha256.bytes());
    let assertion = key
        .sign(&binding, Factor::Passphrase, 1_800_000_000)
        .unwrap();
    let approvers = Approvers::of(SCOPE).with(signer.clone());
    let approval = approvers
        .verify(&binding, Factor::Passphrase, &assertion)
        .unwrap();
    let approval = serde_json::to_value(approval.record()).unwrap();
    let state = approved("11");
    let mut chain = Chain::default();
    let gone_on = chain.go_on(
        Some(seal),
        &Left {
            approved: &state,
            before: None,
            could_approve: core::slice::from_ref(&signer),
            register: &register(&signer),
            pin: &Pin::default(),
            approval: Some(&approval),
            digest: &hash::hex(&[9; 32]),
        },
    );
    assert_eq!(gone_on, Ok(()));
    // As a file of the log begins, which who has its key can write.
    let text = serde_json::to_string(&chain).unwrap();
    let chain: Chain = serde_json::from_str(&text).unwrap();
    let grade = |register: &Register| chain.sealed(register).unwrap().grade;
    assert_eq!(grade(&register(&signer)), Grade::Signed);
    assert_eq!(chain.signed(&register(&signer)), Some(&state));
    assert!(chain.is_signed_by(Factor::Passphrase, &register(&signer)));
    assert_eq!(grade(&register(&person)), Grade::Logged);
    assert_eq!(chain.signed(&register(&person)), None);
    assert_eq!(chain.grade(&register(&person)), SealGrade::Logged);
    assert!(!chain.is_signed_by(Factor::Passphrase, &register(&person)));
}
