//! What the authenticator makes of prompts and verifiers that misbehave.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test fails; clippy sees helpers as no tests"
)]

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use futures_lite::future;
use openpass_auth::{
    AttemptLimit, AttemptStore as _, AuthError, Authenticator as _, Binding, CancelledBy,
    Challenge, Contained, Evidence, Factor, FactorSet, MemoryAttempts, PromptPlace, SafeText,
    Unavailable,
};
use openpass_auth_passphrase::{
    Cancel, Passphrase, PassphraseAuthenticator, PassphrasePrompt, PassphraseVerifier, Question,
    TerminalPrompt, Verified, VerifyError,
};

/// A prompt that does what its function says.
#[derive(Debug)]
struct Does(Answer);

type Answer = fn(&Question, &Cancel) -> Result<Passphrase, AuthError>;

impl PassphrasePrompt for Does {
    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    fn ask(&self, question: &Question, cancel: &Cancel) -> Result<Passphrase, AuthError> {
        (self.0)(question, cancel)
    }
}

/// A verifier that does what its function says.
#[derive(Debug)]
struct Says(fn() -> Result<(), VerifyError>);

impl PassphraseVerifier for Says {
    fn verify(&self, _: &Passphrase) -> Result<Verified, VerifyError> {
        (self.0)().map(|()| Verified::unnamed())
    }
}

fn answers(_: &Question, _: &Cancel) -> Result<Passphrase, AuthError> {
    match Passphrase::new(b"something") {
        Ok(passphrase) => Ok(passphrase),
        Err(error) => panic!("{error}"),
    }
}

fn challenge(timeout: Duration) -> Challenge {
    let what = SafeText::literal("test");
    Challenge::new(what, FactorSet::only(Factor::Passphrase), timeout)
}

fn outcome(prompt: Does, verifier: Says, timeout: Duration) -> Result<Evidence, AuthError> {
    let authenticator = PassphraseAuthenticator::new(prompt, verifier);
    future::block_on(authenticator.authenticate(&challenge(timeout)))
}

const SOON: Duration = Duration::from_secs(20);

#[test]
fn case_33_a_panic_in_the_prompt_or_the_verifier_is_a_refusal() {
    let prompt = Does(|_, _| panic!("on purpose"));
    let refused = outcome(prompt, Says(|| Ok(())), SOON).unwrap_err();
    assert_eq!(refused.to_string(), "the prompt failed");
    let verifier = Says(|| panic!("on purpose"));
    let refused = outcome(Does(answers), verifier, SOON).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the passphrase could not be verified: the verifier failed"
    );
}

#[test]
fn case_33_a_right_answer_past_the_deadline_is_none() {
    let late = Does(|question, cancel| {
        while !question.time_left().is_zero() {
            assert!(!cancel.wait(question.time_left()));
        }
        answers(question, cancel)
    });
    let refused = outcome(late, Says(|| Ok(())), Duration::from_millis(50));
    assert!(matches!(refused, Err(AuthError::TimedOut)));
}

#[test]
fn only_a_yes_of_the_verifier_is_evidence() {
    assert!(outcome(Does(answers), Says(|| Ok(())), SOON).is_ok());
    let wrong = outcome(Does(answers), Says(|| Err(VerifyError::Wrong)), SOON);
    assert!(matches!(wrong, Err(AuthError::Rejected { .. })));
    let unbound = outcome(Does(answers), Says(|| Err(VerifyError::NotBound)), SOON).unwrap_err();
    assert!(matches!(unbound, AuthError::Backend(_)));
    assert!(unbound.to_string().contains("rotate-passphrase"));
}

/// Names what it checked against.
#[derive(Debug)]
struct Names;

impl PassphraseVerifier for Names {
    fn verify(&self, _: &Passphrase) -> Result<Verified, VerifyError> {
        Ok(Verified::against("age1this"))
    }
}

#[test]
fn case_40_evidence_names_what_the_passphrase_was_checked_against() {
    let challenge = challenge(SOON);
    let named = PassphraseAuthenticator::new(Does(answers), Names);
    let evidence = future::block_on(named.authenticate(&challenge)).unwrap();
    assert_eq!(evidence.reference(), Some("age1this"));
    let unnamed = outcome(Does(answers), Says(|| Ok(())), SOON).unwrap();
    assert_eq!(unnamed.reference(), None);
}

