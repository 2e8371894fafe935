//! An embedder's own function, which takes an authenticator and attempts a change.

mod actor;
mod attempt;
mod cases;
mod lies;
mod play;
mod question;
mod race;

use core::fmt;
use std::{error::Error, sync::Arc, time::Duration};

use openpass_auth::{Authenticator, Factor};

use crate::{
    Case, Report, Verdict,
    patience::bounded,
    report::{Played, described},
};

type Attempt<S> =
    Arc<dyn Fn(&S, Arc<dyn Authenticator>) -> Result<(), Box<dyn Error>> + Send + Sync>;
type Hostile<S> =
    Arc<dyn Fn(&S, &str, Arc<dyn Authenticator>) -> Result<(), Box<dyn Error>> + Send + Sync>;
type On<S, T> = Arc<dyn Fn(&S) -> T + Send + Sync>;

/// By default: more than a minute, the guard's own time for an answer.
const PATIENCE: Duration = Duration::from_secs(90);

/// A program's own function behind a guard, described once.
///
/// `S` is what one case is played on: a folder, a store, a connection to a database.
/// Each case gets a fresh one. `V` is what is looked at: a value that tells one state
/// from another, without what differs from run to run.
///
/// A case whose part is left out does not apply, and the report says what is missing.
pub struct Embedded<S, V> {
    name: String,
    fresh: Box<dyn Fn() -> S>,
    look: On<S, V>,
    change: Option<(Attempt<S>, V)>,
    other: Option<Attempt<S>>,
    routine: Option<Attempt<S>>,
    hostile: Option<Hostile<S>>,
    meanwhile: Option<On<S, ()>>,
    log: Option<On<S, String>>,
    shows: Vec<String>,
    factor: Factor,
    patience: Duration,
}

impl<S: Send + Sync + 'static, V: PartialEq + Clone + fmt::Debug + Send + Sync + 'static>
    Embedded<S, V>
{
    /// Begins a description: `fresh` makes the state that a case is played on, and `look`
    /// says what that state is.
    pub fn new(
        name: impl Into<String>,
        fresh: impl Fn() -> S + 'static,
        look: impl Fn(&S) -> V + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            fresh: Box::new(fresh),
            look: Arc::new(look),
            change: None,
            other: None,
            routine: None,
            hostile: None,
            meanwhile: None,
            log: None,
            shows: Vec::new(),
            factor: Factor::Passphrase,
            patience: PATIENCE,
        }
    }

    /// The critical change that most cases are about, and what is looked at once it is
    /// made. `attempt` asks with the authenticator that it is given, and with no other.
    #[must_use]
    pub fn change(
        mut self,
        attempt: impl Fn(&S, Arc<dyn Authenticator>) -> Result<(), Box<dyn Error>>
        + Send
        + Sync
        + 'static,
        after: V,
    ) -> Self {
        self.change = Some((Arc::new(attempt), after));
        self
    }

    /// Another critical change, which can be made before or after the first.
    #[must_use]
    pub fn other_change(
        mut self,
        attempt: impl Fn(&S, Arc<dyn Authenticator>) -> Result<(), Box<dyn Error>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        self.other = Some(Arc::new(attempt));
        self
    }

    /// A change that asks nobody.
    #[must_use]
    pub fn routine(
        mut self,
        attempt: impl Fn(&S, Arc<dyn Authenticator>) -> Result<(), Box<dyn Error>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        self.routine = Some(Arc::new(attempt));
        self
    }

    /// A critical change with a value of somebody's choice, such as a name.
    #[must_use]
    pub fn change_to(
        mut self,
        attempt: impl Fn(&S, &str, Arc<dyn Authenticator>) -> Result<(), Box<dyn Error>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        self.hostile = Some(Arc::new(attempt));
        self
    }

    /// Changes the state as another program would, so that the change is another one by
    /// then.
    #[must_use]
    pub fn meanwhile(mut self, edit: impl Fn(&S) + Send + Sync + 'static) -> Self {
        self.meanwhile = Some(Arc::new(edit));
        self
    }

    /// Reads the guard's log.
    #[must_use]
    pub fn log(mut self, read: impl Fn(&S) -> String + Send + Sync + 'static) -> Self {
        self.log = Some(Arc::new(read));
        self
    }

    /// The texts that the question of [`change`](Self::change) must have: who asks, what
    /// changes, and every value that gives power.
    #[must_use]
    pub fn shows<T: Into<String>>(mut self, texts: impl IntoIterator<Item = T>) -> Self {
        self.shows.extend(texts.into_iter().map(Into::into));
        self
    }

    /// The factor that the authenticator proves. By default, the passphrase.
    #[must_use]
    pub const fn by(mut self, factor: Factor) -> Self {
        self.factor = factor;
        self
    }

    /// The longest wait for an attempt to end, for a look at the state, and for a
    /// question's deadline to pass. By default, a minute and a half; a day at most.
    ///
    /// It has to be longer than the guard's time for an answer, which is a minute unless
    /// the host chose another one.
    #[must_use]
    pub const fn patience(mut self, patience: Duration) -> Self {
        self.patience = bounded(patience);
        self
    }

    /// Plays every case that applies.
    pub fn run(&self) -> Report {
        Report::under(
            &self.name,
            || self.approved(),
            |case, after| self.play(case, after),
        )
    }

    fn play(&self, case: Case, after: &V) -> Played<String> {
        match case {
            Case::AskedFirst => self.asked_first(),
            Case::DoneAsAsked => self.done_as_asked(after),
            Case::Shown => self.shown(),
            Case::UnsafeText => self.unsafe_text(),
            Case::Denied
            | Case::WrongAnswer
            | Case::Absent
            | Case::CalledOff
            | Case::Failing
            | Case::Panicking
            | Case::OtherQuestion
            | Case::OtherFactor => self.lies(case),
            Case::Late => self.late(),
            Case::KeptEvidence => self.kept_evidence(),
            Case::Once => self.once(after),
            Case::TwoAtOnce => self.two_at_once(after),
            Case::EditedMeanwhile => self.edited_meanwhile(),
            Case::Recorded => self.recorded(),
            Case::Routine => self.routine_passes(),
            _ => Err(Verdict::not_played(
                "it is a function: play this on the program",
            )),
        }
    }

    fn the_change(&self) -> Played<&Attempt<S>> {
        described(self.change.as_ref().map(|(attempt, _)| attempt), "`change`")
    }

    fn the_other(&self) -> Played<&Attempt<S>> {
        described(self.other.as_ref(), "`other_change`")
    }
}

impl<S, V> fmt::Debug for Embedded<S, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Embedded").field(&self.name).finish()
    }
}
