//! What a yes signs, and what becomes of one that is not signed.

use std::{
    sync::{Arc, atomic::Ordering::SeqCst},
    time::Duration,
};

use futures_lite::future::block_on;
use openpass_approval::{Approver, Approvers, AssertionError, PublicKey};
use openpass_auth::{
    Assertion, AuthError, Authenticator, Binding, Challenge, Evidence, Factor, FactorSet,
    FirstAvailable, Proof, SafeText, Script, Unavailable,
};

use super::fake::{Does, Key, Machine, Memory, fingers};
use crate::{BiometricAuthenticator, EnclaveKey, RenewsPin, key_failure::KeyFailure, la_error};

const SCOPE: [u8; 16] = [5; 16];
const SINCE: &str = "2026-11-27T18:00:00Z";

fn binding() -> Binding {
    Binding::new([1; 32], [2; 32]).within(SCOPE)
}

fn about(binding: Option<Binding>) -> Challenge {
    let accepts = FactorSet::from_iter(Factor::ALL);
    let summary = SafeText::literal("raise it to admin");
    let challenge = Challenge::new(summary, accepts, Duration::from_secs(60));
    match binding {
        Some(binding) => challenge.bound_to(binding, FactorSet::only(Factor::Biometry)),
        None => challenge,
    }
}

fn asked(authenticator: &dyn Authenticator, challenge: &Challenge) -> Result<Evidence, AuthError> {
    block_on(authenticator.authenticate(challenge))
}

/// The key that a machine which has one makes, and its approver.
fn enrolled() -> (Approver, EnclaveKey) {
    EnclaveKey::create_on(&Arc::new(Machine::default()).system(), "MacBook", SINCE).unwrap()
}

/// Touch ID on `machine`, with that key.
fn signing(machine: &Arc<Machine>) -> BiometricAuthenticator {
    let (_, key) = enrolled();
    machine.asks(&Memory::pinned("mine")).with_approver(key)
}

fn verified(assertion: &Assertion) -> Result<(), AssertionError> {
    let approvers = Approvers::of(SCOPE).with(enrolled().0);
    let approval = approvers.verify(&binding(), Factor::Biometry, assertion)?;
    assert_eq!(approval.approver().label(), "MacBook");
    Ok(())
}

#[test]
fn a_yes_is_signed_and_the_signature_verifies() {
    let machine = Machine::that(Does::SaysYes);
    let evidence = asked(&signing(&machine), &about(Some(binding()))).unwrap();
    assert_eq!(verified(evidence.signature().unwrap()), Ok(()));
    assert_eq!(machine.signed.lock().unwrap().len(), 1);
    assert_eq!(machine.dialogs(), 1);
}

#[test]
fn what_is_signed_is_what_was_asked_at_the_time_of_the_yes() {
    let machine = Machine::that(Does::SaysYes);
    let before = now();
    let evidence = asked(&signing(&machine), &about(Some(binding()))).unwrap();
    let assertion = evidence.signature().unwrap();
    assert!((before..=now()).contains(&assertion.at()));
    assert_eq!(assertion.approver(), enrolled().1.id().as_str());
    let another = Binding::new([9; 32], [2; 32]).within(SCOPE);
    let approvers = Approvers::of(SCOPE).with(enrolled().0);
    assert_eq!(
        approvers
            .verify(&another, Factor::Biometry, assertion)
            .err(),
        Some(AssertionError::Signature)
    );
}

fn now() -> u64 {
    let since = std::time::UNIX_EPOCH.elapsed();
    since.unwrap().as_secs()
}

#[test]
fn without_a_key_or_where_nothing_is_to_be_signed_it_works_as_before_unsigned() {
    let unbound = Binding::new([1; 32], [2; 32]);
    let machine = Machine::that(Does::SaysYes);
    let keyless = machine.asks(&Memory::pinned("mine"));
    for (finger, binding) in [
        (&keyless, Some(binding())),
        (&keyless, None),
        (&signing(&machine), None),
        (&signing(&machine), Some(unbound)),
    ] {
        let evidence = asked(finger, &about(binding)).unwrap();
        assert_eq!(evidence.factor(), Factor::Biometry);
        assert_eq!(evidence.signature(), None);
    }
    assert!(machine.signed.lock().unwrap().is_empty());
}

