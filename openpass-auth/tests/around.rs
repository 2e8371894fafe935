//! An authenticator around another is offered, placed and asked as that one; and what the
//! inner one does wrong gets past none of them.
#![expect(clippy::panic, reason = "a test")]

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use futures_lite::future::block_on;
use openpass_auth::{
    Assertion, AttemptLimit, Attempts, AuthError, Authenticator, Challenge, Confirmation,
    Contained, CoolDown, Evidence, Factor, FactorSet, FirstAvailable, MemoryAttempts, OneAtATime,
    Place, Presence, PromptPlace, Proof, SafeText, Taken, Unavailable,
};

/// What the inner authenticator does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    Answers(Factor),
    Signs(Factor),
    AnswersAnother,
    SaysWrong(Factor),
    IsAway,
    HasNoPlace,
}

#[derive(Debug)]
struct Inner(Does);

#[async_trait]
impl Authenticator for Inner {
    fn name(&self) -> &'static str {
        "inner"
    }
    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::Passphrase)
    }
    fn places(&self, _: &Challenge) -> Vec<PromptPlace> {
        if self.0 == Does::HasNoPlace {
            panic!("on purpose");
        }
        vec![PromptPlace::terminal(), PromptPlace::named("a phone")]
    }
    fn available(&self) -> Result<(), Unavailable> {
        match self.0 {
            Does::IsAway => Err(Unavailable::NoTerminal),
            _ => Ok(()),
        }
    }
    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        match self.0 {
            Does::Answers(factor) => Ok(Evidence::assertion(challenge, factor)),
            Does::Signs(factor) => {
                let signature = vec![1];
                let assertion = Assertion::new("an approver", 1, Proof::Jws { signature });
                Ok(Evidence::assertion(challenge, factor).signed(assertion))
            }
            Does::AnswersAnother => {
                let another = asks(challenge.accepts());
                Ok(Evidence::assertion(&another, Factor::Passphrase))
            }
            Does::SaysWrong(factor) => Err(AuthError::Rejected { factor }),
            Does::IsAway | Does::HasNoPlace => Err(Unavailable::NoTerminal.into()),
        }
    }
}

#[async_trait]
impl Confirmation for Inner {
    fn places(&self, challenge: &Challenge) -> Vec<PromptPlace> {
        Authenticator::places(self, challenge)
    }
    async fn confirm(&self, _: &Challenge) -> Result<(), AuthError> {
        Err(Unavailable::NoTerminal.into())
    }
}

#[derive(Debug)]
struct Free;

impl Place for Free {
    fn try_take(&self) -> Option<Taken> {
        Some(Taken::by(()))
    }
}

fn asks(accepts: FactorSet) -> Challenge {
    let minute = Duration::from_secs(60);
    Challenge::new(SafeText::literal("run a test"), accepts, minute)
}

fn passphrase() -> Challenge {
    asks(FactorSet::only(Factor::Passphrase))
}

fn store() -> Arc<MemoryAttempts> {
    Arc::new(MemoryAttempts::new(Attempts::default()))
}

fn around(does: Does) -> Vec<Arc<dyn Authenticator>> {
    let inner = || Arc::new(Inner(does));
    vec![
        Arc::new(inner()),
        Arc::new(Contained::new(inner())),
        Arc::new(AttemptLimit::new(inner(), store())),
        Arc::new(CoolDown::new(inner(), store())),
        Arc::new(OneAtATime::new(inner(), Arc::new(Free))),
        Arc::new(Presence::new(inner(), store())),
    ]
}

fn outcome(outer: &dyn Authenticator, challenge: &Challenge) -> Result<Evidence, AuthError> {
    block_on(outer.authenticate(challenge))
}

#[test]
fn it_has_the_name_the_factors_and_the_places_of_the_inner_one() {
    let challenge = passphrase();
    let places = [PromptPlace::terminal(), PromptPlace::named("a phone")];
    for outer in around(Does::Answers(Factor::Passphrase)) {
        assert_eq!(outer.name(), "inner", "{outer:?}");
        assert_eq!(
            outer.factors(),
            FactorSet::only(Factor::Passphrase),
            "{outer:?}"
        );
        assert_eq!(outer.places(&challenge), places, "{outer:?}");
        outer.available().unwrap();
        let evidence = outcome(&*outer, &challenge).unwrap();
        assert!(evidence.answers(&challenge), "{outer:?}");
    }
    let cooling = CoolDown::new(Arc::new(Inner(Does::IsAway)), store());
    assert_eq!(Confirmation::places(&cooling, &challenge), places);
    let confirmed = block_on(cooling.confirm(&challenge));
    assert!(matches!(
        confirmed,
        Err(AuthError::Unavailable(Unavailable::NoTerminal))
    ));
}

#[test]
fn it_is_away_where_the_inner_one_is() {
    for outer in around(Does::IsAway) {
        assert!(
            matches!(outer.available(), Err(Unavailable::NoTerminal)),
            "{outer:?}"
        );
        let asked = outcome(&*outer, &passphrase());
        assert!(
            matches!(asked, Err(AuthError::Unavailable(Unavailable::NoTerminal))),
            "{outer:?}: {asked:?}"
        );
    }
}

/// What is said of an authenticator that broke its promise.
fn broke(does: Does, challenge: &Challenge) -> String {
    match outcome(&Contained::new(Arc::new(Inner(does))), challenge) {
        Err(AuthError::Backend(error)) => error.to_string(),
        other => panic!("{does:?}: {other:?}"),
    }
}

