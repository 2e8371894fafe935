//! The log is written away from `poll`, and a call that is dropped is on it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test")]

#[expect(dead_code, reason = "not all of it is needed here")]
mod common;

use std::{
    pin::pin,
    sync::{
        Arc, LazyLock, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread::{self, ThreadId},
    time::Duration,
};

use async_trait::async_trait;
use futures_lite::future::{self, block_on, poll_once};
use openpass_auth::{
    AuthError, Authenticator, CancelledBy, Challenge, Evidence, Factor, FactorSet, Script,
    Unavailable,
};
use openpass_policy::{
    Action, AuditError, AuditEvent, AuditRecord, AuditSink, Guard, GuardSettings, LogId,
    MemorySink, Operation, Outcome, PolicyEngine, Refusal,
};

/// Loaded once: some of these tests call a guard hundreds of times.
fn engine() -> Arc<PolicyEngine> {
    static ENGINE: LazyLock<Arc<PolicyEngine>> =
        LazyLock::new(|| Arc::new(PolicyEngine::shipped().unwrap()));
    Arc::clone(&ENGINE)
}

/// A process has one prompt at a time: each test has it alone, and a guard's first
/// poll goes on to the log.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn raise() -> Operation {
    let target = common::agent("codex", false);
    let request = common::by_person(GuardSettings::default());
    common::operation(Action::WidenAgent, request, &target)
}

/// A disk that takes each record only once the test lets it.
#[derive(Debug)]
struct SlowDisk {
    executor: ThreadId,
    entered: AtomicUsize,
    release: Mutex<mpsc::Receiver<()>>,
    log: MemorySink,
}

impl SlowDisk {
    fn new() -> (Arc<Self>, mpsc::Sender<()>) {
        let (go, release) = mpsc::channel();
        let disk = Self {
            executor: thread::current().id(),
            entered: AtomicUsize::new(0),
            release: Mutex::new(release),
            log: MemorySink::new(),
        };
        (Arc::new(disk), go)
    }

    fn is_entered(&self) -> bool {
        self.entered.load(Ordering::SeqCst) > 0
    }
}

impl AuditSink for SlowDisk {
    fn record(&self, record: &AuditRecord) -> Result<(), AuditError> {
        let here = thread::current().id();
        assert_ne!(here, self.executor, "the log would hold the executor");
        self.entered.fetch_add(1, Ordering::SeqCst);
        // Once the test has let go of its end, everything is taken.
        let let_go = self.release.lock().unwrap().recv();
        let_go.unwrap_or_default();
        self.log.record(record)
    }

    fn missed(&self, _: &AuditRecord, error: &AuditError) {
        panic!("a record is missing: {error}");
    }

    fn id(&self) -> LogId {
        self.log.id()
    }
}

fn guard(disk: &Arc<SlowDisk>, answer: Result<(), AuthError>) -> Guard {
    let person = Arc::new(Script::answering(Factor::Passphrase, vec![answer]));
    Guard::new(engine(), person, disk.clone())
}

/// What is on the log once nothing is being written any more.
fn settled(disk: &SlowDisk) -> Vec<AuditEvent> {
    assert!(Guard::wait_for_records(Duration::from_secs(60)));
    let records = disk.log.records();
    records.into_iter().map(|record| record.event).collect()
}

fn came_to_nothing(events: &[AuditEvent]) -> bool {
    matches!(
        events,
        [
            AuditEvent::Intent { .. },
            AuditEvent::Outcome {
                outcome: Outcome::Failed { .. }
            }
        ]
    )
}

async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        future::yield_now().await;
    }
}

#[test]
fn case_35_a_log_that_blocks_holds_no_other_future_up_and_no_grant_comes_before_it() {
    let _alone = alone();
    for answer in [Ok(()), Err(AuthError::Cancelled(CancelledBy::Person))] {
        let is_yes = answer.is_ok();
        let (disk, go) = SlowDisk::new();
        let guard = guard(&disk, answer);
        let mut asking = pin!(guard.authorize(raise()));
        // On the same thread: it gets its turn while the disk blocks.
        let authorized = block_on(async {
            while !disk.is_entered() {
                assert!(poll_once(&mut asking).await.is_none());
            }
            for _ in 0..100 {
                assert!(poll_once(&mut asking).await.is_none());
            }
            assert_eq!(disk.log.records().len(), 0);
            drop(go);
            asking.await
        });
        assert_eq!(authorized.is_ok(), is_yes);
        let first = disk.log.records().remove(0).event;
        assert_eq!(matches!(first, AuditEvent::Intent { .. }), is_yes);
        // A store drops it, on a thread of its own.
        thread::spawn(move || drop(authorized)).join().unwrap();
    }
}

