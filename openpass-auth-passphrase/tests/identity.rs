//! What an `identity.age` lets through, on files that real programs wrote.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails; clippy sees helpers as no tests"
)]

use std::sync::{Arc, Mutex};

use futures_lite::future::block_on;
use openpass_approval::{Approver, Approvers};
use openpass_auth::{
    AuthError, Authenticator as _, Binding, Challenge, Factor, FactorSet, SafeText, Unavailable,
};
use openpass_auth_passphrase::{
    Cancel, IdentityCheck, IdentityVerifier, OpenedIdentity, Passphrase, PassphraseAuthenticator,
    PassphrasePrompt, PassphraseVerifier as _, Question, Verified, VerifyError, identity,
};

const RIGHT: &str = "correct horse battery staple";
const INIT: &[u8] = include_bytes!("fixtures/identity.init-scrypt18.age");
const DEBIAN: &[u8] = include_bytes!("fixtures/identity.debian-age-p.age");
const SYMVAULT: &[u8] = include_bytes!("fixtures/identity.symvault-argon2id.age");
const UNBOUND: &[u8] = include_bytes!("fixtures/identity.openpass-argon2id-zerokey.age");

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.as_bytes()).unwrap()
}

fn verify(identity: &[u8], text: &str) -> Result<(), VerifyError> {
    IdentityVerifier::new(identity)?
        .verify(&passphrase(text))
        .map(drop)
}

/// An identity that opens in milliseconds.
fn cheap() -> Vec<u8> {
    identity::seal(&identity::generate(), &passphrase(RIGHT), 10).unwrap()
}

/// The same file with one text in its header exchanged.
fn with(identity: &[u8], from: &str, to: &str) -> Vec<u8> {
    let at = identity
        .windows(from.len())
        .position(|window| window == from.as_bytes())
        .unwrap();
    [&identity[..at], to.as_bytes(), &identity[at + from.len()..]].concat()
}

#[test]
fn the_right_passphrase_opens_what_real_programs_wrote() {
    for identity in [INIT, DEBIAN, SYMVAULT] {
        assert_eq!(verify(identity, RIGHT), Ok(()));
    }
}

#[test]
fn a_wrong_passphrase_opens_none_of_them() {
    for identity in [INIT, SYMVAULT] {
        let same_length = "incorrect horse battery stap";
        assert_eq!(verify(identity, same_length), Err(VerifyError::Wrong));
    }
}

#[test]
fn case_37_a_key_not_bound_to_the_passphrase_is_refused_with_the_cure() {
    for text in [RIGHT, "incorrect horse battery stap"] {
        let refused = verify(UNBOUND, text).unwrap_err();
        assert_eq!(refused, VerifyError::NotBound);
        assert!(
            refused
                .to_string()
                .contains("`openpass auth rotate-passphrase`")
        );
    }
    let another_length = "correct horse battery staples";
    assert_eq!(verify(UNBOUND, another_length), Err(VerifyError::Wrong));
}

#[test]
fn case_38_a_cost_chosen_by_the_file_is_refused_before_anybody_is_asked() {
    let scrypt = |log_n| with(INIT, " 18\n", log_n);
    let argon2id = |cost| with(SYMVAULT, "t=3,m=65536,p=4", cost);
    let too_high = [
        scrypt(" 30\n"),
        scrypt(" 21\n"),
        argon2id("t=3,m=4194304,p=4"),
        argon2id("t=11,m=65536,p=4"),
        argon2id("t=3,m=65536,p=17"),
    ];
    for identity in too_high {
        let refused = IdentityVerifier::new(identity).unwrap_err();
        assert!(
            matches!(refused, VerifyError::CostTooHigh { .. }),
            "{refused}"
        );
    }
    for identity in [scrypt(" 9\n"), scrypt(" 1\n"), argon2id("t=3,m=8,p=1")] {
        let refused = IdentityVerifier::new(identity).unwrap_err();
        assert!(
            matches!(refused, VerifyError::CostTooLow { .. }),
            "{refused}"
        );
    }
}

