//! Prompts by place: as many at once as there are places, one at a time in each.

use std::{
    collections::BTreeMap,
    pin::pin,
    sync::{
        Arc, Barrier, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};

use async_trait::async_trait;
use futures_lite::future::{block_on, poll_once, yield_now};
use openpass_auth::{
    AuthError, Authenticator, Challenge, Evidence, Factor, FactorSet, PromptPlace, Unavailable,
};
use openpass_policy::{Entity, Grant, Guard, MemorySink, Refusal};

use crate::flags::{engine, flag, set};

/// Each test has the places of the process for itself.
static ALONE: Mutex<()> = Mutex::new(());

/// Asks each person at their own place, and says yes once `together` are being asked.
#[derive(Debug)]
struct Phones {
    at_their_own: bool,
    together: Option<Barrier>,
    /// By place: how many are asked now, and the most so far.
    asked: Mutex<BTreeMap<String, (usize, usize)>>,
    all: AtomicUsize,
}

impl Phones {
    fn new(at_their_own: bool, together: Option<usize>) -> Arc<Self> {
        Arc::new(Self {
            at_their_own,
            together: together.map(Barrier::new),
            asked: Mutex::default(),
            all: AtomicUsize::new(0),
        })
    }

    fn most(&self) -> usize {
        let asked = self.asked.lock().unwrap();
        asked
            .values()
            .map(|(_, most)| *most)
            .max()
            .unwrap_or_default()
    }
}

#[async_trait]
impl Authenticator for Phones {
    fn name(&self) -> &'static str {
        "phones"
    }
    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::Passphrase)
    }
    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }
    fn places(&self, challenge: &Challenge) -> Vec<PromptPlace> {
        match challenge.principal() {
            Some(person) if self.at_their_own => vec![PromptPlace::named(&*person.id)],
            _ => vec![PromptPlace::anywhere()],
        }
    }
    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        let place = format!("{:?}", self.places(challenge));
        {
            let mut asked = self.asked.lock().unwrap();
            let (now, most) = asked.entry(place.clone()).or_default();
            *now += 1;
            *most = (*most).max(*now);
        }
        self.all.fetch_add(1, SeqCst);
        match &self.together {
            // Passes only once all of them are up.
            Some(together) => drop(together.wait()),
            None => {
                for _ in 0..50 {
                    yield_now().await;
                }
            }
        }
        self.asked.lock().unwrap().get_mut(&place).unwrap().0 -= 1;
        Ok(Evidence::assertion(challenge, Factor::Passphrase))
    }
}

fn ask(guard: &Guard, person: &str) -> Result<Grant, Refusal> {
    let person = Entity::new("Flags::Person", person).with("oncall", false);
    let operation = set(person.within("Flags::Team", "payments"), flag("prod"));
    guard.authorize_blocking(operation)
}

fn guard(phones: &Arc<Phones>) -> Guard {
    Guard::new(engine(""), Arc::clone(phones), MemorySink::new())
}

fn ask_all(guard: &Guard, people: &[String]) {
    thread::scope(|scope| {
        for person in people {
            scope.spawn(move || drop(ask(guard, person).unwrap()));
        }
    });
}

#[test]
fn twenty_people_at_twenty_places_are_asked_at_once() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let phones = Phones::new(true, Some(20));
    let people: Vec<String> = (0..20).map(|n| format!("person-{n}")).collect();
    ask_all(&guard(&phones), &people);
    assert_eq!(phones.all.load(SeqCst), 20);
}

#[test]
fn at_one_place_it_is_one_after_the_other_whatever_the_guard() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let phones = Phones::new(true, None);
    let guards = [guard(&phones), guard(&phones)];
    thread::scope(|scope| {
        for guard in &guards {
            scope.spawn(|| ask_all(guard, &vec!["ada".to_owned(); 6]));
        }
    });
    assert_eq!((phones.most(), phones.all.load(SeqCst)), (1, 12));
}

#[test]
fn who_says_nothing_of_the_place_is_shown_alone() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let phones = Phones::new(false, None);
    let people: Vec<String> = (0..8).map(|n| format!("person-{n}")).collect();
    ask_all(&guard(&phones), &people);
    assert_eq!((phones.most(), phones.all.load(SeqCst)), (1, 8));
}

