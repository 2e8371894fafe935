//! Evidence that an approver signed, as the guard takes it.
#![cfg(feature = "approvals")]
#![expect(clippy::unwrap_used, reason = "a test")]
#![expect(clippy::panic, reason = "a test")]

mod common;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures_lite::future::block_on;
use openpass_approval::{Approvers, SeededKey};
use openpass_auth::{
    Assertion, AuthError, Authenticator, Binding, Challenge, Confirmation, Evidence, Factor,
    FactorSet, Unavailable,
};
use openpass_policy::{
    Action, After, AuditEvent, Before, Grant, Guard, GuardSettings, MemorySink, Operation,
    PolicyEngine, PolicySource, Refusal, StepUp, Unattended,
};

const SCOPE: [u8; 16] = [7; 16];
const NOW: u64 = 1_795_802_400;

/// What somebody does with what they are to sign.
type Signs = fn(&Person, &Binding) -> Option<Assertion>;

/// Somebody who says yes by the passphrase, and signs as `signs` does.
#[derive(Debug)]
struct Person {
    signs: Signs,
    signed: Mutex<Vec<(Binding, Assertion)>>,
}

impl Person {
    fn who(signs: Signs) -> Arc<Self> {
        Arc::new(Self {
            signs,
            signed: Mutex::default(),
        })
    }

    fn bindings(&self) -> Vec<Binding> {
        let signed = self.signed.lock().unwrap();
        signed.iter().map(|(binding, _)| *binding).collect()
    }
}

#[async_trait]
impl Authenticator for Person {
    fn name(&self) -> &'static str {
        "person"
    }

    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::Passphrase)
    }

    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        let evidence = Evidence::assertion(challenge, Factor::Passphrase);
        // Whether it is asked to sign or not: what it makes of that is up to it.
        let asked = challenge.binding_for(Factor::Passphrase).copied();
        let binding = asked.unwrap_or_else(|| Binding::new([1; 32], [2; 32]).within(SCOPE));
        let Some(assertion) = (self.signs)(self, &binding) else {
            return Ok(evidence);
        };
        let mut signed = self.signed.lock().unwrap();
        signed.push((binding, assertion.clone()));
        Ok(evidence.signed(assertion))
    }
}

fn key() -> SeededKey {
    SeededKey::from_seed([1; 32])
}

fn signs(_: &Person, binding: &Binding) -> Option<Assertion> {
    key().sign(binding, Factor::Passphrase, NOW)
}

fn signs_not(_: &Person, _: &Binding) -> Option<Assertion> {
    None
}

/// Signs the same as the last time.
fn repeats(person: &Person, binding: &Binding) -> Option<Assertion> {
    let signed = person.signed.lock().unwrap();
    let first = signed.first().map(|(_, assertion)| assertion.clone());
    first.or_else(|| key().sign(binding, Factor::Passphrase, NOW))
}

/// Signs for another operation, with the nonce of this one.
fn signs_another(_: &Person, binding: &Binding) -> Option<Assertion> {
    let other = Binding::new([9; 32], *binding.nonce()).within(SCOPE);
    key().sign(&other, Factor::Passphrase, NOW)
}

/// Signs for another place.
fn signs_elsewhere(_: &Person, binding: &Binding) -> Option<Assertion> {
    let other = Binding::new(*binding.digest(), *binding.nonce()).within([8; 16]);
    key().sign(&other, Factor::Passphrase, NOW)
}

/// Signs by a key of their own.
fn signs_as_another(_: &Person, binding: &Binding) -> Option<Assertion> {
    SeededKey::from_seed([2; 32]).sign(binding, Factor::Passphrase, NOW)
}

/// Takes the key of one approval for one by another factor.
fn signs_for_a_finger(_: &Person, binding: &Binding) -> Option<Assertion> {
    key().sign(binding, Factor::Biometry, NOW)
}

fn approvers() -> Approvers {
    let binding = Binding::new([0; 32], [0; 32]).within(SCOPE);
    let assertion = key().sign(&binding, Factor::Passphrase, NOW).unwrap();
    let enrolling = Approvers::of(SCOPE).enrolling(Factor::Passphrase);
    let approval = enrolling
        .verify(&binding, Factor::Passphrase, &assertion)
        .unwrap();
    Approvers::of(SCOPE).with(approval.approver().clone())
}

