//! One prompt at a time.

use std::{process::Stdio, sync::Arc, thread, time::Duration};

use openpass_auth::{Authenticator, Challenge, Factor, FactorSet, SafeText};
use openpass_auth_passphrase::{
    Passphrase, PassphraseAuthenticator, PassphraseVerifier, TerminalPrompt, Verified, VerifyError,
};

use crate::{
    RIGHT,
    child::{another, ask, asks, echo_is_on, moment, question, report},
    person::Person,
};

const ASKS: &str = "Passphrase: ";

#[test]
fn case_10_two_at_once_are_asked_one_after_the_other_each_for_itself() {
    let mut person = Person::at("ask two things at once");
    for number in 1..=2 {
        person.sees("Approve: do ");
        person.sees(ASKS);
        let screen = person.screen();
        assert_eq!(screen.matches("Approve: ").count(), number, "{screen}");
        let (_, asked) = screen.rsplit_once("Approve: do ").unwrap();
        let thing = asked.chars().next().unwrap();
        // Each has a passphrase of its own: for the other it would be wrong.
        person.types(format!("the passphrase for {thing}\r"));
        assert_eq!(person.hears(), format!("{thing}: yes"));
    }
    assert!(person.terminal_is_as_it_was());
}

pub(crate) fn ask_two_things_at_once() {
    let both = ["A", "B"].map(|thing| {
        thread::spawn(move || {
            let verifier = OnlyFor(thing);
            let prompt = TerminalPrompt::new();
            let asks = PassphraseAuthenticator::new(prompt, verifier);
            let asks: Arc<dyn Authenticator> = Arc::new(asks);
            report(&format!("{thing}: {}", ask(&asks, &what(thing))));
        })
    });
    for asking in both {
        asking.join().unwrap();
    }
}

fn what(thing: &'static str) -> Challenge {
    let what = SafeText::fill("do {}", &[&SafeText::literal(thing)]);
    let accepts = FactorSet::only(Factor::Passphrase);
    Challenge::new(what, accepts, Duration::from_secs(60))
}

#[derive(Debug)]
struct OnlyFor(&'static str);

impl PassphraseVerifier for OnlyFor {
    fn verify(&self, passphrase: &Passphrase) -> Result<Verified, VerifyError> {
        if passphrase.expose() == format!("the passphrase for {}", self.0) {
            Ok(Verified::unnamed())
        } else {
            Err(VerifyError::Wrong)
        }
    }
}

#[test]
fn case_10_whoever_waits_for_another_prompt_waits_until_the_deadline() {
    let mut person = Person::at("ask while another prompt is up");
    person.sees(ASKS);
    assert_eq!(person.hears(), "the second: nobody answered in time");
    assert_eq!(person.screen().matches("Approve: ").count(), 1);
    person.types(format!("{RIGHT}\r"));
    person.ends_with("the first: yes");
}

pub(crate) fn ask_while_another_prompt_is_up() {
    let first = thread::spawn(|| ask(&asks(TerminalPrompt::new()), &question(60)));
    wait_until_somebody_asks();
    let second = ask(&asks(TerminalPrompt::new()), &moment());
    report(&format!("the second: {second}"));
    report(&format!("the first: {}", first.join().unwrap()));
}

#[test]
fn case_10_another_programs_prompt_keeps_the_terminal() {
    let mut person = Person::at("ask while another program asks");
    let refused = "nobody could be asked: another program is asking on this terminal";
    assert_eq!(person.hears(), refused);
    person.sees(ASKS);
    assert_eq!(person.screen().matches("Approve: ").count(), 1);
    person.types(format!("{RIGHT}\r"));
    person.ends_with("yes");
}

pub(crate) fn ask_while_another_program_asks() {
    let mut other = another("ask").stdin(Stdio::null()).spawn().unwrap();
    wait_until_somebody_asks();
    report(&ask(&asks(TerminalPrompt::new()), &question(60)));
    other.wait().unwrap();
}

fn wait_until_somebody_asks() {
    while echo_is_on() {
        thread::yield_now();
    }
}
