//! What a question is made of reaches the prompt whole, and an answer says what it answers.

use std::{pin::pin, time::Duration};

use futures_lite::future::{block_on, poll_once};
use openpass_auth::{
    Assertion, Attempt, AuthError, Binding, Challenge, Detail, Evidence, Factor, FactorSet, Line,
    PrincipalId, Proof, SafeText, ShownChange, Unavailable, contain,
};

const MINUTE: Duration = Duration::from_secs(60);

fn text(text: &'static str) -> SafeText {
    SafeText::literal(text)
}

fn challenge(accepts: FactorSet, timeout: Duration) -> Challenge {
    Challenge::new(text("raise a limit"), accepts, timeout)
}

fn either() -> FactorSet {
    FactorSet::only(Factor::Biometry).with(Factor::Passphrase)
}

fn assertion() -> Assertion {
    let signature = vec![1, 2, 3];
    Assertion::new("an approver", 17, Proof::Jws { signature })
}

#[test]
fn a_question_has_every_part_that_it_was_given() {
    let change = ShownChange::new(text("limit"), text("1"), text("9"), true)
        .with_lines(vec![Line::Added(text("a line"))])
        .said_in_summary();
    assert!(change.in_summary);
    assert_eq!(change.lines, [Line::Added(text("a line"))]);
    let details = vec![Detail::Change(change), Detail::NotShown { changes: 2 }];
    let notices = vec![text("one"), text("another")];
    let asker = PrincipalId::new("App::Person", "ada");
    let asked = challenge(either(), MINUTE)
        .with_principal(&text("ada"))
        .asked_by(asker.clone())
        .with_tally(text("one change"))
        .with_details(details.clone())
        .with_notices(notices.clone())
        .with_code(text("1234"))
        .with_attempt(2, 3)
        .with_signed_only(FactorSet::only(Factor::Biometry));
    assert_eq!(asked.summary().as_str(), "let ada raise a limit");
    assert_eq!(asked.statement().as_str(), "ada asks to raise a limit");
    assert_eq!(asked.tally(), Some(&text("one change")));
    assert_eq!(asked.details(), details);
    assert_eq!(asked.notices(), notices);
    assert_eq!(asked.code(), Some(&text("1234")));
    assert_eq!(asked.principal(), Some(&asker));
    let Attempt { number, of, .. } = asked.attempt();
    assert_eq!((number, of), (2, 3));
    assert_eq!(asked.accepts(), either());
    assert_eq!(asked.signed_only(), FactorSet::only(Factor::Biometry));
}

#[test]
fn a_question_has_no_part_that_nobody_gave_it() {
    let asked = challenge(either(), MINUTE);
    assert_eq!(asked.statement().as_str(), "raise a limit");
    assert_eq!((asked.tally(), asked.code()), (None, None));
    assert_eq!(asked.principal(), None);
    assert!(asked.details().is_empty() && asked.notices().is_empty());
    assert_eq!(asked.signed_only(), FactorSet::EMPTY);
    assert_eq!(asked.binding_for(Factor::Passphrase), None);
    let Attempt { number, of, .. } = asked.attempt();
    assert_eq!((number, of), (1, 1));
    let nameless = Challenge::new(text(""), either(), MINUTE);
    assert_eq!(
        nameless.summary().as_str(),
        "approve a change that was not described"
    );
}

#[test]
fn a_question_is_open_for_as_long_as_it_was_given() {
    let asked = challenge(either(), MINUTE);
    assert!(asked.time_left() > MINUTE / 2 && asked.time_left() <= MINUTE);
    assert!(asked.deadline() > std::time::Instant::now());
    asked.still_open().unwrap();
    // What is too long to count is no time at all.
    for over in [Duration::ZERO, Duration::MAX] {
        let asked = challenge(either(), over);
        assert_eq!(asked.time_left(), Duration::ZERO);
        assert!(matches!(asked.still_open(), Err(AuthError::TimedOut)));
        let admitted = asked.admits(Factor::Passphrase);
        assert!(matches!(admitted, Err(AuthError::TimedOut)));
    }
}

