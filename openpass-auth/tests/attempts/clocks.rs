//! Clocks that are set while somebody waits.

use std::{sync::Arc, time::Duration};

use openpass_auth::{
    AttemptLimit, AttemptStore, Attempts, AuthError, Clock as _, Delays, MemoryAttempts,
};
use proptest::prelude::*;

use crate::stage::{
    Does, NOON, Person, TestClock, ask, ask_and_be_killed, failed, remembered, secs,
};

fn limit(
    person: &Arc<Person>,
    store: &Arc<MemoryAttempts>,
    clock: &Arc<TestClock>,
) -> AttemptLimit {
    AttemptLimit::new(
        Arc::clone(person) as _,
        Arc::clone(store) as Arc<dyn AttemptStore>,
    )
    .with_clock(Arc::clone(clock) as _)
}

/// What is left to wait; zero when it asked.
fn left(limit: &AttemptLimit) -> Duration {
    match ask(limit) {
        Err(AuthError::LockedOut { retry_after }) => retry_after.unwrap(),
        Err(AuthError::Backend(broken)) => panic!("{broken}"),
        _ => Duration::ZERO,
    }
}

#[test]
fn case_8_setting_the_wall_clock_changes_nothing_while_the_machine_runs() {
    let clock = TestClock::new();
    let person = Person::who(Does::AnswersRightly);
    let limit = limit(&person, &failed(5, &clock), &clock);
    clock.pass(secs(20));
    for wall in [
        Duration::ZERO,
        NOON - Delays::DAY,
        NOON,
        NOON + Delays::DAY,
        NOON * 2,
    ] {
        clock.set_wall(wall);
        assert_eq!(left(&limit), secs(100));
    }
    clock.pass(secs(100));
    assert!(ask(&limit).is_ok());
}

#[test]
fn case_8_a_wall_clock_that_went_back_starts_the_wait_anew() {
    for clock in [TestClock::wall_only(), TestClock::new()] {
        let person = Person::who(Does::AnswersRightly);
        let store = failed(5, &clock);
        clock.pass(secs(119));
        clock.restart_the_machine();
        clock.set_wall(NOON - Delays::DAY);
        assert_eq!(left(&limit(&person, &store, &clock)), secs(120));
        clock.pass(secs(119));
        assert_eq!(left(&limit(&person, &store, &clock)), secs(1));
        clock.pass(secs(1));
        assert!(ask(&limit(&person, &store, &clock)).is_ok());
    }
}

#[test]
fn case_8_a_failure_in_the_far_future_does_not_lock_out_until_then() {
    let clock = TestClock::wall_only();
    clock.set_wall(NOON * 2);
    let person = Person::who(Does::AnswersRightly);
    let store = failed(5, &clock);
    clock.set_wall(NOON);
    assert_eq!(left(&limit(&person, &store, &clock)), secs(120));
    clock.pass(secs(120));
    assert!(ask(&limit(&person, &store, &clock)).is_ok());
}

#[test]
fn case_8_after_a_restart_with_a_lost_clock_the_time_since_the_start_decides() {
    let clock = TestClock::new();
    let person = Person::who(Does::AnswersRightly);
    let store = failed(5, &clock);
    clock.restart_the_machine();
    clock.set_wall(Duration::ZERO);
    assert_eq!(left(&limit(&person, &store, &clock)), secs(120));
    clock.pass(secs(10));
    // The network sets it right, years ahead: that is no waiting.
    clock.set_wall(NOON + secs(40));
    assert_eq!(left(&limit(&person, &store, &clock)), secs(110));
}

#[test]
fn failures_without_a_time_make_one_wait_from_now() {
    let clock = TestClock::new();
    let person = Person::who(Does::AnswersRightly);
    let mut attempts = Attempts::default();
    attempts.failures.count = 5;
    let store = Arc::new(MemoryAttempts::new(attempts));
    assert_eq!(left(&limit(&person, &store, &clock)), secs(120));
    clock.pass(secs(50));
    assert_eq!(left(&limit(&person, &store, &clock)), secs(70));
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Pass(u64),
    SetWall(u64),
    Restart,
    Ask(Does),
    Die,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let does = prop_oneof![
        5 => Just(Does::AnswersWrongly),
        1 => Just(Does::AnswersRightly),
        2 => Just(Does::Cancels),
    ];
    let pass = prop_oneof![0_u64..100, 0_u64..10_000, Just(24 * 3600)];
    let wall = prop_oneof![0_u64..4_000_000_000, 1_795_000_000_u64..1_796_000_000];
    let step = prop_oneof![
        4 => pass.prop_map(Step::Pass),
        2 => wall.prop_map(Step::SetWall),
        1 => Just(Step::Restart),
        6 => does.prop_map(Step::Ask),
        1 => Just(Step::Die),
    ];
    prop::collection::vec(step, 1..60)
}

