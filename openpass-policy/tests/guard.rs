//! The guard, seen from a host, with an authenticator that follows a script.
#![expect(clippy::unwrap_used, reason = "a test")]
#![expect(clippy::panic, reason = "a test")]

mod common;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use futures_lite::future::block_on;
use openpass_auth::{
    AuthError, Authenticator, CancelledBy, Challenge, Confirmation, Evidence, Factor, FactorSet,
    SafeText, Script, Unavailable,
};
use openpass_policy::{
    Action, After, AuditError, AuditEvent, AuditRecord, AuditSink, AuthFactor, Before, Denial,
    GrantError, Group, Guard, GuardSettings, LogId, MemorySink, Operation, Outcome, PolicyEngine,
    Refusal, Request, StepUp, Unattended,
};

fn engine() -> Arc<PolicyEngine> {
    Arc::new(PolicyEngine::shipped().unwrap())
}

fn guard(authenticator: Arc<dyn Authenticator>) -> (Guard, Arc<MemorySink>) {
    let sink = Arc::new(MemorySink::new());
    (Guard::new(engine(), authenticator, sink.clone()), sink)
}

fn unattended(settings: GuardSettings) -> Operation {
    let request = Request::by_script("~/.openpass", settings);
    common::operation(Action::WidenAgent, request, &common::agent("codex", false))
}

fn raise(settings: GuardSettings) -> Operation {
    let target = common::agent("codex", false);
    common::operation(Action::WidenAgent, common::by_person(settings), &target)
}

fn reason(error: Result<openpass_policy::Grant, Refusal>) -> AuthError {
    match error {
        Err(Refusal::NotAuthenticated(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn denied_operation_never_prompts() {
    let person = Arc::new(Script::new().yes(Factor::Biometry));
    let (guard, sink) = guard(person.clone());
    let agent = common::agent("claude", false);
    let request = common::by_agent(agent, GuardSettings::default());
    let target = common::agent("codex", false);
    for action in [
        Action::WidenAgent,
        Action::SetAuthMethod,
        Action::ApplyPolicy,
    ] {
        let operation = common::operation(&action, request.clone(), &target);
        let refused = block_on(guard.authorize(operation)).unwrap_err();
        assert!(matches!(refused, Refusal::Denied(Denial::Forbidden { .. })));
    }
    assert_eq!(person.asked(), [""; 0]);
    assert_eq!(sink.records().len(), 3);
}

#[test]
fn a_yes_is_asked_for_granted_and_logged_in_this_order() {
    let person = Arc::new(Script::new().yes(Factor::Passphrase));
    let (guard, sink) = guard(person.clone());
    let raise = || raise(GuardSettings::default());
    let grant = block_on(guard.authorize(raise())).unwrap();
    assert_eq!(grant.factor(), AuthFactor::Passphrase);
    assert_eq!(
        person.asked(),
        [r#"raise agent "codex" from standard to admin"#]
    );
    let running = grant.redeem(&guard.issuer(), &raise()).unwrap();
    running.settle(Outcome::Done).unwrap();
    let events: Vec<AuditEvent> = sink.records().into_iter().map(|r| r.event).collect();
    assert!(matches!(
        events.as_slice(),
        [
            AuditEvent::Intent {
                factor: AuthFactor::Passphrase,
                ..
            },
            AuditEvent::Outcome {
                outcome: Outcome::Done
            }
        ]
    ));
}

#[test]
fn case_40_the_intent_and_the_grant_name_what_the_proof_was_checked_against() {
    let person = Arc::new(
        Script::new()
            .yes(Factor::Passphrase)
            .with_reference("age1this"),
    );
    let (guard, sink) = guard(person);
    let grant = block_on(guard.authorize(raise(GuardSettings::default()))).unwrap();
    assert_eq!(grant.reference(), Some("age1this"));
    let records = sink.records();
    let line = serde_json::to_value(records.first().unwrap()).unwrap();
    let named = line.pointer("/event/reference");
    assert_eq!(named.unwrap(), "age1this");
}

#[test]
fn three_wrong_answers_are_three_challenges_and_a_refusal() {
    let factor = Factor::Passphrase;
    let wrong = || Err(AuthError::Rejected { factor });
    let script = vec![wrong(), wrong(), wrong(), Ok(())];
    let person = Arc::new(Script::answering(Factor::Passphrase, script));
    let (guard, _) = guard(person.clone());
    let guard = guard.with_tries(3.try_into().unwrap());
    let refused = reason(block_on(guard.authorize(raise(GuardSettings::default()))));
    assert!(matches!(
        refused,
        AuthError::Rejected {
            factor: Factor::Passphrase
        }
    ));
    assert_eq!(person.asked().len(), 3);
}

#[test]
fn a_cancel_ends_it_whatever_tries_are_left() {
    let script = vec![Err(AuthError::Cancelled(CancelledBy::Person)), Ok(())];
    let person = Arc::new(Script::answering(Factor::Passphrase, script));
    let (guard, _) = guard(person.clone());
    let guard = guard.with_tries(3.try_into().unwrap());
    let refused = reason(block_on(guard.authorize(raise(GuardSettings::default()))));
    assert!(matches!(refused, AuthError::Cancelled(CancelledBy::Person)));
    assert_eq!(person.asked().len(), 1);
}

/// Does wrong what an authenticator can do wrong.
#[derive(Debug)]
enum Rogue {
    Panics,
    Hangs,
    AnswersTooLate,
    AnswersAnotherChallenge,
    ClaimsBiometry,
}

#[async_trait]
impl Authenticator for Rogue {
    fn name(&self) -> &'static str {
        "rogue"
    }
    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::Passphrase)
    }
    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }
    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        match self {
            Self::Panics => panic!("on purpose"),
            Self::Hangs => std::future::pending().await,
            Self::AnswersTooLate => {
                while !challenge.time_left().is_zero() {
                    std::thread::yield_now();
                }
                Ok(Evidence::assertion(challenge, Factor::Passphrase))
            }
            Self::AnswersAnotherChallenge => {
                let accepts = challenge.accepts();
                let another = Challenge::new(SafeText::literal("x"), accepts, Duration::MAX);
                Ok(Evidence::assertion(&another, Factor::Passphrase))
            }
            Self::ClaimsBiometry => Ok(Evidence::assertion(challenge, Factor::Biometry)),
        }
    }
}