#[test]
fn an_answer_that_came_in_time_is_verified_to_the_end_and_a_late_one_is_none() {
    let asked = challenge(either(), Duration::ZERO);
    let verifying = asked.settling().begin();
    let mut asking = pin!(contain(&asked, "a prompt", async { Ok(()) }));
    assert!(block_on(poll_once(&mut asking)).is_none());
    drop(verifying);
    assert!(matches!(block_on(asking), Err(AuthError::TimedOut)));
}

#[test]
fn what_is_not_accepted_or_not_signed_is_not_admitted() {
    let refused = |admitted: Result<(), AuthError>| match admitted {
        Err(AuthError::Unavailable(Unavailable::FactorNotAccepted)) => true,
        Ok(()) => false,
        other => panic!("{other:?}"),
    };
    let asked = challenge(FactorSet::only(Factor::Passphrase), MINUTE);
    assert!(!refused(asked.admits(Factor::Passphrase)));
    assert!(refused(asked.admits(Factor::Biometry)));
    assert!(refused(asked.admits_signed(Factor::Biometry)));
    // A factor that is not accepted does not become so by having to be signed.
    let signed = challenge(FactorSet::only(Factor::Passphrase), MINUTE).with_signed_only(either());
    assert_eq!(signed.signed_only(), FactorSet::only(Factor::Passphrase));
    assert!(refused(signed.admits(Factor::Passphrase)));
    assert!(!refused(signed.admits_signed(Factor::Passphrase)));
}

#[test]
fn a_binding_is_for_the_factors_that_can_sign_it_and_has_all_its_parts() {
    let binding = Binding::new([1; 32], [2; 32]);
    assert_eq!(binding.scope(), None);
    assert_eq!(
        (binding.seal_before(), binding.seal_after()),
        (&[0; 32], &[0; 32])
    );
    let binding = binding.within([3; 16]).between([4; 32], [5; 32]);
    assert_eq!((binding.digest(), binding.nonce()), (&[1; 32], &[2; 32]));
    assert_eq!(binding.scope(), Some(&[3; 16]));
    assert_eq!(
        (binding.seal_before(), binding.seal_after()),
        (&[4; 32], &[5; 32])
    );
    let asked = challenge(either(), MINUTE);
    let asked = asked.bound_to(binding, FactorSet::only(Factor::Passphrase));
    assert_eq!(asked.binding_for(Factor::Passphrase), Some(&binding));
    assert_eq!(asked.binding_for(Factor::Biometry), None);
}

#[test]
fn evidence_answers_the_challenge_it_was_made_for_and_no_other() {
    let (asked, another) = (challenge(either(), MINUTE), challenge(either(), MINUTE));
    assert_ne!(asked.id(), another.id());
    let evidence = Evidence::assertion(&asked, Factor::Passphrase);
    assert!(evidence.answers(&asked));
    assert!(!evidence.answers(&another));
}

#[test]
fn evidence_says_how_it_was_given() {
    let asked = challenge(either(), MINUTE);
    let plain = Evidence::assertion(&asked, Factor::Passphrase);
    assert_eq!(plain.factor(), Factor::Passphrase);
    assert_eq!((plain.reference(), plain.authenticator()), (None, None));
    assert_eq!(plain.signature(), None);
    let signed = Evidence::assertion(&asked, Factor::Biometry)
        .with_reference("a key")
        .signed(assertion().presenting([7; 32]));
    assert_eq!(signed.factor(), Factor::Biometry);
    assert_eq!(signed.reference(), Some("a key"));
    let given = signed.signature().unwrap();
    assert_eq!((given.approver(), given.at()), ("an approver", 17));
    assert_eq!(given.proof(), assertion().proof());
    assert_eq!(given.presented(), Some(&[7; 32]));
    assert_eq!(assertion().presented(), None);
}

#[test]
fn what_is_signed_is_printed_by_its_start() {
    let printed = format!("{:?}", Binding::new([0xab; 32], [0xcd; 32]));
    assert_eq!(
        printed,
        "Binding { digest: abababab…, nonce: cdcdcdcd…, .. }"
    );
    let printed = format!("{:?}", assertion());
    assert_eq!(printed, "Assertion { approver: 616e2061…, proof: Jws, .. }");
    let (authenticator_data, signature) = (vec![1], vec![2]);
    let proof = Proof::WebAuthn {
        authenticator_data,
        signature,
    };
    assert_eq!(format!("{proof:?}"), "WebAuthn");
}
