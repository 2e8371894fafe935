//! A question that is put in one process and signed in another.
#![cfg(feature = "approvals")]
#![expect(clippy::unwrap_used, reason = "a test")]

mod common;

use std::sync::Arc;

use async_trait::async_trait;
use futures_lite::future::block_on;
use openpass_approval::{Approvers, SeededKey};
use openpass_auth::{
    AuthError, Authenticator, BackendError, Binding, Challenge, Evidence, Factor, FactorSet,
    PromptPlace, Unavailable,
};
use openpass_policy::{
    Action, AuditEvent, Guard, GuardSettings, MemorySink, Operation, PolicyEngine, PolicySource,
    Refusal, SignedElsewhere,
};

const SCOPE: [u8; 16] = [7; 16];
const NOW: u64 = 1_795_802_400;

/// The person at the other terminal; `signs` is whether their key is at hand.
#[derive(Debug)]
struct Person {
    signs: bool,
}

#[async_trait]
impl Authenticator for Person {
    fn name(&self) -> &'static str {
        "person"
    }

    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::Passphrase)
    }

    fn places(&self, _: &Challenge) -> Vec<PromptPlace> {
        vec![PromptPlace::named("their terminal")]
    }

    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        let evidence = Evidence::assertion(challenge, Factor::Passphrase);
        let binding = challenge.binding_for(Factor::Passphrase).unwrap();
        let key = SeededKey::from_seed([1; 32]);
        Ok(match key.sign(binding, Factor::Passphrase, NOW) {
            Some(assertion) if self.signs => evidence.signed(assertion),
            _ => evidence,
        })
    }
}

/// Hands the question to the other process, which works the operation out by `theirs`.
struct Elsewhere {
    there: Arc<Guard>,
    theirs: fn() -> Operation,
}

impl core::fmt::Debug for Elsewhere {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Elsewhere")
    }
}

#[async_trait]
impl Authenticator for Elsewhere {
    fn name(&self) -> &'static str {
        "elsewhere"
    }

    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::Passphrase)
    }

    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        let nonce = *challenge.binding_for(Factor::Passphrase).unwrap().nonce();
        // In a thread of its own, as in a process: the prompt there has its own turn.
        let (there, theirs) = (Arc::clone(&self.there), self.theirs);
        let signing = std::thread::spawn(move || block_on(there.sign_for(theirs(), nonce)));
        let signed: SignedElsewhere = signing
            .join()
            .unwrap()
            .map_err(|refusal| BackendError::new(refusal.to_string()))?;
        Ok(Evidence::assertion(challenge, signed.factor).signed(signed.assertion))
    }

    fn places(&self, _: &Challenge) -> Vec<PromptPlace> {
        vec![PromptPlace::named("the requests")]
    }
}

fn approvers() -> Approvers {
    let binding = Binding::new([0; 32], [0; 32]).within(SCOPE);
    let key = SeededKey::from_seed([1; 32]);
    let assertion = key.sign(&binding, Factor::Passphrase, NOW).unwrap();
    let enrolling = Approvers::of(SCOPE).enrolling(Factor::Passphrase);
    let approval = enrolling
        .verify(&binding, Factor::Passphrase, &assertion)
        .unwrap();
    Approvers::of(SCOPE).with(approval.approver().clone())
}

fn raise() -> Operation {
    of_agent("codex")
}

fn another() -> Operation {
    of_agent("claude-code")
}

fn of_agent(name: &str) -> Operation {
    let hermes = common::agent("hermes", true);
    let request = common::by_agent(hermes, GuardSettings::default());
    common::operation(Action::WidenAgent, request, &common::agent(name, false))
}

fn guard(policies: &str, asks: impl Authenticator + 'static) -> (Guard, Arc<MemorySink>) {
    let own = PolicySource::new("own.cedar", policies);
    let engine = PolicyEngine::with_policies(&[own]).unwrap();
    let log = Arc::new(MemorySink::new());
    let guard = Guard::new(engine, asks, Arc::clone(&log)).with_approvers(approvers());
    (guard, log)
}

const OPEN: &str = r#"@id("open") permit (principal, action, resource);"#;
const CLOSED: &str = r#"@id("mine.none") forbid (principal, action, resource);"#;

fn waits_for(there: Guard, theirs: fn() -> Operation) -> (Guard, Arc<MemorySink>) {
    let there = Arc::new(there);
    guard(OPEN, Elsewhere { there, theirs })
}

#[test]
fn what_is_signed_elsewhere_is_granted_here_and_logged_here_alone() {
    let (there, their_log) = guard(OPEN, Person { signs: true });
    let (here, log) = waits_for(there, raise);
    let grant = block_on(here.authorize(raise())).unwrap();
    assert!(grant.approval().is_some());
    assert!(their_log.records().is_empty(), "there it grants nothing");
    let first = log.records().first().unwrap().event.clone();
    assert!(matches!(first, AuditEvent::Intent { .. }), "{first:?}");
}

#[test]
fn what_was_signed_for_another_operation_counts_for_nothing() {
    let (there, _) = guard(OPEN, Person { signs: true });
    let (here, log) = waits_for(there, another);
    let refused = block_on(here.authorize(raise())).unwrap_err();
    let words = refused.to_string();
    assert!(words.contains("not signed as it must be"), "{words}");
    let first = log.records().first().unwrap().event.clone();
    assert!(matches!(first, AuditEvent::Refused { .. }), "{first:?}");
}

#[test]
fn who_cannot_sign_there_answers_nothing_here() {
    let (there, their_log) = guard(OPEN, Person { signs: false });
    let nobody = block_on(there.sign_for(raise(), [3; 32])).unwrap_err();
    assert!(matches!(nobody, Refusal::NotAuthenticated(_)), "{nobody}");
    let first = their_log.records().first().unwrap().event.clone();
    assert!(matches!(first, AuditEvent::Refused { .. }), "{first:?}");
}

#[test]
fn what_policy_denies_there_is_not_signed_there() {
    let (there, _) = guard(CLOSED, Person { signs: true });
    let denied = block_on(there.sign_for(raise(), [3; 32])).unwrap_err();
    assert!(matches!(denied, Refusal::Denied(_)), "{denied}");
}

#[test]
fn a_guard_that_takes_no_signatures_signs_for_nobody() {
    let engine = PolicyEngine::shipped().unwrap();
    let there = Guard::new(engine, Person { signs: true }, MemorySink::new());
    let request = common::by_person(GuardSettings::default());
    let asked = common::operation(Action::WidenAgent, request, &common::agent("codex", false));
    let refused = block_on(there.sign_for(asked, [3; 32])).unwrap_err();
    assert_eq!(
        refused.to_string(),
        Refusal::NotAuthenticated(Unavailable::NoApprover.into()).to_string()
    );
}
