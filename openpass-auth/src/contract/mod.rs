//! The suite that every authenticator's own tests run.
//!
//! [`run`] puts an authenticator in front of people who say yes, answer wrongly,
//! cancel, keep silent or answer too late, and says which [`Clause`]s of its
//! contract it broke. What it needs to know is a [`Harness`]:
//!
//! ```
//! use std::sync::{Arc, Mutex, atomic::{AtomicUsize, Ordering::SeqCst}};
//!
//! use futures_channel::oneshot;
//! use openpass_auth::{
//!     AuthError, Authenticator, CancelledBy, Challenge, Evidence, Factor, FactorSet, Unavailable,
//!     contract::{Harness, Scenario},
//! };
//!
//! /// The screen, and the person in front of it.
//! #[derive(Debug, Default)]
//! struct Phone {
//!     shown: AtomicUsize,
//!     open: AtomicUsize,
//!     /// Whom an answer that was held back goes to.
//!     waiting: Mutex<Option<oneshot::Sender<()>>>,
//! }
//!
//! /// The authenticator: yours. This one is a fake to its last line.
//! #[derive(Debug)]
//! struct ByPhone(Arc<Phone>, Scenario);
//!
//! /// Takes the question off the phone, however its call ends.
//! struct OnShow<'a>(&'a Phone);
//! impl Drop for OnShow<'_> {
//!     fn drop(&mut self) {
//!         self.0.open.fetch_sub(1, SeqCst);
//!     }
//! }
//!
//! #[async_trait::async_trait]
//! impl Authenticator for ByPhone {
//!     fn name(&self) -> &'static str { "phone" }
//!     fn factors(&self) -> FactorSet { FactorSet::only(Factor::Biometry) }
//!     fn available(&self) -> Result<(), Unavailable> { Ok(()) }
//!     async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
//!         challenge.admits(Factor::Biometry)?;
//!         self.0.shown.fetch_add(1, SeqCst);
//!         self.0.open.fetch_add(1, SeqCst);
//!         let _on_show = OnShow(&self.0);
//!         match self.1 {
//!             Scenario::Approves | Scenario::RepeatsAnswer => {}
//!             Scenario::AnswersWrongly => {
//!                 return Err(AuthError::Rejected { factor: Factor::Biometry });
//!             }
//!             Scenario::Cancels => return Err(AuthError::Cancelled(CancelledBy::Person)),
//!             _ => {
//!                 let (answer, answered) = oneshot::channel();
//!                 *self.0.waiting.lock().unwrap() = Some(answer);
//!                 let _ = answered.await;
//!             }
//!         }
//!         challenge.still_open()?;
//!         Ok(Evidence::assertion(challenge, Factor::Biometry))
//!     }
//! }
//!
//! struct WithAPhone(Arc<Phone>);
//!
//! impl Harness for WithAPhone {
//!     fn factor(&self) -> Factor { Factor::Biometry }
//!     fn authenticator(&self, scenario: Scenario) -> Arc<dyn Authenticator> {
//!         Arc::new(ByPhone(Arc::clone(&self.0), scenario))
//!     }
//!     fn prompts_shown(&self) -> usize { self.0.shown.load(SeqCst) }
//!     fn prompt_is_open(&self) -> bool { self.0.open.load(SeqCst) > 0 }
//!     fn answer_now(&self) {
//!         if let Some(waiting) = self.0.waiting.lock().unwrap().take() {
//!             let _ = waiting.send(());
//!         }
//!     }
//!     fn secrets(&self) -> Vec<String> { Vec::new() } // A finger is not typed.
//!     fn answers_serve_once(&self) -> bool { false }
//! }
//!
//! # futures_lite::future::block_on(async {
//! let harness = WithAPhone(Arc::default());
//! openpass_auth::contract::run(&harness).await.assert_holds();
//! # });
//! ```
//!
//! # What it does not check
//!
//! That a prompt shows the question, whole: only a test that sees the screen
//! can. That a poll which blocks for less than five seconds does not block, and
//! that a secret which is encrypted, hashed or encoded in a way that the suite
//! does not know is in no text.

mod answers;
mod before;
mod call;
mod clause;
mod harness;
mod leaving;
mod owed;
mod report;
mod secrets;
mod suite;
mod time;

pub use clause::Clause;
pub use harness::{Harness, Scenario};
pub use report::{Report, Violation};

use suite::Suite;

/// Holds the authenticator to every clause of its contract.
///
/// Each call runs on a thread of its own, so that an authenticator which blocks
/// for ever ends as a violation; its thread stays behind. A scenario in which it
/// blocked is not staged again, so clauses that need it may go unchecked.
///
/// It takes two to three seconds where all hold, for deadlines have to pass.
pub async fn run(harness: &dyn Harness) -> Report {
    let mut suite = Suite::new(harness);
    for clause in Clause::ALL {
        let held = check(&mut suite, clause).await;
        suite.note(held);
    }
    suite.into_report()
}

async fn check(suite: &mut Suite<'_>, clause: Clause) -> Result<(), Violation> {
    match clause {
        Clause::OneFactor => before::one_factor(suite),
        Clause::AcceptedFactor => before::accepted_factor(suite).await,
        Clause::NotPastTheDeadline => before::not_past_the_deadline(suite).await,
        Clause::OwnChallenge => answers::own_challenge(suite).await,
        Clause::AsksAnew => answers::asks_anew(suite).await,
        Clause::WrongAnswer => answers::wrong_answer(suite).await,
        Clause::Cancel => answers::cancel(suite).await,
        Clause::ServesOnce => answers::serves_once(suite).await,
        Clause::Silence => time::silence(suite).await,
        Clause::LateYes => time::late_yes(suite).await,
        Clause::StaleAnswer => time::stale_answer(suite).await,
        Clause::PollReturns => leaving::poll_returns(suite).await,
        Clause::Dismissal => leaving::dismissal(suite).await,
        // The suite looks at every call for these.
        Clause::Available | Clause::NoSecret => Ok(()),
    }
}