#[test]
fn where_only_a_signed_answer_counts_a_touch_that_cannot_sign_is_not_asked_for() {
    let machine = Machine::that(Does::SaysYes);
    let signed_only = |binding| about(binding).with_signed_only(FactorSet::only(Factor::Biometry));
    let keyless = machine.asks(&Memory::pinned("mine"));
    for (finger, binding) in [(&keyless, Some(binding())), (&signing(&machine), None)] {
        let refused = asked(finger, &signed_only(binding));
        assert!(matches!(
            refused,
            Err(AuthError::Unavailable(Unavailable::FactorNotAccepted))
        ));
    }
    assert_eq!(machine.contexts.load(SeqCst), 0);
    let evidence = asked(&signing(&machine), &signed_only(Some(binding()))).unwrap();
    assert_eq!(verified(evidence.signature().unwrap()), Ok(()));
}

#[test]
fn a_yes_without_the_keys_signature_is_refused_and_ends_the_chain() {
    let not_interactive = KeyFailure::new(la_error::DOMAIN, -1004);
    for key in [
        Key::Fails(not_interactive),
        Key::Fails(KeyFailure::new("NSOSStatusErrorDomain", -25308)),
        Key::Fails(KeyFailure::Unexplained),
        Key::Gives(b""),
        Key::Gives(&[0x30, 6, 2, 1, 0, 2, 1, 0]),
        Key::Gives(&[1; 64]),
    ] {
        let machine = Machine::whose_key(key.clone());
        let passphrase = Arc::new(Script::new().yes(Factor::Passphrase));
        let finger = Arc::new(signing(&machine));
        let chain = FirstAvailable::new(vec![finger, passphrase.clone()]);
        let refused = asked(&chain, &about(Some(binding())));
        assert!(matches!(refused, Err(AuthError::Backend(_))), "{key:?}");
        assert!(passphrase.asked().is_empty());
        assert_eq!(machine.dialogs(), 1);
    }
}

#[test]
fn a_signature_by_another_key_does_not_verify() {
    let machine = Machine::whose_key(Key::SignsAsAnother);
    let evidence = asked(&signing(&machine), &about(Some(binding()))).unwrap();
    let assertion = evidence.signature().unwrap();
    assert_eq!(verified(assertion), Err(AssertionError::Signature));
}

#[test]
fn case_30_a_key_that_went_with_the_fingers_leads_to_the_passphrase_and_never_to_an_unsigned_touch()
{
    let gone = KeyFailure::new("CryptoTokenKit", -3);
    for (key, dialogs) in [
        (Key::Fails(gone), 1),
        (Key::DoesNotOpen, 0),
        (Key::OpensAsAnother, 0),
    ] {
        let machine = Machine::whose_key(key.clone());
        let finger = Arc::new(signing(&machine));
        let alone = asked(finger.as_ref(), &about(Some(binding())));
        let Err(AuthError::Unavailable(reason)) = alone else {
            panic!("{key:?}");
        };
        assert_eq!(reason, Unavailable::SignerGone);
        assert!(reason.to_string().contains("replace that approver"));
        assert_eq!(machine.dialogs(), dialogs);

        let passphrase = Arc::new(Script::new().yes(Factor::Passphrase));
        let chain = FirstAvailable::new(vec![finger, passphrase]);
        let evidence = asked(&chain, &about(Some(binding()))).unwrap();
        assert_eq!(evidence.factor(), Factor::Passphrase);
    }
}

