//! Asks for Touch ID once, for the checklist in docs/macos.md.
//!
//! ```text
//! ask [--only] [--seconds N] [--pin HEX] [--key FILE]
//! ask --make-key > FILE
//! ```
//!
//! Without `--pin` it takes the enrolment of now as pinned, as if a passphrase
//! had been given, and prints it. With `--only`, the dialog has no second
//! button. `--make-key` makes a key in the Secure Enclave and prints what a host would
//! keep of it; with `--key`, a yes is signed by it.
#![expect(
    clippy::print_stdout,
    reason = "it is a program that shows what happens"
)]

use std::{
    env,
    error::Error,
    fs,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures_lite::future::block_on;
use openpass_approval::{Approver, Approvers, read_key_set, write_key_set};
use openpass_auth::{
    Authenticator as _, BackendError, Binding, Challenge, Evidence, Factor, FactorSet, SafeText,
    Script,
};
use openpass_auth_macos::{
    BiometricAuthenticator, EnclaveKey, EnrolmentPin, EnrolmentStore, RenewsPin,
};

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

const USAGE: &str = "usage: ask [--only] [--seconds N] [--pin HEX] [--key FILE] | ask --make-key";

/// What one place signs for; any will do here.
const SCOPE: [u8; 16] = *b"the example, ask";

#[derive(Default)]
struct Options {
    only: bool,
    seconds: Option<u64>,
    pin: Option<EnrolmentPin>,
    key: Option<String>,
    make_key: bool,
}

fn options() -> Result<Options, Box<dyn Error>> {
    let mut options = Options::default();
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(USAGE);
        match argument.as_str() {
            "--only" => options.only = true,
            "--seconds" => options.seconds = Some(value()?.parse()?),
            "--pin" => options.pin = Some(value()?.parse()?),
            "--key" => options.key = Some(value()?),
            "--make-key" => options.make_key = true,
            _ => return Err(USAGE.into()),
        }
    }
    Ok(options)
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = options()?;
    if options.make_key {
        return make_key();
    }
    let store = Arc::new(Memory(Mutex::new(options.pin)));
    let mut finger = BiometricAuthenticator::new(store.clone());
    if options.only {
        finger = finger.biometric_only();
    }
    if options.pin.is_none() {
        pin_as_if_by_passphrase(&finger);
    }
    let mut approvers = Approvers::of(SCOPE);
    if let Some(file) = &options.key {
        let (approver, key) = read_key(file)?;
        finger = finger.with_approver(key);
        approvers = approvers.with(approver);
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
    let challenge = challenge(options.seconds.unwrap_or(60))
        .bound_to(binding(), FactorSet::only(Factor::Biometry));
    let outcome = block_on(finger.authenticate(&challenge));
    let took = asked.elapsed().as_secs_f64();
    match outcome {
        Ok(evidence) => {
            println!("outcome:   yes, by {} ({took:.1} s)", evidence.factor());
            tell_signature(&approvers, &evidence);
        }
        Err(error) => println!("outcome:   no, {error} ({took:.1} s)"),
    }
    Ok(())
}

/// What is asked, as whoever verifies knows it. A guard draws the nonce anew.
fn binding() -> Binding {
    Binding::new([1; 32], [2; 32]).within(SCOPE)
}

fn tell_signature(approvers: &Approvers, evidence: &Evidence) {
    let Some(assertion) = evidence.signature() else {
        return println!("signed:    no");
    };
    match approvers.verify(&binding(), evidence.factor(), assertion) {
        Ok(approval) => println!("signed:    yes, by {}", approval.approver().id()),
        Err(error) => println!("signed:    {error}"),
    }
}

/// Makes a key, and prints its stored form and its approver.
fn make_key() -> Result<(), Box<dyn Error>> {
    let (approver, key) = EnclaveKey::create("the example, ask", "")?;
    let stored: String = key.stored().iter().map(|b| format!("{b:02x}")).collect();
    println!("{stored}\n{}", write_key_set(&[approver]));
    Ok(())
}

fn read_key(file: &str) -> Result<(Approver, EnclaveKey), Box<dyn Error>> {
    let text = fs::read_to_string(file)?;
    let (stored, approvers) = text
        .split_once('\n')
        .ok_or("this is nothing of --make-key")?;
    let digits = stored.as_bytes().chunks(2);
    let stored: Result<Vec<u8>, Box<dyn Error>> = digits
        .map(|two| Ok(u8::from_str_radix(str::from_utf8(two)?, 16)?))
        .collect();
    let approvers = read_key_set(approvers.as_bytes())?;
    let approver = approvers.into_iter().next().ok_or("no approver")?;
    let key = EnclaveKey::of(&approver, &stored?)?;
    Ok((approver, key))
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