/// The table of delays, written out.
fn delay(count: u32) -> Duration {
    let table = [0, 0, 0, 30, 60, 120, 240, 480, 960, 1920];
    secs(match count {
        100.. => 24 * 3600,
        _ => table.get(count as usize).copied().unwrap_or(3600),
    })
}

/// What really happened, by a clock that nobody sets.
struct Truth {
    now: Duration,
    count: u32,
    last: Duration,
}

impl Truth {
    fn left(&self) -> Duration {
        delay(self.count).saturating_sub(self.now - self.last)
    }

    fn asked(&mut self, does: Does) {
        match does {
            Does::AnswersWrongly | Does::StaysSilent => {
                self.count += 1;
                self.last = self.now;
            }
            Does::AnswersRightly => self.count = 0,
            _ => {}
        }
    }
}

/// Plays `steps`; after each question `judge` sees the truth of before, and
/// how long the limit says is left.
fn play(
    clock: &Arc<TestClock>,
    count: u32,
    steps: &[Step],
    judge: impl Fn(&Truth, Duration) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    let store = failed(count, clock);
    let person = Person::who(Does::Cancels);
    let limit = limit(&person, &store, clock);
    let mut truth = Truth {
        now: secs(0),
        count,
        last: secs(0),
    };
    for step in steps {
        let does = match *step {
            Step::Pass(seconds) => {
                clock.pass(secs(seconds));
                truth.now += secs(seconds);
                continue;
            }
            Step::SetWall(seconds) => {
                clock.set_wall(secs(seconds));
                continue;
            }
            Step::Restart => {
                clock.restart_the_machine();
                continue;
            }
            Step::Ask(does) => does,
            Step::Die => Does::StaysSilent,
        };
        person.now(does);
        let asked = person.asked();
        let left = if does == Does::StaysSilent && truth.left().is_zero() {
            ask_and_be_killed(&limit, &person);
            Duration::ZERO
        } else {
            person.now(if does == Does::StaysSilent {
                Does::AnswersWrongly
            } else {
                does
            });
            left(&limit)
        };
        judge(&truth, left)?;
        prop_assert_eq!(person.asked() - asked, usize::from(left.is_zero()));
        if left.is_zero() {
            truth.asked(does);
        }
        prop_assert_eq!(remembered(store.as_ref()).failures.count, truth.count);
    }
    Ok(())
}

proptest! {
    /// Within one run of the machine the limit is exact, whatever the wall
    /// clock is set to.
    #[test]
    fn case_8_while_the_machine_runs_waits_are_exact(count in 0_u32..110, steps in steps()) {
        let steps: Vec<_> = steps.into_iter().filter(|step| !matches!(step, Step::Restart)).collect();
        play(&TestClock::new(), count, &steps, |truth, left| {
            prop_assert_eq!(left, truth.left());
            Ok(())
        })?;
    }

    /// Across restarts, a wall clock that is only ever set back never makes a
    /// wait shorter, and whoever waits as long as they were told is asked.
    #[test]
    fn case_8_a_clock_set_back_never_shortens_a_wait(
        count in 0_u32..110,
        steps in steps(),
        has_boot_clock: bool,
    ) {
        let clock = if has_boot_clock { TestClock::new() } else { TestClock::wall_only() };
        let steps: Vec<_> = steps.into_iter().filter(|step| !matches!(step, Step::Die)).collect();
        let store = failed(count, &clock);
        let person = Person::who(Does::Cancels);
        let limit = limit(&person, &store, &clock);
        let mut truth = Truth { now: secs(0), count, last: secs(0) };
        for step in steps {
            match step {
                Step::Pass(seconds) => {
                    clock.pass(secs(seconds));
                    truth.now += secs(seconds);
                }
                Step::SetWall(seconds) => clock.set_wall(secs(seconds).min(clock.now().wall)),
                Step::Restart => clock.restart_the_machine(),
                Step::Die => {}
                Step::Ask(does) => {
                    person.now(does);
                    let told = left(&limit);
                    if !told.is_zero() {
                        prop_assert!(told >= truth.left());
                        clock.pass(told);
                        truth.now += told;
                        prop_assert_eq!(left(&limit), Duration::ZERO);
                    }
                    prop_assert_eq!(truth.left(), Duration::ZERO);
                    truth.asked(does);
                }
            }
        }
    }
}