#[test]
fn dropping_the_future_restores_before_the_drop_returns_and_verifies_nothing() {
    static RESTORED: AtomicBool = AtomicBool::new(false);
    static VERIFIED: AtomicBool = AtomicBool::new(false);

    /// Reports when it asks, then answers only once it is cancelled.
    #[derive(Debug)]
    struct AnswersTooLate(mpsc::Sender<&'static str>);

    impl PassphrasePrompt for AnswersTooLate {
        fn available(&self) -> Result<(), Unavailable> {
            Ok(())
        }

        fn ask(&self, question: &Question, cancel: &Cancel) -> Result<Passphrase, AuthError> {
            cancel.on_cancel(|| RESTORED.store(true, Ordering::SeqCst));
            assert!(self.0.send("asking").is_ok());
            assert!(cancel.wait(SOON));
            answers(question, cancel)
        }
    }

    let (sender, events) = mpsc::channel();
    let verifier = Says(|| {
        VERIFIED.store(true, Ordering::SeqCst);
        Ok(())
    });
    let asks = PassphraseAuthenticator::new(AnswersTooLate(sender), verifier);
    let challenge = challenge(SOON);
    let mut asking = asks.authenticate(&challenge);
    assert!(future::block_on(future::poll_once(&mut asking)).is_none());
    assert_eq!(events.recv_timeout(SOON), Ok("asking"));
    assert!(!RESTORED.load(Ordering::SeqCst));
    drop(asking);
    assert!(RESTORED.load(Ordering::SeqCst));
    // The thread lets go of the prompt, and so of the sender, at its end.
    drop(asks);
    let ended = events.recv_timeout(SOON);
    assert_eq!(ended, Err(mpsc::RecvTimeoutError::Disconnected));
    assert!(!VERIFIED.load(Ordering::SeqCst));
}

#[test]
fn a_prompt_behind_a_pointer_is_a_prompt() {
    let boxed: Box<dyn PassphrasePrompt> =
        Box::new(Does(|_, _| Err(AuthError::Cancelled(CancelledBy::Person))));
    let shared: Arc<dyn PassphraseVerifier> = Arc::new(Says(|| Ok(())));
    let authenticator = PassphraseAuthenticator::new(boxed, shared);
    let outcome = future::block_on(authenticator.authenticate(&challenge(SOON)));
    assert!(matches!(outcome, Err(AuthError::Cancelled(_))));
}

/// How many wrong answers are on record.
fn wrong(store: &MemoryAttempts) -> u32 {
    let mut count = 0;
    store
        .update(&mut |attempts| count = attempts.failures.count)
        .unwrap();
    count
}

/// A prompt and a verifier that note how many wrong answers are on record
/// while they are at work.
#[derive(Debug, Clone)]
struct Looks {
    store: Arc<MemoryAttempts>,
    seen: mpsc::Sender<u32>,
    says: Result<(), VerifyError>,
}

impl PassphrasePrompt for Looks {
    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    fn ask(&self, question: &Question, cancel: &Cancel) -> Result<Passphrase, AuthError> {
        self.seen.send(wrong(&self.store)).unwrap();
        answers(question, cancel)
    }
}

impl PassphraseVerifier for Looks {
    fn verify(&self, _: &Passphrase) -> Result<Verified, VerifyError> {
        self.seen.send(wrong(&self.store)).unwrap();
        self.says.clone().map(|()| Verified::unnamed())
    }
}

#[test]
fn case_48_an_answer_is_counted_once_it_is_there_and_before_it_is_verified() {
    for (says, counted) in [
        (Ok(()), 0),
        (Err(VerifyError::Wrong), 1),
        (Err(VerifyError::NotBound), 0),
    ] {
        let store = Arc::new(MemoryAttempts::default());
        let (seen, sees) = mpsc::channel();
        let looks = Looks {
            store: Arc::clone(&store),
            seen,
            says,
        };
        let asks = PassphraseAuthenticator::new(looks.clone(), looks);
        let limit = AttemptLimit::new(Arc::new(asks), Arc::clone(&store) as _);
        drop(future::block_on(limit.authenticate(&challenge(SOON))));
        // A kill while the prompt is up is no guess; one from then on is.
        assert_eq!(sees.iter().take(2).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(wrong(&store), counted);
    }
}

/// A verifier that takes until the time is up.
#[derive(Debug)]
struct Slow(Mutex<mpsc::Receiver<Instant>>);

impl PassphraseVerifier for Slow {
    fn verify(&self, _: &Passphrase) -> Result<Verified, VerifyError> {
        let deadline = self.0.lock().unwrap().recv().unwrap();
        while Instant::now() < deadline + Duration::from_millis(200) {
            thread::yield_now();
        }
        Ok(Verified::unnamed())
    }
}

#[test]
fn case_48_a_right_answer_that_is_verified_too_late_is_no_wrong_one() {
    let store = Arc::new(MemoryAttempts::default());
    let (tells, deadline) = mpsc::channel();
    let slow = Slow(Mutex::new(deadline));
    let asks = PassphraseAuthenticator::new(Does(answers), slow);
    let limit = AttemptLimit::new(Arc::new(asks), Arc::clone(&store) as _);
    let contained = Contained::new(Arc::new(limit));
    let challenge = challenge(Duration::from_millis(300));
    tells.send(challenge.deadline()).unwrap();
    let refused = future::block_on(contained.authenticate(&challenge));
    assert!(matches!(refused, Err(AuthError::TimedOut)), "{refused:?}");
    // At once: the program may end now.
    assert_eq!(wrong(&store), 0);
}

#[test]
fn case_48_what_is_no_answer_is_not_counted() {
    let ends: [Answer; 4] = [
        |_, _| Err(AuthError::Cancelled(CancelledBy::Person)),
        |_, _| Err(AuthError::Cancelled(CancelledBy::System)),
        |_, _| Err(AuthError::TimedOut),
        // Nothing was typed, or what cannot be a passphrase.
        |_, _| {
            Err(AuthError::Rejected {
                factor: Factor::Passphrase,
            })
        },
    ];
    for end in ends {
        let store = Arc::new(MemoryAttempts::default());
        let asks = PassphraseAuthenticator::new(Does(end), Says(|| Ok(())));
        let limit = AttemptLimit::new(Arc::new(asks), Arc::clone(&store) as _);
        assert!(future::block_on(limit.authenticate(&challenge(SOON))).is_err());
        assert_eq!(wrong(&store), 0);
    }
}

#[test]
fn case_11_tries_that_others_used_up_meanwhile_are_not_verified() {
    let store = Arc::new(MemoryAttempts::default());
    let elsewhere = Arc::clone(&store);
    let limited = |asks: PassphraseAuthenticator<_, Says>| {
        AttemptLimit::new(Arc::new(asks), Arc::clone(&store) as _)
    };
    let others = move |_: &Question| {
        let wrongly = || Err(VerifyError::Wrong);
        for _ in 0..3 {
            let asks = PassphraseAuthenticator::new(Does(answers), Says(wrongly));
            let limit = AttemptLimit::new(Arc::new(asks), Arc::clone(&elsewhere) as _);
            drop(future::block_on(limit.authenticate(&challenge(SOON))));
        }
    };
    let asks = PassphraseAuthenticator::new(
        Meanwhile(Box::new(others)),
        Says(|| panic!("a fourth guess was verified")),
    );
    let refused = future::block_on(limited(asks).authenticate(&challenge(SOON)));
    assert!(
        matches!(refused, Err(AuthError::LockedOut { .. })),
        "{refused:?}"
    );
    assert_eq!(wrong(&store), 3);
}

/// A prompt during which something happens elsewhere.
struct Meanwhile(Box<dyn Fn(&Question) + Send + Sync>);

impl core::fmt::Debug for Meanwhile {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Meanwhile")
    }
}

impl PassphrasePrompt for Meanwhile {
    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    fn ask(&self, question: &Question, cancel: &Cancel) -> Result<Passphrase, AuthError> {
        (self.0)(question);
        answers(question, cancel)
    }
}

/// Asks in one place, where nobody is.
#[derive(Debug)]
struct NobodyThere;

impl PassphrasePrompt for NobodyThere {
    fn places(&self) -> Vec<PromptPlace> {
        vec![PromptPlace::named("a desk")]
    }

    fn available(&self) -> Result<(), Unavailable> {
        Err(Unavailable::NoTerminal)
    }

    fn ask(&self, _: &Question, _: &Cancel) -> Result<Passphrase, AuthError> {
        Err(Unavailable::NoTerminal.into())
    }
}

#[test]
fn an_authenticator_is_where_its_prompt_is_and_as_available() {
    let nobody = PassphraseAuthenticator::new(NobodyThere, Says(|| Ok(())));
    assert_eq!(nobody.name(), "passphrase");
    assert_eq!(nobody.factors(), FactorSet::only(Factor::Passphrase));
    assert_eq!(
        nobody.places(&challenge(SOON)),
        [PromptPlace::named("a desk")]
    );
    assert_eq!(nobody.available(), Err(Unavailable::NoTerminal));
    let somebody = PassphraseAuthenticator::new(Does(answers), Says(|| Ok(())));
    assert_eq!(somebody.available(), Ok(()));
}

#[test]
fn a_prompt_behind_a_pointer_is_where_it_is_itself() {
    let pointers: [Box<dyn PassphrasePrompt>; 2] = [
        Box::new(Box::new(NobodyThere)),
        Box::new(Arc::new(NobodyThere)),
    ];
    for prompt in pointers {
        assert_eq!(prompt.places(), [PromptPlace::named("a desk")]);
        assert_eq!(prompt.available(), Err(Unavailable::NoTerminal));
    }
    // What says nothing of its place may be in any.
    assert_eq!(Does(answers).places(), [PromptPlace::anywhere()]);
    let terminal = TerminalPrompt::new().places();
    assert_eq!(terminal, [PromptPlace::terminal()]);
}

/// Signs, or says so.
#[derive(Debug)]
struct Signs(bool);

impl PassphraseVerifier for Signs {
    fn verify(&self, _: &Passphrase) -> Result<Verified, VerifyError> {
        Ok(Verified::against("unsigned"))
    }

    fn signs(&self) -> bool {
        self.0
    }

    fn verify_and_sign(&self, _: &Passphrase, _: &Binding) -> Result<Verified, VerifyError> {
        Ok(Verified::against("signed"))
    }
}

#[test]
fn a_verifier_behind_a_pointer_signs_as_it_does_itself() {
    let (binding, typed) = (
        Binding::new([1; 32], [2; 32]),
        Passphrase::new(b"it").unwrap(),
    );
    for signs in [true, false] {
        let pointers: [Box<dyn PassphraseVerifier>; 2] = [
            Box::new(Box::new(Signs(signs))),
            Box::new(Arc::new(Signs(signs))),
        ];
        for verifier in pointers {
            assert_eq!(verifier.signs(), signs);
            let signed = verifier.verify_and_sign(&typed, &binding).unwrap();
            assert_eq!(signed.reference(), Some("signed"));
            let verified = verifier.verify(&typed).unwrap();
            assert_eq!(verified.reference(), Some("unsigned"));
        }
    }
    assert_eq!(Verified::unnamed().reference(), None);
}

#[test]
fn case_66_nobody_is_asked_for_what_would_count_signed_alone_and_cannot_be() {
    let passphrases = FactorSet::only(Factor::Passphrase);
    let binding = Binding::new([1; 32], [2; 32]).within([3; 16]);
    let signed_only = challenge(SOON).with_signed_only(passphrases);
    let bound = challenge(SOON).with_signed_only(passphrases);
    let bound = bound.bound_to(binding, passphrases);
    let asks = |signs, challenge: &Challenge| {
        let prompt = Does(|_, _| Err(AuthError::Cancelled(CancelledBy::Person)));
        let authenticator = PassphraseAuthenticator::new(prompt, Signs(signs));
        match future::block_on(authenticator.authenticate(challenge)) {
            Err(AuthError::Cancelled(_)) => true,
            Err(AuthError::Unavailable(Unavailable::FactorNotAccepted)) => false,
            other => panic!("{other:?}"),
        }
    };
    assert!(asks(true, &bound));
    assert!(!asks(false, &bound));
    assert!(!asks(true, &signed_only));
    assert!(asks(false, &challenge(SOON)));
}