#[test]
fn case_33_whatever_an_authenticator_does_wrong_is_a_refusal() {
    for rogue in [
        Rogue::Panics,
        Rogue::Hangs,
        Rogue::AnswersTooLate,
        Rogue::AnswersAnotherChallenge,
        Rogue::ClaimsBiometry,
    ] {
        let name = format!("{rogue:?}");
        let (guard, sink) = guard(Arc::new(rogue));
        let guard = guard.with_timeout(Duration::from_millis(200));
        let refused = reason(block_on(guard.authorize(raise(GuardSettings::default()))));
        match name.as_str() {
            "Hangs" | "AnswersTooLate" => {
                assert!(matches!(refused, AuthError::TimedOut), "{name}: {refused}");
            }
            _ => assert!(
                matches!(refused, AuthError::Backend(_)),
                "{name}: {refused}"
            ),
        }
        let records = sink.records();
        assert!(matches!(
            records.as_slice(),
            [AuditRecord {
                event: AuditEvent::Refused { .. },
                ..
            }]
        ));
    }
}

#[derive(Debug)]
struct FullDisk;

impl AuditSink for FullDisk {
    fn record(&self, _: &AuditRecord) -> Result<(), AuditError> {
        Err(AuditError::caused_by("the disk is full", "ENOSPC"))
    }
    fn missed(&self, _: &AuditRecord, _: &AuditError) {}
    fn id(&self) -> LogId {
        LogId::of(&[b"a full disk"])
    }
}

#[test]
fn case_35_no_grant_when_the_intent_cannot_be_written() {
    let person = Arc::new(Script::new().yes(Factor::Biometry));
    let guard = Guard::new(engine(), person, Arc::new(FullDisk));
    let refused = block_on(guard.authorize(raise(GuardSettings::default()))).unwrap_err();
    assert!(matches!(refused, Refusal::NotRecorded(_)));
}

#[test]
fn case_65_a_grant_serves_only_on_the_approved_state_it_was_given_for() {
    let seal = |before, after| {
        let raise = raise(GuardSettings::default());
        raise.sealed(Before([before; 32]), After([after; 32]))
    };
    let unsealed = || raise(GuardSettings::default());
    let others = [seal(3, 5), seal(2, 4), unsealed()];
    for (now, serves) in others
        .map(|it| (it, false))
        .into_iter()
        .chain([(seal(3, 4), true)])
    {
        let (guard, _) = guard(Arc::new(Script::new().yes(Factor::Biometry)));
        let grant = block_on(guard.authorize(seal(3, 4))).unwrap();
        let redeemed = grant.redeem(&guard.issuer(), &now);
        assert_eq!(
            redeemed.err(),
            (!serves).then_some(GrantError::OtherOperation)
        );
    }
}

