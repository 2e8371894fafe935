//! The one place where a call is decided on, asked about and let through.

mod granted;
mod guards;

use std::{sync::Arc, time::Duration};

use openpass_policy::{Decision, Grant, Guard, Operation, Refusal};
use tokio::{sync::RwLock, time::Instant};
use tracing::warn;

pub use self::{granted::Granted, guards::Guards};
use crate::{
    Blocked, Call, Stopped,
    queue::{Places, Queue},
};

/// The words that a client hears while a person is asked.
const ASKING: &str = "waiting for a person's approval";
/// The time that a person has for all tries, where the host says no other.
const PROMPTS: Duration = Duration::from_secs(180);

/// Stands between a call and its tool: decides, asks a person while the client hears
/// that its call goes on, and lets the call through once.
///
/// ```
/// # use openpass_mcp_guard::{Blocked, Call, Gate, Granted};
/// # use openpass_policy::{Entity, Operation, Outcome, StateDigest};
/// # async fn one(gate: &Gate, call: &Call) -> Result<(), Blocked> {
/// let work_out = || async {
///     let state = StateDigest::of(&[b"what is there now"]);
///     Ok(Operation::new("Notes::delete")
///         .by(Entity::new("Notes::Client", "desk"))
///         .on(Entity::new("Notes::Note", "7"))
///         .onto(state))
/// };
/// let granted = gate.pass(call, work_out).await?;
/// // Here the tool runs.
/// granted.settle(Outcome::Done).await.map_err(Blocked::NotSettled)
/// # }
/// ```
#[derive(Debug)]
pub struct Gate {
    guards: Arc<dyn Guards>,
    queue: Queue,
    prompts: Duration,
    /// Held for reading by each call that runs.
    at_work: Arc<RwLock<()>>,
}

impl Gate {
    /// The gate of the guard that `guards` names at each call. A host with one guard gives
    /// an `Arc<Guard>`; a host that makes guards anew implements [`Guards`].
    pub fn new(guards: impl Guards + 'static) -> Self {
        Self {
            guards: Arc::new(guards),
            queue: Queue::default(),
            prompts: PROMPTS,
            at_work: Arc::default(),
        }
    }

    /// Gives the calls that wait these places.
    #[must_use]
    pub fn with_places(mut self, places: Places) -> Self {
        self.queue = Queue::new(places);
        self
    }

    /// Says how long a person has at most for all tries, three minutes without this: the
    /// guard's own time for one question times its tries. A call that asks is over after
    /// that and the time for the calls before it.
    #[must_use]
    pub const fn with_prompt_time(mut self, prompts: Duration) -> Self {
        self.prompts = prompts;
        self
    }

    /// Decides on a call; where policy says so, waits for its turn and asks a person;
    /// and grants it if what `work_out` says is still the same then.
    ///
    /// `work_out` says what the call would do, from the state as it is at that moment.
    /// It is called before the decision, before a person is asked, and after the answer:
    /// what it says last is what the grant is redeemed for, so it must not keep what it
    /// said before.
    ///
    /// # Cancellation
    ///
    /// Where `call` is called off, its client leaves, or this future is dropped, a prompt
    /// is dismissed and nothing is granted. The log says so.
    ///
    /// # Errors
    ///
    /// [`Blocked`]: the tool must not run. What `work_out` returns as an error ends the
    /// call too.
    pub async fn pass<W, F>(&self, call: &Call, work_out: W) -> Result<Granted, Blocked>
    where
        W: Fn() -> F + Send + Sync,
        F: Future<Output = Result<Operation, Blocked>> + Send,
    {
        call.still_wanted()?;
        let guard = self.guards.now()?;
        let mut grant = self.ask(call, &guard, &work_out).await?;
        // From here on no time runs out but that of the work.
        grant.begin()?;
        let now = work_out().await?;
        let Ok(at_work) = Arc::clone(&self.at_work).try_read_owned() else {
            return Err(Stopped::Cancelled.into());
        };
        // INVARIANT (nobody waits, nothing passes): the last look before the tool, which
        // is not broken off once it has begun.
        call.still_wanted()?;
        let factor = grant.factor();
        // INVARIANT (15): the guard that is in force by now, and its policies.
        let redeemed = grant.redeem(&self.guards.now()?.issuer(), &now)?;
        Ok(Granted::new(redeemed, factor, at_work))
    }

    async fn ask<W, F>(&self, call: &Call, guard: &Guard, work_out: &W) -> Result<Grant, Blocked>
    where
        W: Fn() -> F + Send + Sync,
        F: Future<Output = Result<Operation, Blocked>> + Send,
    {
        let operation = work_out().await?;
        let asks = guard.engine().decide(&operation);
        if !matches!(asks, Decision::RequireBiometry { .. }) {
            let granted = guard.authorize(operation);
            let granted = call.unless_over(self.deadline(), granted).await?;
            return Ok(granted.map_err(told)?);
        }
        let _turn = self.queue.change(call).await?;
        // The calls before this one may have changed what it would do.
        let operation = work_out().await?;
        let granted = guard.authorize(operation);
        let granted = call.while_telling(self.deadline(), ASKING, granted).await?;
        Ok(granted.map_err(told)?)
    }

    fn deadline(&self) -> Instant {
        self.queue.patience(self.prompts)
    }

    /// The places in which calls wait.
    #[must_use]
    pub const fn queue(&self) -> &Queue {
        &self.queue
    }

    /// Waits until no tool runs and the log has how each ended. While somebody waits
    /// here, no further call is let through.
    pub async fn idle(&self) {
        drop(self.at_work.write().await);
    }
}

/// A refusal, after the program's log has been told where the guard's log does not have it.
fn told(refusal: Refusal) -> Refusal {
    let (refusal, unlogged) = refusal.split();
    if let Some(error) = unlogged {
        warn!("a refusal could not be put on the guard log: {error}; refused was: {refusal}");
    }
    refusal
}