#[test]
fn a_damaged_identity_is_broken_and_never_wrong_or_right() {
    let cheap = cheap();
    let cut = |at: usize| cheap[..at].to_vec();
    let mut flipped = cheap.clone();
    *flipped.last_mut().unwrap() ^= 1;
    let mut longer = cheap.clone();
    longer.push(0);
    let damaged = [
        Vec::new(),
        b"not an age file".to_vec(),
        cut(40),
        cut(cheap.len() - 1),
        flipped,
        longer,
        with(&cheap, " 10\n", " 010\n"),
        with(&cheap, " 10\n", " 10 10\n"),
        with(SYMVAULT, "t=3,m=65536,p=4", "m=65536,t=3,p=4"),
        vec![b'a'; identity::MAX_BYTES + 1],
    ];
    for identity in damaged {
        let refused = verify(&identity, RIGHT).unwrap_err();
        assert!(matches!(refused, VerifyError::Broken(_)), "{refused}");
    }
}

#[test]
fn the_cost_is_part_of_what_is_sealed() {
    // The same key at another cost: the wrong one, whoever lowered it.
    let lowered = with(&cheap(), " 10\n", " 11\n");
    assert_eq!(verify(&lowered, RIGHT), Err(VerifyError::Wrong));
}

#[test]
fn an_identity_that_no_passphrase_opens_is_unsupported() {
    use std::io::Write as _;
    let recipient = age::x25519::Identity::generate().to_public();
    let recipients = std::iter::once(&recipient as &dyn age::Recipient);
    let encryptor = age::Encryptor::with_recipients(recipients).unwrap();
    let mut writer = encryptor.wrap_output(Vec::new()).unwrap();
    writer.write_all(b"AGE-SECRET-KEY-1").unwrap();
    let refused = IdentityVerifier::new(writer.finish().unwrap()).unwrap_err();
    assert!(matches!(refused, VerifyError::Unsupported(_)), "{refused}");
}

#[test]
fn a_file_without_a_key_inside_is_never_a_success() {
    let recipients = || {
        let mut recipient = age::scrypt::Recipient::new(RIGHT.to_owned().into());
        recipient.set_work_factor(10);
        recipient
    };
    for inside in ["", "hello", "AGE-SECRET-KEY-1", "AGE-PLUGIN-YUBIKEY-1QQ"] {
        let sealed = age::encrypt(&recipients(), inside.as_bytes()).unwrap();
        let refused = verify(&sealed, RIGHT).unwrap_err();
        assert!(matches!(refused, VerifyError::Broken(_)), "{refused}");
    }
}

#[test]
fn what_is_sealed_opens_again_by_the_same_passphrase_only() {
    let key = identity::generate();
    let sealed = identity::seal(&key, &passphrase(RIGHT), 10).unwrap();
    let opened = identity::open(&sealed, &passphrase(RIGHT)).unwrap();
    assert_eq!(opened.expose(), key.expose());
    assert_eq!(opened.recipient(), key.recipient());
    assert!(key.recipient().unwrap().starts_with("age1"));
    let wrong = identity::open(&sealed, &passphrase("another")).unwrap_err();
    assert_eq!(wrong, VerifyError::Wrong);
}

#[test]
fn what_nothing_would_open_is_not_sealed() {
    for work_factor in [0, 9, 21, 64, 255] {
        let key = identity::generate();
        assert!(identity::seal(&key, &passphrase(RIGHT), work_factor).is_err());
    }
}

#[test]
fn neither_debug_nor_errors_show_a_secret() {
    let verifier = IdentityVerifier::new(cheap()).unwrap();
    assert!(format!("{verifier:?}").len() < 200, "{verifier:?}");
    let wrong = verifier.verify(&passphrase("hunter2hunter2")).unwrap_err();
    assert!(!format!("{wrong:?} {wrong}").contains("hunter"));
}

/// A file that the identity of `recipient` opens.
fn file_for(recipient: &str) -> Vec<u8> {
    let recipient: age::x25519::Recipient = recipient.parse().unwrap();
    age::encrypt(&recipient, b"content").unwrap()
}

/// Of each file, whether it is opened.
type Opens = Vec<Result<bool, VerifyError>>;

