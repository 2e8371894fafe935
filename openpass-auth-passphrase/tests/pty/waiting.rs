//! The terminal while a passphrase is verified, which takes a while.

use std::sync::Arc;

use openpass_auth::Authenticator;
use openpass_auth_passphrase::{
    Passphrase, PassphraseAuthenticator, PassphraseVerifier, TerminalPrompt, Verified, VerifyError,
};

use crate::{RIGHT, child::OnlyRight, person::Person};

const ASKS: &str = "Passphrase: ";
const NOTE: &str = "Verifying\u{2026}";
const GONE: &str = "\r          \r";

#[test]
fn a_long_verification_says_so_and_takes_it_back() {
    let mut person = Person::at("verify slowly");
    person.sees(ASKS);
    person.types(format!("{RIGHT}\r"));
    person.sees(NOTE);
    assert!(!person.echo_is_on());
    person.pipes("go\n");
    person.sees(GONE);
    person.ends_with("yes");
}

#[test]
fn a_short_one_says_nothing() {
    let mut person = Person::at("ask");
    person.sees(ASKS);
    person.types(format!("{RIGHT}\r"));
    person.ends_with("yes");
    assert!(!person.screen().contains("Verifying"));
}

#[test]
fn case_34_what_is_typed_meanwhile_is_not_shown_and_never_reaches_the_shell() {
    let mut person = Person::at("verify slowly, then read a line");
    person.sees(ASKS);
    person.types("hunter2hunter2\r");
    person.sees(NOTE);
    person.types_to_the_end("hunter2 again?\r\nrm -rf everything\n");
    person.pipes("go\n");
    person.ends_with("the answer was wrong");
    person.types("my own line\n");
    assert_eq!(person.hears(), r#"line "my own line\n""#);
    for secret in ["hunter2", "rm -rf"] {
        assert!(!person.screen().contains(secret));
    }
}

#[test]
fn control_c_refuses_although_the_passphrase_was_right() {
    let mut person = Person::at("verify slowly");
    person.sees(ASKS);
    person.types(format!("{RIGHT}\r"));
    person.sees(NOTE);
    person.types("\x03");
    // Nothing was piped: the verifier still works.
    person.ends_with("cancelled by the person");
}

#[test]
fn the_deadline_gives_the_terminal_back_before_the_verdict() {
    let mut person = Person::at("verify slowly for a moment");
    person.sees(ASKS);
    person.types(format!("{RIGHT}\r"));
    person.ends_with("nobody answered in time");
}

#[test]
fn case_33_a_verifier_that_panics_leaves_the_terminal_as_it_was() {
    let mut person = Person::at("verify by panicking");
    person.sees(ASKS);
    person.types(format!("{RIGHT}\r"));
    person.ends_with("the passphrase could not be verified: the verifier failed");
}

#[derive(Debug)]
struct Panics;

impl PassphraseVerifier for Panics {
    fn verify(&self, _: &Passphrase) -> Result<Verified, VerifyError> {
        panic!("on purpose")
    }
}

pub(crate) fn panicking() -> Arc<dyn Authenticator> {
    Arc::new(PassphraseAuthenticator::new(TerminalPrompt::new(), Panics))
}

/// What a panic is with `panic = "abort"`.
#[derive(Debug)]
struct Aborts;

impl PassphraseVerifier for Aborts {
    fn verify(&self, _: &Passphrase) -> Result<Verified, VerifyError> {
        std::process::abort()
    }
}

pub(crate) fn aborting() -> Arc<dyn Authenticator> {
    Arc::new(PassphraseAuthenticator::new(TerminalPrompt::new(), Aborts))
}

/// Verifies when a line comes on stdin.
#[derive(Debug)]
struct Slow;

impl PassphraseVerifier for Slow {
    fn verify(&self, passphrase: &Passphrase) -> Result<Verified, VerifyError> {
        std::io::stdin().read_line(&mut String::new()).unwrap();
        OnlyRight.verify(passphrase)
    }
}

pub(crate) fn slow() -> Arc<dyn Authenticator> {
    Arc::new(PassphraseAuthenticator::new(TerminalPrompt::new(), Slow))
}
