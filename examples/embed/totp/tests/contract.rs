//! The authenticator keeps the contract, and a code is good once.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::sync::{
    Arc, Condvar, Mutex,
    atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst},
};

use embed_totp::{Codes, LastStep as _, MemoryStep, StepFile, TotpAuthenticator};
use openpass_auth::{
    AuthError, Authenticator, CancelledBy, Factor, Unavailable,
    contract::{self, Harness, Scenario},
};
use openpass_auth_passphrase::{Cancel, Passphrase, PassphrasePrompt, Question};
use totp_rs::{Builder, Secret};

const KEY: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const WRONG: &str = "13570246";
/// A clock that each question moves on by a step, shared by the tests of this file.
static NOW: AtomicU64 = AtomicU64::new(1_000_000_020);

fn now() -> u64 {
    NOW.load(SeqCst)
}

fn code_at(time: u64) -> String {
    let secret = Secret::try_from_base32(KEY).unwrap();
    let totp = Builder::new()
        .with_secret(secret)
        .with_digits(8)
        .build()
        .unwrap();
    totp.generate(time).to_string()
}

#[derive(Debug, Default)]
struct Person {
    shown: AtomicUsize,
    open: AtomicUsize,
    /// What was given to the question of this number, too late.
    late: Mutex<Option<usize>>,
    told: Condvar,
}

#[derive(Debug)]
struct Prompt(Arc<Person>, Scenario, Passphrase);

struct OnShow<'a>(&'a Person);

impl Drop for OnShow<'_> {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, SeqCst);
    }
}

impl PassphrasePrompt for Prompt {
    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    fn ask(&self, question: &Question, cancel: &Cancel) -> Result<Passphrase, AuthError> {
        let number = self.0.shown.fetch_add(1, SeqCst) + 1;
        self.0.open.fetch_add(1, SeqCst);
        let _on_show = OnShow(&self.0);
        let typed = |text: &str| Ok(Passphrase::new(text.as_bytes()).unwrap());
        match self.1 {
            Scenario::Approves => typed(&code_at(NOW.fetch_add(30, SeqCst) + 30)),
            Scenario::RepeatsAnswer => typed(self.2.expose()),
            Scenario::AnswersWrongly => typed(WRONG),
            Scenario::Cancels => Err(AuthError::Cancelled(CancelledBy::Person)),
            _ => {
                let this = Arc::clone(&self.0);
                cancel.on_cancel(move || {
                    // After whoever looks has begun to wait.
                    drop(this.late.lock().unwrap());
                    this.told.notify_all();
                });
                let late = self.0.late.lock().unwrap();
                let waits =
                    |late: &mut Option<usize>| *late != Some(number) && !cancel.is_cancelled();
                let (late, _) = self
                    .0
                    .told
                    .wait_timeout_while(late, question.time_left(), waits)
                    .unwrap();
                if cancel.is_cancelled() {
                    return Err(AuthError::Cancelled(CancelledBy::Host));
                }
                if *late == Some(number) {
                    typed(&code_at(now()))
                } else {
                    Err(AuthError::TimedOut)
                }
            }
        }
    }
}

struct WithCodes(Arc<Person>);

impl Harness for WithCodes {
    fn factor(&self) -> Factor {
        Factor::OneTimeCode
    }

    fn authenticator(&self, scenario: Scenario) -> Arc<dyn Authenticator> {
        // Its `Debug` shows nothing of it.
        let first = Passphrase::new(code_at(now()).as_bytes()).unwrap();
        let prompt = Prompt(Arc::clone(&self.0), scenario, first);
        let codes = Codes::new(KEY, 8, Arc::new(MemoryStep::default())).unwrap();
        Arc::new(TotpAuthenticator::new(prompt, codes.with_clock(now)))
    }

    fn prompts_shown(&self) -> usize {
        self.0.shown.load(SeqCst)
    }

    fn prompt_is_open(&self) -> bool {
        self.0.open.load(SeqCst) > 0
    }

    fn answer_now(&self) {
        *self.0.late.lock().unwrap() = Some(self.prompts_shown());
        self.0.told.notify_all();
    }

    fn secrets(&self) -> Vec<String> {
        let codes = (0..40).map(|step| code_at(1_000_000_020 + 30 * step));
        codes.chain([WRONG.to_owned()]).collect()
    }

    fn answers_serve_once(&self) -> bool {
        true
    }
}

#[test]
fn it_keeps_the_contract() {
    futures_lite::future::block_on(contract::run(&WithCodes(Arc::default()))).assert_holds();
}

#[test]
fn a_code_that_was_taken_is_taken_by_no_other_process() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("step");
    assert!(StepFile::new(&file).advance(7).unwrap());
    assert!(!StepFile::new(&file).advance(7).unwrap());
    assert!(!StepFile::new(&file).advance(6).unwrap());
    assert!(StepFile::new(&file).advance(8).unwrap());
}