#[test]
fn case_5_a_grant_serves_only_the_operation_it_was_given_for() {
    let (guard, sink) = guard(Arc::new(Script::new().yes(Factor::Biometry)));
    let grant = block_on(guard.authorize(raise(GuardSettings::default()))).unwrap();
    let request = common::by_person(GuardSettings::default());
    let other = common::operation(Action::WidenAgent, request, &common::agent("hermes", false));
    assert_eq!(
        grant.redeem(&guard.issuer(), &other).unwrap_err(),
        GrantError::OtherOperation
    );
    let last = sink.records().pop().unwrap();
    assert!(matches!(
        last.event,
        AuditEvent::Outcome {
            outcome: Outcome::Failed { .. }
        }
    ));
}

#[test]
fn a_grant_that_is_dropped_leaves_no_open_intent() {
    let (guard, sink) = guard(Arc::new(Script::new().yes(Factor::Biometry)));
    drop(block_on(guard.authorize(raise(GuardSettings::default()))).unwrap());
    assert_eq!(sink.records().len(), 2);
}

#[test]
fn a_grant_names_what_it_permits_where_a_host_prints_it() {
    let (guard, _) = guard(Arc::new(Script::new().yes(Factor::Biometry)));
    let raise = || raise(GuardSettings::default());
    let grant = block_on(guard.authorize(raise())).unwrap();
    let printed = format!("{grant:?}");
    assert_eq!(
        printed,
        "Grant { action: WidenAgent, factor: Biometry, .. }"
    );
    let running = grant.redeem(&guard.issuer(), &raise()).unwrap();
    let printed = format!("{running:?}");
    assert_eq!(printed, "Redeemed { action: WidenAgent, .. }");
}

#[test]
fn case_63_a_store_that_does_not_say_how_it_ended_is_on_the_log() {
    let (guard, sink) = guard(Arc::new(Script::new().yes(Factor::Biometry)));
    let raise = || raise(GuardSettings::default());
    let grant = block_on(guard.authorize(raise())).unwrap();
    drop(grant.redeem(&guard.issuer(), &raise()).unwrap());
    let events: Vec<AuditEvent> = sink.records().into_iter().map(|r| r.event).collect();
    assert!(matches!(
        events.as_slice(),
        [
            AuditEvent::Intent { .. },
            AuditEvent::Outcome {
                outcome: Outcome::Unknown
            }
        ]
    ));
}

/// Says y, as an agent that drives the terminal would.
#[derive(Debug, Default)]
struct Yes {
    asked: Mutex<usize>,
}

#[async_trait]
impl Confirmation for Yes {
    async fn confirm(&self, _: &Challenge) -> Result<(), AuthError> {
        *self.asked.lock().unwrap() += 1;
        Ok(())
    }
}

#[test]
fn case_1_a_y_counts_only_under_the_opt_out_and_never_for_guardrails() {
    let opted_out = GuardSettings::new(StepUp::Confirm, Unattended::Passphrase);
    let target = common::agent("codex", false);
    for settings in [GuardSettings::default(), opted_out] {
        for action in Action::ALL {
            let nobody = Arc::new(Script::answering(Factor::Biometry, vec![]));
            let yes = Arc::new(Yes::default());
            let (guard, _) = guard(nobody);
            let guard = guard.with_confirmation(yes.clone());
            let operation = common::operation(&action, common::by_person(settings), &target);
            let outcome = block_on(guard.authorize(operation));
            let guarded = action.is_in(Group::Guardrails)
                || action.is_in(Group::Credentials)
                // For every tool.
                || matches!(action, Action::CreateToken | Action::RotateToken);
            let asked = *yes.asked.lock().unwrap();
            if settings == GuardSettings::default() || guarded {
                assert_eq!(asked, 0, "{action}");
            } else {
                assert!(outcome.is_ok(), "{action}");
            }
        }
    }
}

