//! By which clock a person waits after wrong answers.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_lite::future::block_on;
use openpass_auth::{
    AuthError, Authenticator as _, Challenge, Clock, Factor, FactorSet, Moment, SafeText, Script,
    SinceBoot,
};
use openpass_policy::Tier;
use openpass_vault::{Door, Prompts, Requester};

use crate::{every::tier, sample::Sample};

/// A machine whose wall clock stands still.
#[derive(Debug)]
struct Running(Mutex<Duration>);

impl Clock for Running {
    fn now(&self) -> Moment {
        Moment {
            wall: Duration::from_secs(1_800_000_000),
            boot: Some(SinceBoot {
                id: 7,
                elapsed: *self.0.lock().unwrap(),
            }),
        }
    }
}

#[test]
fn case_11_the_vaults_clock_says_when_a_wait_after_wrong_answers_is_over() {
    let sample = Sample::new();
    let clock = Arc::new(Running(Mutex::new(Duration::from_secs(100))));
    let vault = sample.vault.clone().with_clock(Arc::clone(&clock) as _);
    let prompts = Prompts::at_a_terminal();
    let door = Door::to_change(&vault, Requester::Person, prompts, &tier(Tier::Admin)).unwrap();
    let wrong = (0..4).fold(Script::new(), |script, _| script.wrong(Factor::Passphrase));
    let limit = door.limited(wrong);
    let ask = || {
        let accepts = FactorSet::only(Factor::Passphrase);
        let what = SafeText::literal("raise it");
        let challenge = Challenge::new(what, accepts, Duration::from_secs(60));
        block_on(limit.authenticate(&challenge)).unwrap_err()
    };
    let is_wrong = |error| matches!(error, AuthError::Rejected { .. });
    for _ in 0..3 {
        assert!(is_wrong(ask()));
    }
    let AuthError::LockedOut { retry_after } = ask() else {
        panic!("nobody waits");
    };
    *clock.0.lock().unwrap() += retry_after.unwrap();
    assert!(is_wrong(ask()));
}