/// Never answers, and counts how many are asked.
#[derive(Debug)]
struct Silent {
    places: Vec<PromptPlace>,
    asked: Arc<AtomicUsize>,
}

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
    fn places(&self, _: &Challenge) -> Vec<PromptPlace> {
        self.places.clone()
    }
    async fn authenticate(&self, _: &Challenge) -> Result<Evidence, AuthError> {
        self.asked.fetch_add(1, SeqCst);
        std::future::pending().await
    }
}

fn silent(place: Option<&'static str>, asked: &Arc<AtomicUsize>) -> Guard {
    let place = place.map(PromptPlace::named);
    silent_at(vec![place.unwrap_or_else(PromptPlace::anywhere)], asked)
}

fn silent_at(places: Vec<PromptPlace>, asked: &Arc<AtomicUsize>) -> Guard {
    let asked = Arc::clone(asked);
    Guard::new(engine(""), Silent { places, asked }, MemorySink::new())
}

/// How many of two are asked: one at `up`, then one at `waits`; and what the second is
/// told when there is no time to wait.
fn asked(up: Option<&'static str>, waits: Option<&'static str>) -> (usize, AuthError) {
    let asked = Arc::new(AtomicUsize::new(0));
    let silent = |place| silent(place, &asked);
    let (first, second) = (silent(up), silent(waits));
    let operation = || set(crate::flags::ada(), flag("prod"));
    let mut at_first = pin!(first.authorize(operation()));
    assert!(block_on(poll_once(&mut at_first)).is_none());
    let count = {
        let mut at_second = pin!(second.authorize(operation()));
        assert!(block_on(poll_once(&mut at_second)).is_none());
        asked.load(SeqCst)
    };
    let hurried = silent(waits).with_timeout(Duration::ZERO);
    match ask(&hurried, "eve") {
        Err(Refusal::NotAuthenticated(error)) => (count, error),
        other => panic!("{other:?}"),
    }
}

#[test]
fn who_waits_past_the_deadline_for_a_place_that_is_taken_is_told_so() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let phone = Some("a phone");
    // What may be anywhere is beside nothing, and nothing is beside it.
    for (up, waits) in [(phone, phone), (None, phone), (phone, None), (None, None)] {
        let (count, error) = asked(up, waits);
        assert_eq!(count, 1, "{up:?}, {waits:?}");
        let AuthError::Unavailable(Unavailable::Busy { place }) = &error else {
            panic!("{up:?}, {waits:?}: {error}");
        };
        // Where what is waited for is, and not where it was to be shown.
        let told = match (up, waits) {
            (Some(_), Some(_)) => "on a phone",
            _ => "in this program",
        };
        assert_eq!(place.as_str(), told, "{up:?}, {waits:?}");
    }
    let (count, _) = asked(phone, Some("another phone"));
    assert_eq!(count, 2);
}

#[test]
fn a_question_at_another_place_frees_none_that_is_taken() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let asked = Arc::new(AtomicUsize::new(0));
    let [first, between, last] = ["a phone", "another phone", "a phone"].map(|place| {
        let guard = silent(Some(place), &asked);
        async move {
            guard
                .authorize(set(crate::flags::ada(), flag("prod")))
                .await
        }
    });
    let (mut first, mut between, mut last) = (pin!(first), pin!(between), pin!(last));
    assert!(block_on(poll_once(&mut first)).is_none());
    assert!(block_on(poll_once(&mut between)).is_none());
    assert_eq!(asked.load(SeqCst), 2);
    assert!(block_on(poll_once(&mut last)).is_none());
    assert_eq!(asked.load(SeqCst), 2, "two questions are up on one phone");
}

#[test]
fn what_asks_in_no_place_waits_for_none() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let asked = Arc::new(AtomicUsize::new(0));
    let operation = || set(crate::flags::ada(), flag("prod"));
    let (anywhere, nowhere) = (silent(None, &asked), silent_at(Vec::new(), &asked));
    let (mut shown, mut unseen) = (
        pin!(anywhere.authorize(operation())),
        pin!(nowhere.authorize(operation())),
    );
    assert!(block_on(poll_once(&mut shown)).is_none());
    assert!(block_on(poll_once(&mut unseen)).is_none());
    assert_eq!(asked.load(SeqCst), 2);
}