fn raise() -> Operation {
    let target = common::agent("codex", false);
    let request = common::by_person(GuardSettings::default());
    common::operation(Action::WidenAgent, request, &target)
}

struct Stage {
    guard: Guard,
    log: Arc<MemorySink>,
}

impl Stage {
    fn with(policies: &str, person: &Arc<Person>, approvers: Option<Approvers>) -> Self {
        let own = PolicySource::new("own.cedar", policies);
        let engine = PolicyEngine::with_policies(&[own]).unwrap();
        let log = Arc::new(MemorySink::new());
        let guard = Guard::new(engine, Arc::clone(person), Arc::clone(&log));
        let guard = match approvers {
            Some(approvers) => guard.with_approvers(approvers),
            None => guard,
        };
        Self { guard, log }
    }

    fn ask(&self) -> Result<Grant, Refusal> {
        block_on(self.guard.authorize(raise()))
    }
}

fn broke(refused: Result<Grant, Refusal>) -> String {
    match refused {
        Err(Refusal::NotAuthenticated(AuthError::Backend(error))) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_right_signature_is_granted_and_whole_on_the_intents_line() {
    let person = Person::who(signs);
    let stage = Stage::with(OPEN, &person, Some(approvers()));
    let grant = stage.ask().unwrap();
    let approval = grant.approval().unwrap();
    let statement = approval.statement();
    assert_eq!(statement.digest(), raise().digest().to_string());
    assert_eq!(statement.decision(), openpass_approval::Verdict::Approve);

    let records = stage.log.records();
    let line = serde_json::to_value(records.first().unwrap()).unwrap();
    let recorded = line.pointer("/event/approval").unwrap().clone();
    let recorded: openpass_approval::Recorded = serde_json::from_value(recorded).unwrap();
    recorded.verify(approvers().all()).unwrap();
}

#[test]
fn what_an_agent_asks_for_is_signed_as_the_agents() {
    let stage = Stage::with(OPEN, &Person::who(signs), Some(approvers()));
    let hermes = common::agent("hermes", true);
    let request = common::by_agent(hermes, GuardSettings::default());
    let asked = || {
        let target = common::agent("codex", false);
        common::operation(Action::WidenAgent, request.clone(), &target)
    };
    let grant = block_on(stage.guard.authorize(asked())).unwrap();
    let signed = grant.approval().unwrap().statement().digest().to_owned();
    assert_eq!(signed, asked().digest().to_string());
    assert_ne!(signed, raise().digest().to_string());
}

#[test]
fn the_seals_of_the_approved_state_are_signed_beside_the_digest() {
    let stage = Stage::with(OPEN, &Person::who(signs), Some(approvers()));
    let asked = |after| raise().sealed(Before([3; 32]), After([after; 32]));
    let grant = block_on(stage.guard.authorize(asked(4))).unwrap();
    let hex = |byte: u8| format!("{byte:02x}").repeat(32);
    let seals = (hex(3), hex(4));
    let statement = grant.approval().unwrap().statement();
    assert_eq!(statement.seals(), (seals.0.as_str(), seals.1.as_str()));
}

#[test]
fn case_65_a_grant_serves_for_no_other_state_than_was_signed() {
    let stage = Stage::with(OPEN, &Person::who(signs), Some(approvers()));
    let asked = |after| raise().sealed(Before([3; 32]), After([after; 32]));
    for (now, is_the_same) in [(asked(4), true), (asked(5), false), (raise(), false)] {
        let grant = block_on(stage.guard.authorize(asked(4))).unwrap();
        let redeemed = grant.redeem(&stage.guard.issuer(), &now);
        assert_eq!(redeemed.is_ok(), is_the_same);
    }
}

/// Says y.
#[derive(Debug)]
struct Yes;

#[async_trait]
impl Confirmation for Yes {
    async fn confirm(&self, _: &Challenge) -> Result<(), AuthError> {
        Ok(())
    }
}

#[test]
fn where_signatures_alone_count_nothing_stands_in_for_one() {
    let asked = |signs, approvers: Option<Approvers>| {
        let (person, engine) = (Person::who(signs), PolicyEngine::shipped().unwrap());
        let log = Arc::new(MemorySink::new());
        let guard = Guard::new(engine, person, log).with_signatures_alone();
        let guard = match approvers {
            Some(approvers) => guard.with_approvers(approvers),
            None => guard,
        };
        let settings = GuardSettings::new(StepUp::Confirm, Unattended::Waive);
        let target = common::agent("codex", false);
        let request = common::by_person(settings);
        let raise = common::operation(Action::WidenAgent, request, &target);
        let guard = guard.with_confirmation(Arc::new(Yes)).with_waiver();
        block_on(guard.authorize(raise)).map(|grant| grant.approval().is_some())
    };
    assert!(asked(signs, Some(approvers())).unwrap());
    let error = asked(signs_not, Some(approvers())).unwrap_err();
    assert!(error.to_string().contains("did not sign"), "{error}");
    let error = asked(signs, None).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("no approver of a kind that it accepts"),
        "{error}"
    );
}

#[test]
fn case_64_each_question_has_a_nonce_of_its_own_and_no_assertion_serves_twice() {
    let person = Person::who(repeats);
    let stage = Stage::with(OPEN, &person, Some(approvers()));
    drop(stage.ask().unwrap());
    let said = broke(stage.ask());
    assert!(said.contains("does not hold"), "{said}");
    let bindings = person.bindings();
    assert_ne!(bindings[0].nonce(), bindings[1].nonce());
    assert_eq!(bindings[0].digest(), bindings[1].digest());
}

#[test]
fn case_64_and_65_a_signature_that_does_not_hold_is_refused_and_nothing_is_granted() {
    let wrong: [(Signs, &str); 4] = [
        (signs_another, "does not hold"),
        (signs_elsewhere, "does not hold"),
        (signs_as_another, "belongs to no approver"),
        (signs_for_a_finger, "does not hold"),
    ];
    for (signs, says) in wrong {
        let stage = Stage::with(OPEN, &Person::who(signs), Some(approvers()));
        let said = broke(stage.ask());
        assert!(said.contains(says), "{said}");
        let records = stage.log.records();
        let all_refused = records
            .iter()
            .all(|it| matches!(it.event, AuditEvent::Refused { .. }));
        assert!(all_refused && records.len() == 1, "{records:?}");
    }
}

#[test]
fn case_64_a_signature_that_nobody_asked_for_is_refused() {
    let stage = Stage::with(OPEN, &Person::who(signs), None);
    let said = broke(stage.ask());
    assert!(said.contains("nothing was to be signed"), "{said}");
}

#[test]
fn unsigned_evidence_counts_as_before_where_policy_takes_it() {
    let stage = Stage::with(OPEN, &Person::who(signs_not), Some(approvers()));
    assert!(stage.ask().unwrap().approval().is_none());
}

/// Takes nothing away.
const OPEN: &str = r#"@id("open") permit (principal, action, resource);"#;

const SIGNED: &str = r#"
    @id("signed") forbid (principal, action, resource)
    when { context.authentication.approver == OpenPass::ApproverKind::"none" };
"#;

#[test]
fn where_policy_wants_a_signature_an_unsigned_yes_is_refused() {
    let stage = Stage::with(SIGNED, &Person::who(signs_not), Some(approvers()));
    let said = broke(stage.ask());
    assert!(said.contains("did not sign"), "{said}");
    let stage = Stage::with(SIGNED, &Person::who(signs), Some(approvers()));
    drop(stage.ask().unwrap());
}

#[test]
fn where_nobody_could_sign_nobody_is_asked() {
    let person = Person::who(signs);
    for approvers in [None, Some(Approvers::of(SCOPE))] {
        let stage = Stage::with(SIGNED, &person, approvers);
        let refused = stage.ask().unwrap_err();
        assert!(
            matches!(
                refused,
                Refusal::NotAuthenticated(AuthError::Unavailable(Unavailable::NoApprover))
            ),
            "{refused:?}"
        );
    }
    assert!(person.bindings().is_empty());
}

#[test]
fn case_66_a_key_that_shows_itself_counts_only_where_the_host_enrols() {
    let person = Person::who(signs_as_another);
    let closed = Stage::with(OPEN, &person, Some(Approvers::of(SCOPE)));
    drop(broke(closed.ask()));
    let open = Approvers::of(SCOPE).enrolling(Factor::Passphrase);
    let grant = Stage::with(OPEN, &person, Some(open)).ask().unwrap();
    let enrolled = grant.approval().unwrap().enrolled().unwrap();
    let other = SeededKey::from_seed([2; 32]).public().id();
    assert_eq!(enrolled.id(), other);
}