#[test]
fn nothing_is_signed_without_a_yes_by_the_pinned_fingers() {
    for does in [
        Does::SaysNo(la_error::Failure::Code(-1)),
        Does::SaysNo(la_error::Failure::Code(-2)),
        Does::SaysNo(la_error::Failure::Contradiction),
        Does::EnrolsAndSaysYes,
    ] {
        let machine = Machine::that(does);
        assert!(asked(&signing(&machine), &about(Some(binding()))).is_err());
        assert!(machine.signed.lock().unwrap().is_empty());
    }
}

#[test]
fn a_new_key_is_an_approver_of_biometry_and_is_had_again_from_what_was_stored() {
    let (approver, key) = enrolled();
    assert_eq!(approver.factor(), Factor::Biometry);
    assert_eq!((approver.label(), approver.since()), ("MacBook", SINCE));
    assert_eq!(approver.id(), key.id());
    assert_eq!(EnclaveKey::of(&approver, key.stored()).unwrap(), key);
    assert!(format!("{key:?}").contains(key.id().as_str()));
}

#[test]
fn a_key_that_would_not_sign_later_is_not_made() {
    let made = |key| {
        let system = Machine::whose_key(key).system();
        EnclaveKey::create_on(&system, "MacBook", SINCE).err()
    };
    for key in [Key::DoesNotOpen, Key::OpensAsAnother] {
        assert!(matches!(made(key), Some(AuthError::Backend(_))));
    }
    assert!(matches!(
        made(Key::IsNotToBeHad),
        Some(AuthError::Unavailable(Unavailable::NotSupported))
    ));
    let system = Machine::that(Does::SaysYes).system();
    assert!(EnclaveKey::create_on(&system, "a\nb", SINCE).is_err());
}

#[cfg(not(target_os = "macos"))]
#[test]
fn elsewhere_there_is_no_key() {
    assert!(matches!(
        EnclaveKey::create("MacBook", SINCE),
        Err(AuthError::Unavailable(Unavailable::NotSupported))
    ));
}

#[test]
fn what_cannot_have_been_stored_is_no_key() {
    let (approver, _) = enrolled();
    for stored in [&[][..], &[0; 4097]] {
        assert!(EnclaveKey::of(&approver, stored).is_err());
    }
    assert!(EnclaveKey::of(&approver, &[0; 4096]).is_ok());
    let touched = Approver::new(
        Factor::SecurityKey,
        approver.key().clone(),
        "",
        "",
        Some(vec![1]),
    );
    assert!(EnclaveKey::of(&touched.unwrap(), &[1]).is_err());
}

#[test]
fn a_passphrase_that_counts_only_signed_renews_the_pin_if_it_is() {
    let key = PublicKey::ed25519(&[
        0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07,
        0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07,
        0x51, 0x1a,
    ]);
    let id = key.unwrap().id();
    for (signs, whose) in [(true, "mine"), (false, "before")] {
        let store = Memory::pinned("before");
        let machine = Machine::that(Does::SaysYes);
        let inner = Arc::new(Passphrase(signs.then(|| {
            let signature = vec![0; 64];
            Assertion::new(id.as_str(), 1, Proof::Jws { signature })
        })));
        let wrapped = RenewsPin::new(inner, machine.asks(&store));
        let challenge =
            about(Some(binding())).with_signed_only(FactorSet::only(Factor::Passphrase));
        assert!(asked(&wrapped, &challenge).is_ok());
        assert_eq!(*store.pin.lock().unwrap(), Some(fingers(whose)));
    }
}

/// Says yes, with this signature.
#[derive(Debug)]
struct Passphrase(Option<Assertion>);

#[async_trait::async_trait]
impl Authenticator for Passphrase {
    fn name(&self) -> &'static str {
        "passphrase"
    }

    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::Passphrase)
    }

    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        let evidence = Evidence::assertion(challenge, Factor::Passphrase);
        Ok(match self.0.clone() {
            Some(assertion) => evidence.signed(assertion),
            None => evidence,
        })
    }
}
