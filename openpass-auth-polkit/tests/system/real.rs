//! By Debian's own polkitd.

use std::time::Duration;

use futures_lite::future::{block_on, poll_once};
use openpass_auth::{AuthError, Authenticator, CancelledBy, Factor, Unavailable};

use crate::{
    MINUTE, ask, challenge,
    control::{number, tell},
    polkit, unavailable,
};

/// Asks the user's own processes for themselves, and lets them word the dialog.
const ASKS: &str = "org.openpass.test.asks";

/// The agent asks for this process from here on.
pub(crate) fn agent(does: &str) -> Agent {
    tell(&format!("register {}", us()));
    tell(&format!("does {does}"));
    Agent
}

fn us() -> String {
    let uid = rustix::process::getuid().as_raw();
    format!("{} {uid}", std::process::id())
}

pub(crate) struct Agent;

impl Drop for Agent {
    fn drop(&mut self) {
        tell(&format!("unregister {}", us()));
    }
}

fn wait_until(mut holds: impl FnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !holds() {
        assert!(begun.elapsed() < MINUTE, "it never came");
        std::thread::yield_now();
    }
}

#[test]
#[ignore = "real: .ci/polkit.sh"]
fn real_a_person_who_authenticates_says_yes_to_the_question_in_the_dialog() {
    let _agent = agent("approve");
    let evidence = ask(ASKS).unwrap();
    assert_eq!(evidence.factor(), Factor::SystemLogin);
    assert_eq!(
        tell("message"),
        r#"Authentication is required to remove agent "codex $(user) \u{3c}b>""#
    );
    // Nothing is kept: the next question is put again.
    let shown = number("shown");
    drop(ask(ASKS).unwrap());
    assert_eq!(number("shown"), shown + 1);
}

#[test]
#[ignore = "real: .ci/polkit.sh"]
fn real_a_wrong_password_and_a_dismissed_dialog_are_told_apart() {
    let _agent = agent("wrong");
    let factor = Factor::SystemLogin;
    assert!(matches!(ask(ASKS), Err(AuthError::Rejected { factor: it }) if it == factor));
    tell("does cancel");
    let cancelled = ask(ASKS).unwrap_err();
    assert!(matches!(
        cancelled,
        AuthError::Cancelled(CancelledBy::Person)
    ));
}

#[test]
#[ignore = "real: .ci/polkit.sh"]
fn real_a_dialog_that_nobody_answers_is_taken_down_at_the_deadline() {
    let _agent = agent("nothing");
    let question = challenge(Duration::from_secs(2));
    let late = block_on(polkit(ASKS).authenticate(&question)).unwrap_err();
    assert!(matches!(late, AuthError::TimedOut), "{late}");
    wait_until(|| number("open") == 0);
}

#[test]
#[ignore = "real: .ci/polkit.sh"]
fn real_a_dropped_question_takes_the_dialog_down() {
    let _agent = agent("nothing");
    let (authenticator, question) = (polkit(ASKS), challenge(MINUTE));
    let mut asked = authenticator.authenticate(&question);
    assert!(block_on(poll_once(&mut asked)).is_none());
    wait_until(|| number("open") == 1);
    drop(asked);
    wait_until(|| number("open") == 0);
}

#[test]
#[ignore = "real: .ci/polkit.sh"]
fn real_without_an_agent_nobody_is_asked() {
    let why = ask(ASKS).unwrap_err().to_string();
    assert!(
        why.contains("no authentication agent runs in this session"),
        "{why}"
    );
}

#[test]
#[ignore = "real: .ci/polkit.sh"]
fn real_a_yes_without_a_question_is_no_yes() {
    let _agent = agent("approve");
    let shown = number("shown");
    // The policy's own yes, and a rule's.
    for action in ["org.openpass.test.yes", "org.openpass.test.ruled"] {
        let why = unavailable(action);
        assert!(why.contains("yes without asking anybody"), "{why}");
    }
    let why = unavailable("org.openpass.test.keeps");
    assert!(why.contains("auth_self, not auth_self_keep"), "{why}");
    assert_eq!(number("shown"), shown);
}

#[test]
#[ignore = "real: .ci/polkit.sh"]
fn real_what_is_not_installed_refused_or_cannot_be_shown_asks_nobody() {
    let _agent = agent("approve");
    let shown = number("shown");
    let why = unavailable("org.openpass.test.unknown");
    assert!(why.contains("/usr/share/polkit-1/actions"), "{why}");
    let why = unavailable("org.openpass.test.no");
    assert!(why.contains("refuses here without asking"), "{why}");
    let why = unavailable("org.openpass.test.unowned");
    assert!(why.contains("name this user as an owner"), "{why}");
    let long = "x".repeat(400);
    let question = openpass_auth::Challenge::new(
        openpass_auth::SafeText::whole(&long),
        openpass_auth::FactorSet::only(Factor::SystemLogin),
        MINUTE,
    );
    let no_room = block_on(polkit(ASKS).authenticate(&question)).unwrap_err();
    assert!(matches!(
        no_room,
        AuthError::Unavailable(Unavailable::NoRoom)
    ));
    assert_eq!(number("shown"), shown);
}
