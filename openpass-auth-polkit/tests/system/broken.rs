//! By a polkit that is broken, a false one, and none at all.

use std::time::Duration;

use futures_lite::future::block_on;
use openpass_auth::{AuthError, Authenticator};

use crate::{ask, challenge, control::tell, polkit, unavailable};

const ACTION: &str = "org.openpass.test.asks";

fn does(first: &str, second: &str) {
    tell(&format!("does {first} {second}"));
}

#[test]
#[ignore = "broken: .ci/polkit.sh"]
fn broken_what_polkit_says_before_anybody_is_asked_asks_nobody() {
    for (first, why) in [
        ("yes", "yes without asking anybody"),
        ("kept", "would remember the answer"),
        ("keeps", "would remember the answer"),
        ("garbled", "cannot be read"),
        ("fail", "cannot be read"),
        ("never", "does not answer"),
    ] {
        does(first, "yes");
        let said = unavailable(ACTION);
        assert!(said.contains(why), "{first}: {said}");
    }
}

#[test]
#[ignore = "broken: .ci/polkit.sh"]
fn broken_what_polkit_says_when_it_was_to_ask_is_no_yes() {
    for (second, why) in [
        ("both", "an answer that should not be possible"),
        ("kept", "changed while it asked"),
        ("garbled", "cannot be read"),
        ("fail", "cannot be read"),
        ("huge", "no authentication agent"),
    ] {
        does("huge", second);
        let said = ask(ACTION).unwrap_err().to_string();
        assert!(said.contains(why), "{second}: {said}");
    }
}

#[test]
#[ignore = "broken: .ci/polkit.sh"]
fn broken_a_polkit_that_never_answers_is_not_waited_for() {
    does("ask", "never");
    let question = challenge(Duration::from_secs(2));
    let late = block_on(polkit(ACTION).authenticate(&question)).unwrap_err();
    assert!(matches!(late, AuthError::TimedOut), "{late}");
}

#[test]
#[ignore = "leaving: .ci/polkit.sh"]
fn leaving_a_polkit_that_ends_while_it_asks_is_no_yes() {
    does("ask", "leave");
    let said = ask(ACTION).unwrap_err();
    assert!(matches!(said, AuthError::Backend(_)), "{said:?}");
    assert!(said.to_string().contains("ended while it asked"), "{said}");
}

#[test]
#[ignore = "false-polkit: .ci/polkit.sh"]
fn false_polkit_of_an_ordinary_user_is_not_believed() {
    does("ask", "yes");
    let why = unavailable(ACTION);
    assert!(why.contains("polkit runs neither as root"), "{why}");
}

#[test]
#[ignore = "false-bus: .ci/polkit.sh"]
fn false_bus_of_an_ordinary_user_is_not_believed() {
    let why = unavailable(ACTION);
    assert!(why.contains("the system bus runs neither as root"), "{why}");
}

/// The script has `DBUS_SYSTEM_BUS_ADDRESS` name a bus of root's with a polkit of root's
/// that says yes.
#[test]
#[ignore = "no-bus: .ci/polkit.sh"]
fn no_bus_is_taken_from_the_environment() {
    assert!(std::env::var_os("DBUS_SYSTEM_BUS_ADDRESS").is_some());
    let why = unavailable(ACTION);
    assert!(why.contains("/run/dbus/system_bus_socket"), "{why}");
}

#[test]
#[ignore = "no-polkit: .ci/polkit.sh"]
fn no_polkit_on_the_bus_is_told() {
    let why = unavailable(ACTION);
    assert!(why.contains("polkit does not run on this system"), "{why}");
}

/// Run as root.
#[test]
#[ignore = "as-root: .ci/polkit.sh"]
fn as_root_nobody_is_asked() {
    let root = openpass_auth::Unavailable::RunsAsRoot;
    assert_eq!(polkit(ACTION).available(), Err(root.clone()));
    let asked = ask(ACTION).unwrap_err();
    assert!(matches!(asked, AuthError::Unavailable(why) if why == root));
}
