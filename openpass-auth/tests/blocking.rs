//! Nothing blocks in `poll`.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc,
    },
    thread::{self, ThreadId},
    time::Duration,
};

use async_trait::async_trait;
use futures_lite::future::{self, block_on};
use openpass_auth::{
    Asker, AttemptLimit, AuthError, Authenticator, Blocking, Challenge, Contained, CoolDown,
    Evidence, Factor, FactorSet, FirstAvailable, Lost, MemoryAttempts, OneAtATime, Place, SafeText,
    Taken, Unavailable,
};

const LONG: Duration = Duration::from_secs(60);

/// Says on which thread it was dropped.
struct Dropped(mpsc::Sender<ThreadId>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.send(thread::current().id()).unwrap();
    }
}

#[test]
fn what_nobody_hears_is_dropped_once_and_never_here() {
    // Often enough that the future is dropped before, while and after the
    // result is handed over. Under Miri a round takes a hundred times as long.
    let rounds = if cfg!(miri) { 12 } else { 300 };
    for round in 0..rounds {
        let (tell, told) = mpsc::channel();
        let work = Blocking::start("test", move || Dropped(tell)).unwrap();
        for _ in 0..round {
            thread::yield_now();
        }
        drop(work);
        let where_dropped: Vec<ThreadId> = told.iter().collect();
        let [there] = where_dropped.as_slice() else {
            panic!("dropped {} times", where_dropped.len());
        };
        assert_ne!(*there, thread::current().id());
    }
}

#[test]
fn case_33_work_that_panics_is_a_refusal() {
    let work = Blocking::start("test", || -> () { panic!("on purpose") }).unwrap();
    let lost = block_on(work).unwrap_err();
    assert!(matches!(lost, Lost::Panicked { name: "test" }), "{lost}");
    assert!(matches!(AuthError::from(lost), AuthError::Backend(_)));
}

#[test]
fn case_33_work_that_hangs_is_given_up_at_the_limit() {
    let (release, wait) = mpsc::channel::<()>();
    let work = Blocking::start("test", move || wait.recv().is_err()).unwrap();
    let lost = block_on(work.within(Duration::from_millis(20))).unwrap_err();
    assert!(matches!(AuthError::from(lost), AuthError::TimedOut));
    drop(release);
}

#[test]
fn a_thread_can_wait_for_it_in_pieces() {
    let (release, wait) = mpsc::channel::<()>();
    let mut work = Blocking::start("test", move || wait.recv().is_err()).unwrap();
    assert!(work.wait(Duration::ZERO).is_none());
    drop(release);
    assert!(matches!(work.wait(LONG), Some(Ok(true))));
}

#[test]
fn work_can_see_that_nobody_waits() {
    let (tell, told) = mpsc::channel();
    let work = Blocking::start_while("test", move |wanted| {
        while wanted.is_wanted() {
            thread::yield_now();
        }
        tell.send(()).unwrap();
    });
    drop(work.unwrap());
    told.recv().unwrap();
}

/// One whose `available` waits until the test lets it go.
#[derive(Debug)]
struct Slow {
    executor: ThreadId,
    entered: AtomicBool,
    release: Mutex<mpsc::Receiver<()>>,
    asked: AtomicUsize,
}

impl Slow {
    fn new() -> (Arc<Self>, mpsc::Sender<()>) {
        let (go, release) = mpsc::channel();
        let slow = Self {
            executor: thread::current().id(),
            entered: AtomicBool::new(false),
            release: Mutex::new(release),
            asked: AtomicUsize::new(0),
        };
        (Arc::new(slow), go)
    }
}

#[async_trait]
impl Authenticator for Slow {
    fn name(&self) -> &'static str {
        "slow"
    }

    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::Passphrase)
    }

    fn available(&self) -> Result<(), Unavailable> {
        assert_ne!(
            thread::current().id(),
            self.executor,
            "available would hold the executor"
        );
        self.entered.store(true, Ordering::SeqCst);
        // Closed: let go for good.
        self.release.lock().unwrap().recv().unwrap_err();
        Ok(())
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Ok(Evidence::assertion(challenge, Factor::Passphrase))
    }
}

/// A place that is free, and must not be looked at inside `poll` either.
#[derive(Debug)]
struct Free(ThreadId);

impl Place for Free {
    fn try_take(&self) -> Option<Taken> {
        assert_ne!(thread::current().id(), self.0, "it would hold the executor");
        Some(Taken::by(()))
    }
}

fn challenge(timeout: Duration) -> Challenge {
    let what = SafeText::literal("run a test");
    Challenge::new(what, FactorSet::only(Factor::Passphrase), timeout)
}

/// Every combinator that looks before it asks, on its own, and all of them.
fn wrapped(slow: &Arc<Slow>) -> Vec<Arc<dyn Authenticator>> {
    let store = || Arc::new(MemoryAttempts::default());
    let place = Arc::new(Free(slow.executor));
    let limit = || AttemptLimit::new(slow.clone(), store());
    let dialog = OneAtATime::new(Arc::new(limit()), place.clone());
    let counted = CoolDown::new(Arc::new(dialog), store()).for_asker(Asker::agent("codex"));
    let chain = FirstAvailable::new(vec![Arc::new(counted)]);
    vec![
        Arc::new(limit()),
        Arc::new(CoolDown::new(slow.clone(), store())),
        Arc::new(OneAtATime::new(slow.clone(), place)),
        Arc::new(Contained::new(Arc::new(chain))),
    ]
}

#[test]
fn case_33_an_available_that_blocks_holds_no_other_future_up() {
    for which in 0..4 {
        let (slow, go) = Slow::new();
        let asks = wrapped(&slow).remove(which);
        let challenge = challenge(LONG);
        // On the same thread: it gets its turn while `available` blocks.
        let meanwhile = async {
            while !slow.entered.load(Ordering::SeqCst) {
                future::yield_now().await;
            }
            assert_eq!(slow.asked.load(Ordering::SeqCst), 0);
            drop(go);
        };
        let (outcome, ()) = block_on(future::zip(asks.authenticate(&challenge), meanwhile));
        assert!(outcome.unwrap().answers(&challenge), "{which}");
    }
}

#[test]
fn case_33_an_available_that_hangs_is_over_at_the_deadline_and_nobody_is_asked() {
    let (slow, go) = Slow::new();
    let asks = wrapped(&slow).pop().unwrap();
    let challenge = challenge(Duration::from_millis(50));
    let outcome = block_on(asks.authenticate(&challenge));
    assert!(matches!(outcome, Err(AuthError::TimedOut)), "{outcome:?}");
    drop(go);
    assert_eq!(slow.asked.load(Ordering::SeqCst), 0);
}