#[test]
fn case_3_a_waiver_needs_the_setting_and_never_covers_an_agent() {
    let nobody = || Arc::new(Script::answering(Factor::Biometry, vec![]));
    let (shipped, _) = guard(nobody());
    let refused = block_on(
        shipped
            .with_waiver()
            .authorize(raise(GuardSettings::default())),
    );
    assert!(matches!(reason(refused), AuthError::Unavailable(_)));

    let waive = GuardSettings::new(StepUp::Biometry, Unattended::Waive);
    let (waiving, _) = guard(nobody());
    let waiving = waiving.with_waiver();
    let grant = block_on(waiving.authorize(unattended(waive))).unwrap();
    assert_eq!(grant.factor(), AuthFactor::Waived);
    let attended = block_on(waiving.authorize(raise(waive)));
    assert!(matches!(reason(attended), AuthError::Unavailable(_)));

    let request = common::by_agent(common::agent("claude", true), waive);
    let target = common::agent("codex", false);
    let by_agent = common::operation(Action::WidenAgent, request, &target);
    let refused = block_on(waiving.authorize(by_agent));
    assert!(matches!(reason(refused), AuthError::Unavailable(_)));
}

#[test]
fn case_10_racing_requests_are_asked_one_after_the_other() {
    /// Counts how many are being asked at once.
    #[derive(Debug, Default)]
    struct Counts {
        now: std::sync::atomic::AtomicUsize,
        most: std::sync::atomic::AtomicUsize,
    }
    #[async_trait]
    impl Authenticator for Counts {
        fn name(&self) -> &'static str {
            "counts"
        }
        fn factors(&self) -> FactorSet {
            FactorSet::only(Factor::Passphrase)
        }
        fn available(&self) -> Result<(), Unavailable> {
            Ok(())
        }
        async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
            use std::sync::atomic::Ordering::SeqCst;
            let now = self.now.fetch_add(1, SeqCst) + 1;
            self.most.fetch_max(now, SeqCst);
            for _ in 0..50 {
                futures_lite::future::yield_now().await;
            }
            self.now.fetch_sub(1, SeqCst);
            Ok(Evidence::assertion(challenge, Factor::Passphrase))
        }
    }
    let counts = Arc::new(Counts::default());
    std::thread::scope(|scope| {
        for _ in 0..8 {
            let (guard, _) = guard(counts.clone());
            scope.spawn(move || {
                drop(block_on(guard.authorize(raise(GuardSettings::default()))).unwrap());
            });
        }
    });
    assert_eq!(counts.most.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[test]
fn case_23_a_request_that_is_called_off_leaves_a_record_and_no_grant() {
    let (guard, sink) = guard(Arc::new(Rogue::Hangs));
    let asking = guard.authorize(raise(GuardSettings::default()));
    block_on(async {
        let mut asking = std::pin::pin!(asking);
        assert!(futures_lite::future::poll_once(&mut asking).await.is_none());
    });
    // It is written on a thread, which holds nobody up who drops a future.
    assert!(Guard::wait_for_records(Duration::from_secs(60)));
    let records = sink.records();
    assert!(matches!(
        records.as_slice(),
        [AuditRecord {
            event: AuditEvent::Refused { .. },
            ..
        }]
    ));
}

#[test]
fn a_narrowing_change_is_confirmed_as_a_courtesy_and_a_look_is_not() {
    let target = common::agent("codex", false);
    for (action, times) in [(Action::NarrowAgent, 1), (Action::List, 0)] {
        let yes = Arc::new(Yes::default());
        let (guard, _) = guard(Arc::new(Script::answering(Factor::Biometry, vec![])));
        let guard = guard.with_courtesy(yes.clone());
        let request = common::by_person(GuardSettings::default());
        let operation = common::operation(&action, request, &target);
        let grant = block_on(guard.authorize(operation)).unwrap();
        assert_eq!(grant.factor(), AuthFactor::None);
        assert_eq!(*yes.asked.lock().unwrap(), times, "{action}");
    }
}

/// Never answers.
#[derive(Debug)]
struct Silent;

#[async_trait]
impl Confirmation for Silent {
    async fn confirm(&self, _: &Challenge) -> Result<(), AuthError> {
        std::future::pending().await
    }
}

#[test]
fn case_33_a_confirmation_that_hangs_ends_at_the_deadline() {
    let (guard, _) = guard(Arc::new(Script::answering(Factor::Biometry, vec![])));
    let guard = guard
        .with_courtesy(Arc::new(Silent))
        .with_timeout(Duration::from_millis(50));
    let request = common::by_person(GuardSettings::default());
    let target = common::agent("codex", false);
    let operation = common::operation(Action::NarrowAgent, request, &target);
    let refused = reason(block_on(guard.authorize(operation)));
    assert!(matches!(refused, AuthError::TimedOut));
}
