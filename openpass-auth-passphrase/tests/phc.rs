//! What an Argon2id record lets through.
#![expect(
    clippy::unwrap_used,
    reason = "a panic is how a test fails; clippy sees helpers as no tests"
)]

use openpass_auth_passphrase::{Passphrase, PassphraseVerifier as _, PhcVerifier, VerifyError};

const RIGHT: &str = "correct horse battery staple";
/// Of that passphrase, by the reference implementation (PyPI's argon2-cffi).
const RECORD: &str = "$argon2id$v=19$m=19456,t=3,p=2$7cTC11Fzph0SfeU3wqZEDQ$P5ceMuyDNrKY9zyeekJJ9y0oUFZIj1u/xZYXuh608dM";

fn verify(record: &str, text: &str) -> Result<(), VerifyError> {
    PhcVerifier::new(record)?
        .verify(&Passphrase::new(text.as_bytes()).unwrap())
        .map(drop)
}

#[test]
fn the_reference_implementations_record_takes_its_passphrase_and_no_other() {
    assert_eq!(verify(RECORD, RIGHT), Ok(()));
    let wrong = "incorrect horse battery stap";
    assert_eq!(verify(RECORD, wrong), Err(VerifyError::Wrong));
}

#[test]
fn a_record_made_here_takes_its_passphrase_and_is_never_twice_the_same() {
    let right = Passphrase::new(RIGHT.as_bytes()).unwrap();
    let record = PhcVerifier::record(&right).unwrap();
    assert_eq!(verify(&record, RIGHT), Ok(()));
    assert_eq!(verify(&record, "another"), Err(VerifyError::Wrong));
    assert_ne!(PhcVerifier::record(&right).unwrap(), record);
    assert!(!record.contains("correct"));
}

#[test]
fn case_38_a_cost_chosen_by_the_record_is_refused_before_anybody_is_asked() {
    let with = |cost| PhcVerifier::new(&RECORD.replace("m=19456,t=3,p=2", cost)).unwrap_err();
    for cost in ["m=4194304,t=3,p=2", "m=19456,t=11,p=2", "m=19456,t=3,p=17"] {
        let refused = with(cost);
        assert!(matches!(refused, VerifyError::CostTooHigh { .. }), "{cost}");
    }
    for cost in [
        "m=8,t=3,p=1",
        "m=19455,t=3,p=2",
        "m=19456,t=0,p=2",
        "m=19456,t=3,p=0",
    ] {
        let refused = with(cost);
        assert!(matches!(refused, VerifyError::CostTooLow { .. }), "{cost}");
    }
}

#[test]
fn another_function_version_or_length_is_unsupported() {
    let other = [
        RECORD.replace("argon2id", "argon2i"),
        RECORD.replace("argon2id", "argon2d"),
        RECORD.replace("argon2id", "scrypt"),
        RECORD.replace("argon2id", "Argon2id"),
        RECORD.replace("v=19", "v=16"),
        // Without a version it is the first one (PHC string format).
        RECORD.replace("$v=19", ""),
        RECORD.replace(
            "$P5ceMuyDNrKY9zyeekJJ9y0oUFZIj1u/xZYXuh608dM",
            "$P5ceMuyDNrKY9zye",
        ),
    ];
    for record in other {
        let refused = PhcVerifier::new(&record).unwrap_err();
        assert!(matches!(refused, VerifyError::Unsupported(_)), "{record}");
    }
}

#[test]
fn a_record_in_another_spelling_is_damaged() {
    let damaged = [
        String::new(),
        "$argon2id$v=19$m=19456,t=3,p=2".to_owned(),
        format!("x{RECORD}"),
        format!("{RECORD}$"),
        format!("{RECORD}\n"),
        format!("{RECORD}="),
        RECORD.replace("m=19456,t=3", "t=3,m=19456"),
        RECORD.replace("m=19456", "m=019456"),
        RECORD.replace("p=2", "p=2,keyid=AA"),
        // The last bits of a salt that decodes to the same bytes.
        RECORD.replace("qZEDQ$", "qZEDR$"),
        RECORD.replace("7cTC11Fzph0SfeU3wqZEDQ", "7cTC"),
    ];
    for record in damaged {
        let refused = PhcVerifier::new(&record).unwrap_err();
        assert!(matches!(refused, VerifyError::Broken(_)), "{record}");
    }
}

#[test]
fn debug_shows_no_part_of_the_record_but_its_cost() {
    let shown = format!("{:?}", PhcVerifier::new(RECORD).unwrap());
    assert!(shown.contains("19456"));
    // Neither salt nor hash, as text or as numbers.
    assert!(shown.len() < 100, "{shown}");
}