/// What a check was told of an identity: its public key, and which files it opens.
#[derive(Debug, Default)]
struct Told {
    files: Vec<Vec<u8>>,
    told: Mutex<Option<(String, Opens)>>,
}

impl IdentityCheck for Told {
    fn check(&self, opened: &OpenedIdentity) -> Result<Verified, VerifyError> {
        let debug = format!("{opened:?}");
        assert_eq!(debug, "OpenedIdentity { .. }");
        let opens = self.files.iter().map(|file| opened.opens(file.as_slice()));
        *self.told.lock().unwrap() = Some((opened.recipient(), opens.collect()));
        Ok(Verified::against("checked"))
    }
}

#[test]
fn case_40_a_check_learns_whose_identity_was_opened_and_what_it_opens() {
    let (key, other) = (identity::generate(), identity::generate());
    let recipient = key.recipient().unwrap();
    let files = vec![
        file_for(&recipient),
        file_for(&other.recipient().unwrap()),
        b"no age file".to_vec(),
    ];
    let told = Arc::new(Told {
        files,
        told: Mutex::default(),
    });
    let sealed = identity::seal(&key, &passphrase(RIGHT), 10).unwrap();
    let verifier = IdentityVerifier::new(sealed).unwrap();
    let verifier = verifier.with_check(told.clone());
    let verified = verifier.verify(&passphrase(RIGHT)).unwrap();
    assert_eq!(verified.reference(), Some("checked"));
    let (whose, opens) = told.told.lock().unwrap().take().unwrap();
    assert_eq!(whose, recipient);
    assert!(matches!(
        opens.as_slice(),
        [Ok(true), Ok(false), Err(VerifyError::Broken(_))]
    ));
    // Of a wrong passphrase no check hears.
    let wrong = verifier.verify(&passphrase("another"));
    assert_eq!(wrong, Err(VerifyError::Wrong));
    assert!(told.told.lock().unwrap().is_none());
}

/// Types this.
#[derive(Debug)]
struct Types(&'static str);

impl PassphrasePrompt for Types {
    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    fn ask(&self, _: &Question, _: &Cancel) -> Result<Passphrase, AuthError> {
        Ok(passphrase(self.0))
    }
}

#[test]
fn case_66_the_right_passphrase_signs_what_is_asked_and_a_wrong_one_nothing() {
    const SCOPE: [u8; 16] = [3; 16];
    let key = identity::generate();
    let sealed = identity::seal(&key, &passphrase(RIGHT), 10).unwrap();
    let public = key.approver(&SCOPE).public();
    let since = "2026-01-01T00:00:00Z";
    let approver = Approver::new(Factor::Passphrase, public, "mine", since, None).unwrap();
    let approvers = Approvers::of(SCOPE).with(approver);
    let (binding, passphrases) = (
        Binding::new([1; 32], [2; 32]).within(SCOPE),
        FactorSet::only(Factor::Passphrase),
    );
    let challenge = || {
        let what = SafeText::literal("test");
        let timeout = core::time::Duration::from_secs(60);
        let challenge = Challenge::new(what, passphrases, timeout);
        let challenge = challenge.bound_to(binding, passphrases);
        challenge.with_signed_only(passphrases)
    };
    let answer = |typed| {
        let verifier = IdentityVerifier::new(sealed.clone()).unwrap();
        assert!(verifier.signs());
        let authenticator = PassphraseAuthenticator::new(Types(typed), Arc::new(verifier));
        block_on(authenticator.authenticate(&challenge()))
    };
    let evidence = answer(RIGHT).unwrap();
    let signed = evidence.signature().unwrap();
    assert!(
        approvers
            .verify(&binding, Factor::Passphrase, signed)
            .is_ok()
    );
    assert!(signed.at() > 1_700_000_000, "it is no time of ours");
    let elsewhere = Binding::new([9; 32], [2; 32]).within(SCOPE);
    let moved = approvers.verify(&elsewhere, Factor::Passphrase, signed);
    assert!(moved.is_err());
    assert!(matches!(answer("another"), Err(AuthError::Rejected { .. })));
}
