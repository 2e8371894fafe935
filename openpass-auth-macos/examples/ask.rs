//! Asks for Touch ID once, for the checklist in docs/macos.md.
//!
//! ```text
//! ask [--only] [--seconds N] [--pin HEX]
//! ```
//!
//! Without `--pin` it takes the enrolment of now as pinned, as if a passphrase
//! had been given, and prints it. With `--only`, the dialog has no second
//! button.
#![expect(
    clippy::print_stdout,
    reason = "it is a program that shows what happens"
)]

use std::{
    env,
    error::Error,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures_lite::future::block_on;
use openpass_auth::{
    Authenticator as _, BackendError, Challenge, Factor, FactorSet, SafeText, Script,
};
use openpass_auth_macos::{BiometricAuthenticator, EnrolmentPin, EnrolmentStore, RenewsPin};

#[derive(Debug, Default)]
struct Memory(Mutex<Option<EnrolmentPin>>);

impl EnrolmentStore for Memory {
    fn load(&self) -> Result<Option<EnrolmentPin>, BackendError> {
        Ok(*self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn save(&self, pin: &EnrolmentPin) -> Result<(), BackendError> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(*pin);
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut only = false;
    let mut seconds = 60;
    let mut pin = None;
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--only" => only = true,
            "--seconds" => seconds = arguments.next().unwrap_or_default().parse()?,
            "--pin" => pin = Some(arguments.next().unwrap_or_default().parse()?),
            _ => return Err("usage: ask [--only] [--seconds N] [--pin HEX]".into()),
        }
    }
    let store = Arc::new(Memory(Mutex::new(pin)));
    let mut finger = BiometricAuthenticator::new(store.clone());
    if only {
        finger = finger.biometric_only();
    }
    if pin.is_none() {
        pin_as_if_by_passphrase(&finger);
    }
    match store.load()? {
        Some(pin) => println!("pinned:    {pin}"),
        None => println!("pinned:    nothing"),
    }
    match finger.available() {
        Ok(()) => println!("available: yes"),
        Err(reason) => println!("available: no, {reason}"),
    }
    let asked = Instant::now();
    let outcome = block_on(finger.authenticate(&challenge(seconds)));
    let took = asked.elapsed().as_secs_f64();
    match outcome {
        Ok(evidence) => println!("outcome:   yes, by {} ({took:.1} s)", evidence.factor()),
        Err(error) => println!("outcome:   no, {error} ({took:.1} s)"),
    }
    Ok(())
}

fn challenge(seconds: u64) -> Challenge {
    let summary = SafeText::fill(
        "raise agent {} from read-only to admin (7 more powers)",
        &[&SafeText::quoted("codex")],
    );
    let accepts = FactorSet::from_iter(Factor::ALL);
    Challenge::new(summary, accepts, Duration::from_secs(seconds))
        .with_code(SafeText::literal("K7QX"))
}

fn pin_as_if_by_passphrase(finger: &BiometricAuthenticator) {
    let passphrase = Arc::new(Script::new().yes(Factor::Passphrase));
    let renews = RenewsPin::new(passphrase, finger.clone());
    drop(block_on(renews.authenticate(&challenge(10))));
    if let Some(error) = renews.take_failure() {
        println!("not pinned: {error}");
    }
}