#[test]
fn case_23_a_call_that_is_dropped_while_its_intent_is_written_comes_to_nothing() {
    let _alone = alone();
    let (disk, go) = SlowDisk::new();
    let guard = guard(&disk, Ok(()));
    block_on(async {
        let mut asking = pin!(guard.authorize(raise()));
        let watching = until(|| disk.is_entered());
        let over = async { drop((&mut asking).await) };
        future::or(over, watching).await;
        // `asking` is dropped here, and that does not wait for the disk.
    });
    assert_eq!(disk.log.records().len(), 0);
    drop(go);
    let events = settled(&disk);
    assert!(came_to_nothing(&events), "{events:?}");
}

#[test]
fn case_23_a_call_that_is_dropped_after_its_intent_is_on_the_log_comes_to_nothing() {
    let _alone = alone();
    let (disk, go) = SlowDisk::new();
    let guard = guard(&disk, Ok(()));
    {
        let mut asking = pin!(guard.authorize(raise()));
        assert!(block_on(poll_once(&mut asking)).is_none());
        go.send(()).unwrap();
        // It is on the log, and perhaps the grant is there: nobody polls.
        while disk.log.records().is_empty() {
            thread::yield_now();
        }
    }
    drop(go);
    let events = settled(&disk);
    assert!(came_to_nothing(&events), "{events:?}");
}

#[test]
fn case_23_wherever_a_call_is_dropped_no_intent_stays_open() {
    let _alone = alone();
    for polls in 0..200 {
        let (disk, go) = SlowDisk::new();
        drop(go);
        let guard = guard(&disk, Ok(()));
        let granted = {
            let mut asking = pin!(guard.authorize(raise()));
            let mut granted = None;
            for _ in 0..polls {
                granted = block_on(poll_once(&mut asking));
                if granted.is_some() {
                    break;
                }
            }
            granted
        };
        thread::spawn(move || drop(granted)).join().unwrap();
        let events = settled(&disk);
        let nothing = polls == 0 && events.is_empty();
        assert!(
            nothing || came_to_nothing(&events),
            "{polls} polls: {events:?}"
        );
    }
}

#[test]
fn case_23_a_prompt_that_is_dropped_waits_for_no_disk_and_is_logged_as_called_off() {
    let _alone = alone();
    let (disk, go) = SlowDisk::new();
    let guard = Guard::new(engine(), Arc::new(Silent), disk.clone());
    {
        let mut asking = pin!(guard.authorize(raise()));
        assert!(block_on(poll_once(&mut asking)).is_none());
    }
    drop(go);
    let events = settled(&disk);
    let [AuditEvent::Refused { reason, .. }] = events.as_slice() else {
        panic!("{events:?}");
    };
    assert_eq!(reason, "called off before there was an answer");
}

/// A person who does not answer.
#[derive(Debug)]
struct Silent;

#[async_trait]
impl Authenticator for Silent {
    fn name(&self) -> &'static str {
        "silent"
    }
    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::Passphrase)
    }
    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }
    async fn authenticate(&self, _: &Challenge) -> Result<Evidence, AuthError> {
        future::pending().await
    }
}

/// A sink that breaks.
#[derive(Debug)]
struct Panics;

impl AuditSink for Panics {
    fn record(&self, _: &AuditRecord) -> Result<(), AuditError> {
        panic!("on purpose")
    }
    fn missed(&self, _: &AuditRecord, _: &AuditError) {
        panic!("on purpose, again")
    }
    fn id(&self) -> LogId {
        LogId::of(&[b"panics"])
    }
}

#[test]
fn case_33_a_log_that_panics_is_a_refusal() {
    let _alone = alone();
    for answer in [Ok(()), Err(AuthError::TimedOut)] {
        let is_yes = answer.is_ok();
        let person = Arc::new(Script::answering(Factor::Passphrase, vec![answer]));
        let guard = Guard::new(engine(), person, Arc::new(Panics));
        let refused = block_on(guard.authorize(raise())).unwrap_err();
        match refused {
            Refusal::NotRecorded(_) => assert!(is_yes),
            Refusal::Unlogged { refusal, .. } => {
                assert!(!is_yes && matches!(*refusal, Refusal::NotAuthenticated(_)));
            }
            other => panic!("{other}"),
        }
    }
}
