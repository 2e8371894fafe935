//! How long a grant is good for is the host's to say.

use std::time::Duration;

use openpass_auth::{Factor, Script};
use openpass_policy::{GrantError, Guard, MemorySink, Outcome};

use crate::flags::{ada, engine, flag, set};

fn guard() -> Guard {
    let person = Script::new().yes(Factor::Passphrase);
    Guard::new(engine(""), person, MemorySink::new())
}

#[test]
fn a_grant_that_may_not_wait_has_expired() {
    let guard = guard().with_grant_lifetime(Duration::ZERO);
    let mut grant = guard.authorize_blocking(set(ada(), flag("prod"))).unwrap();
    assert_eq!(grant.begin(), Err(GrantError::Expired));
    let used = grant.redeem(&guard.issuer(), &set(ada(), flag("prod")));
    assert_eq!(used.unwrap_err(), GrantError::Expired);
}

#[test]
fn a_store_that_may_not_be_at_work_has_no_time() {
    let guard = guard().with_work_lifetime(Duration::ZERO);
    let mut grant = guard.authorize_blocking(set(ada(), flag("prod"))).unwrap();
    grant.begin().unwrap();
    let used = grant.redeem(&guard.issuer(), &set(ada(), flag("prod")));
    assert_eq!(used.unwrap_err(), GrantError::Expired);
}

#[test]
fn a_grant_waits_as_long_as_the_host_says() {
    let hour = Duration::from_secs(3600);
    let guard = guard().with_grant_lifetime(hour);
    let grant = guard.authorize_blocking(set(ada(), flag("prod"))).unwrap();
    let running = grant
        .redeem(&guard.issuer(), &set(ada(), flag("prod")))
        .unwrap();
    assert!(running.time_left() > hour / 2);
    running.settle(Outcome::Done).unwrap();
}
