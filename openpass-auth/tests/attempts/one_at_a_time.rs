//! One dialog at a time in one place.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_lite::future;
use openpass_auth::{
    AuthError, Authenticator, Challenge, Factor, FactorSet, FirstAvailable, OneAtATime, Place,
    SafeText, Taken, Unavailable,
};

use crate::stage::{Does, Person, ask, ask_and_drop};

/// A place that the test takes and gives back.
#[derive(Debug, Default)]
struct Screen {
    free: Arc<AtomicBool>,
    looked: AtomicUsize,
}

struct Held(Arc<AtomicBool>);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl Screen {
    fn that_is(free: bool) -> Arc<Self> {
        Arc::new(Self {
            free: Arc::new(AtomicBool::new(free)),
            looked: AtomicUsize::new(0),
        })
    }

    fn is_free(&self) -> bool {
        self.free.load(Ordering::SeqCst)
    }
}

impl Place for Screen {
    fn try_take(&self) -> Option<Taken> {
        self.looked.fetch_add(1, Ordering::SeqCst);
        let taken = self.free.swap(false, Ordering::SeqCst);
        taken.then(|| Taken::by(Held(Arc::clone(&self.free))))
    }
}

fn dialog(person: &Arc<Person>, screen: &Arc<Screen>) -> OneAtATime<Person> {
    OneAtATime::new(Arc::clone(person), Arc::clone(screen) as _)
}

fn a_short_challenge() -> Challenge {
    Challenge::new(
        SafeText::literal("run a test"),
        FactorSet::only(Factor::Passphrase),
        Duration::from_millis(200),
    )
}

#[test]
fn case_49_the_place_is_taken_while_a_dialog_is_up_and_given_back_after() {
    let screen = Screen::that_is(true);
    let person = Person::who(Does::StaysSilent);
    let dialog = dialog(&person, &screen);
    let challenge = crate::stage::a_challenge();
    let mut asking = dialog.authenticate(&challenge);
    // Whether it can ask, and the place, are looked at elsewhere.
    while person.asked() == 0 {
        assert!(future::block_on(future::poll_once(&mut asking)).is_none());
        std::thread::yield_now();
    }
    assert_eq!(person.asked(), 1);
    // A free place is taken at once: nobody waits with it in their hands.
    assert_eq!(screen.looked.load(Ordering::SeqCst), 1);
    assert!(!screen.is_free());
    drop(asking);
    assert!(screen.is_free());
    for does in [Does::AnswersRightly, Does::Cancels, Does::IsNotThere] {
        person.now(does);
        drop(ask(&dialog));
        assert!(screen.is_free(), "{does:?}");
    }
}

#[test]
fn case_49_another_dialog_waits_until_the_first_is_over() {
    let screen = Screen::that_is(false);
    let person = Person::who(Does::AnswersRightly);
    let dialog = dialog(&person, &screen);
    let asked = Mutex::new(None);
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let outcome = ask(&dialog);
            *asked.lock().unwrap() = Some(person.asked());
            outcome
        });
        while screen.looked.load(Ordering::SeqCst) < 3 {
            std::thread::yield_now();
        }
        assert_eq!(person.asked(), 0);
        screen.free.store(true, Ordering::SeqCst);
        drop(asking.join().unwrap().unwrap());
    });
    assert_eq!(person.asked(), 1);
    assert!(screen.is_free());
}

#[test]
fn case_49_a_place_that_is_never_given_back_hangs_nobody_and_a_terminal_is_asked() {
    let screen = Screen::that_is(false);
    let shown = Person::who(Does::AnswersRightly);
    let terminal = Person::who(Does::AnswersRightly);
    let chain = FirstAvailable::new(vec![
        Arc::new(dialog(&shown, &screen)) as _,
        Arc::clone(&terminal) as _,
    ]);
    let outcome = future::block_on(chain.authenticate(&a_short_challenge()));
    drop(outcome.unwrap());
    assert_eq!((shown.asked(), terminal.asked()), (0, 1));

    let alone = future::block_on(dialog(&shown, &screen).authenticate(&a_short_challenge()));
    assert!(
        matches!(
            alone,
            Err(AuthError::Unavailable(Unavailable::AnotherDialog))
        ),
        "{alone:?}"
    );
}

#[test]
fn case_49_a_dialog_that_is_called_off_while_it_waits_takes_no_place() {
    let screen = Screen::that_is(false);
    let person = Person::who(Does::StaysSilent);
    let dialog = dialog(&person, &screen);
    let challenge = crate::stage::a_challenge();
    let mut asking = dialog.authenticate(&challenge);
    while screen.looked.load(Ordering::SeqCst) < 3 {
        assert!(future::block_on(future::poll_once(&mut asking)).is_none());
        std::thread::yield_now();
    }
    drop(asking);
    screen.free.store(true, Ordering::SeqCst);
    // Whatever its thread still takes, it gives back: the next one is asked.
    ask_and_drop(&dialog, &person);
    assert_eq!(person.asked(), 1);
}