#[test]
fn contained_it_answers_what_was_asked_by_a_factor_that_it_has() {
    let both = asks(FactorSet::only(Factor::Biometry).with(Factor::Passphrase));
    let said = broke(Does::AnswersAnother, &both);
    assert_eq!(said, "the authenticator inner answered another challenge");
    for does in [
        Does::Answers(Factor::Biometry),
        Does::SaysWrong(Factor::Biometry),
    ] {
        let said = broke(does, &both);
        let expected = "the authenticator inner claimed a factor that it does not declare";
        assert_eq!(said, expected, "{does:?}");
    }
    let signed_only = FactorSet::only(Factor::Passphrase);
    let signed = || passphrase().with_signed_only(signed_only);
    let said = broke(Does::Answers(Factor::Passphrase), &signed());
    let expected = "the authenticator inner did not sign where only a signed answer counts";
    assert_eq!(said, expected);
    let signs = Contained::new(Arc::new(Inner(Does::Signs(Factor::Passphrase))));
    let evidence = outcome(&signs, &signed()).unwrap();
    assert_eq!(evidence.authenticator(), Some("inner"));
    let wrong = Contained::new(Arc::new(Inner(Does::SaysWrong(Factor::Passphrase))));
    let factor = Factor::Passphrase;
    assert!(matches!(
        outcome(&wrong, &passphrase()),
        Err(AuthError::Rejected { factor: rejected }) if rejected == factor
    ));
}

/// Has two factors, and answers by the one that was not asked for.
#[derive(Debug)]
struct ByTheOther;

#[async_trait]
impl Authenticator for ByTheOther {
    fn name(&self) -> &'static str {
        "by the other"
    }
    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::Biometry).with(Factor::Passphrase)
    }
    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }
    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        Ok(Evidence::assertion(challenge, Factor::Biometry))
    }
}

#[test]
fn contained_it_answers_by_no_factor_that_the_challenge_does_not_accept() {
    let contained = Contained::new(Arc::new(ByTheOther));
    match outcome(&contained, &passphrase()) {
        Err(AuthError::Backend(error)) => assert_eq!(
            error.to_string(),
            "the authenticator by the other claimed a factor that the challenge does not accept"
        ),
        other => panic!("{other:?}"),
    }
}

#[test]
fn who_breaks_when_asked_for_its_place_is_shown_alone() {
    let contained = Contained::new(Arc::new(Inner(Does::HasNoPlace)));
    assert_eq!(contained.places(&passphrase()), [PromptPlace::anywhere()]);
}

#[test]
fn an_authenticator_or_a_confirmation_that_names_no_place_is_shown_alone() {
    assert_eq!(ByTheOther.places(&passphrase()), [PromptPlace::anywhere()]);
    #[derive(Debug)]
    struct Yes;
    #[async_trait]
    impl Confirmation for Yes {
        async fn confirm(&self, _: &Challenge) -> Result<(), AuthError> {
            Ok(())
        }
    }
    assert_eq!(Yes.places(&passphrase()), [PromptPlace::anywhere()]);
}

#[test]
fn a_chain_is_at_the_places_of_those_that_may_answer() {
    let phone = Arc::new(Inner(Does::Answers(Factor::Passphrase)));
    let chain = FirstAvailable::new(vec![phone.clone(), Arc::new(ByTheOther)]);
    assert_eq!(chain.name(), "first-available");
    let both = FactorSet::only(Factor::Biometry).with(Factor::Passphrase);
    assert_eq!(chain.factors(), both);
    let by_finger = asks(FactorSet::only(Factor::Biometry));
    assert_eq!(chain.places(&by_finger), [PromptPlace::anywhere()]);
    let terminal_and_phone = [PromptPlace::terminal(), PromptPlace::named("a phone")];
    let alone = FirstAvailable::new(vec![phone]);
    assert_eq!(alone.places(&passphrase()), terminal_and_phone);
    alone.available().unwrap();
    let away = FirstAvailable::new(vec![Arc::new(Inner(Does::IsAway))]);
    let Err(Unavailable::Each(tried)) = away.available() else {
        panic!("it is away");
    };
    assert_eq!(tried.len(), 1);
}

#[test]
fn a_chain_passes_on_no_claim_that_a_link_does_not_declare() {
    let both = asks(FactorSet::only(Factor::Biometry).with(Factor::Passphrase));
    for does in [
        Does::Answers(Factor::Biometry),
        Does::SaysWrong(Factor::Biometry),
    ] {
        let chain = FirstAvailable::new(vec![Arc::new(Inner(does))]);
        match outcome(&chain, &both) {
            Err(AuthError::Backend(error)) => {
                let said = error.to_string();
                let starts = said.starts_with("inner claimed ");
                assert!(
                    starts && said.ends_with("which it does not declare"),
                    "{said}"
                );
            }
            other => panic!("{does:?}: {other:?}"),
        }
    }
}

#[test]
fn a_place_is_named_to_a_person() {
    let told = [
        (PromptPlace::anywhere(), "in this program"),
        (PromptPlace::terminal(), "on this terminal"),
        (PromptPlace::screen(), "on this screen"),
        (PromptPlace::named("a phone"), "on a phone"),
    ];
    for (place, words) in told {
        assert_eq!(place.to_string(), words);
        assert_eq!(place.is_anywhere(), words == "in this program");
    }
    assert_eq!(format!("{:?}", Taken::by(())), "Taken");
}
