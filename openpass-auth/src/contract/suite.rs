//! Stages one call after the other, and looks at each for what every call owes.

use core::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};
use std::{sync::Arc, time::Instant};

use futures_timer::Delay;

use crate::{Authenticator, Binding, Challenge, Factor, FactorSet, SafeText, Unavailable};

use super::{
    Clause, Harness, Report, Scenario, Violation,
    call::{Call, Heard, Outcome, TICK},
    owed::availability,
    secrets::Secrets,
};

/// However slow the machine is: longer than this, and it hangs.
pub(super) const SOON: Duration = Duration::from_secs(60);
/// Longer than [`SOON`], so that no deadline can be taken for what was waited
/// for.
pub(super) const LATER: Duration = Duration::from_secs(600);

/// Returns a binding for an authenticator that signs. As with a guard's, there is
/// another for each challenge. Nobody verifies the signature here, so the nonce need
/// not be hard to guess.
fn binding() -> Binding {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    let mut nonce = [0; 32];
    for (to, from) in nonce.iter_mut().zip(number) {
        *to = from;
    }
    Binding::new([1; 32], nonce).within([1; 16])
}

/// The run: what was found up to now.
pub(super) struct Suite<'a> {
    pub(super) harness: &'a dyn Harness,
    pub(super) secrets: Secrets,
    /// In these, a `poll` or a drop did not return.
    pub(super) stuck: Vec<(Scenario, Violation)>,
    found: Vec<Violation>,
}

/// A question that is being put.
pub(super) struct Question {
    pub(super) challenge: Arc<Challenge>,
    pub(super) authenticator: Arc<dyn Authenticator>,
    pub(super) scenario: Scenario,
    pub(super) clause: Clause,
    pub(super) said: Result<(), Unavailable>,
    /// Whether its factor and its deadline let somebody be asked.
    pub(super) admitted: bool,
    /// The number of prompts that had been shown before.
    before: usize,
    call: Call,
}

impl<'a> Suite<'a> {
    pub(super) fn new(harness: &'a dyn Harness) -> Self {
        Self {
            harness,
            secrets: Secrets::new(harness.secrets()),
            stuck: Vec::new(),
            found: Vec::new(),
        }
    }

    pub(super) fn into_report(self) -> Report {
        Report {
            violations: self.found,
        }
    }

    /// Keeps what was found, once.
    pub(super) fn note(&mut self, held: Result<(), Violation>) {
        let Err(mut violation) = held else { return };
        if self.secrets.are_in(violation.found()) {
            violation = violation.without_details();
        }
        if !self.found.contains(&violation) {
            self.found.push(violation);
        }
    }

    pub(super) fn challenge(&self, timeout: Duration) -> Challenge {
        Self::accepting(FactorSet::only(self.harness.factor()), timeout)
    }

    /// A challenge that accepts every factor but that of the harness.
    pub(super) fn challenge_for_others(&self) -> Challenge {
        let all = FactorSet::from_iter(Factor::ALL);
        Self::accepting(all.without(self.harness.factor()), SOON)
    }

    fn accepting(accepts: FactorSet, timeout: Duration) -> Challenge {
        let summary = SafeText::literal("run the contract suite");
        Challenge::new(summary, accepts, timeout).bound_to(binding(), accepts)
    }

    /// Puts `challenge` to a fresh authenticator, and waits for the answer.
    pub(super) async fn ask(
        &mut self,
        clause: Clause,
        scenario: Scenario,
        challenge: Challenge,
    ) -> Result<Answered, Violation> {
        let authenticator = self.harness.authenticator(scenario);
        self.put(clause, scenario, &authenticator, challenge).await
    }

    /// Puts `challenge` to `authenticator`, and waits for the answer.
    pub(super) async fn put(
        &mut self,
        clause: Clause,
        scenario: Scenario,
        authenticator: &Arc<dyn Authenticator>,
        challenge: Challenge,
    ) -> Result<Answered, Violation> {
        let begun = self.begin(clause, scenario, authenticator, challenge);
        let mut question = begun.await?;
        let Some(outcome) = self.hear(&mut question, SOON).await? else {
            self.drop_it(question).await?;
            return Err(Violation::of(clause, "it gave no answer in a minute"));
        };
        Ok(Answered {
            challenge: Arc::clone(&question.challenge),
            prompts: self.prompts_of(&question),
            outcome,
        })
    }

    /// Begins to put `challenge` to `authenticator`.
    pub(super) async fn begin(
        &mut self,
        clause: Clause,
        scenario: Scenario,
        authenticator: &Arc<dyn Authenticator>,
        challenge: Challenge,
    ) -> Result<Question, Violation> {
        self.can_stage(scenario)?;
        let untouched = self.harness.prompts_shown();
        let said = availability(authenticator).await?;
        let before = self.harness.prompts_shown();
        if before != untouched {
            let found = "`available` shows a prompt";
            self.note(Err(Violation::of(Clause::Available, found)));
        }
        self.look_at(authenticator, said.as_ref().err());
        let challenge = Arc::new(challenge);
        let admitted = challenge.admits(self.harness.factor()).is_ok();
        let call = Call::start(Arc::clone(authenticator), Arc::clone(&challenge))
            .map_err(|lost| Violation::of(clause, lost.to_string()))?;
        Ok(Question {
            challenge,
            authenticator: Arc::clone(authenticator),
            scenario,
            clause,
            said,
            admitted,
            before,
            call,
        })
    }

    /// The answer, if it comes within `limit`.
    pub(super) async fn hear(
        &mut self,
        question: &mut Question,
        limit: Duration,
    ) -> Result<Option<Outcome>, Violation> {
        let heard = question.call.hear(limit).await;
        self.judge(question, heard)
    }

    /// Drops the future, and returns when the drop has. What it answered in that
    /// moment is handed over.
    pub(super) async fn drop_it(
        &mut self,
        mut question: Question,
    ) -> Result<Option<Outcome>, Violation> {
        match question.call.call_off().await {
            Heard::Nothing => {
                let found = "the drop does not return";
                self.stuck_in(&question, Violation::of(Clause::Dismissal, found))
            }
            heard => self.judge(&question, heard),
        }
    }

    /// Puts a question to somebody who does not answer, and returns once it is on
    /// show.
    pub(super) async fn show(
        &mut self,
        clause: Clause,
        scenario: Scenario,
        authenticator: &Arc<dyn Authenticator>,
    ) -> Result<Question, Violation> {
        let challenge = self.challenge(LATER);
        let begun = self.begin(clause, scenario, authenticator, challenge);
        let mut question = begun.await?;
        match self.wait_for_prompt(&mut question).await? {
            None => Ok(question),
            Some(outcome) => Err(ended_by_itself(&outcome)),
        }
    }

    /// Waits until `question` is on show, or was answered before that.
    pub(super) async fn wait_for_prompt(
        &mut self,
        question: &mut Question,
    ) -> Result<Option<Outcome>, Violation> {
        let begun = Instant::now();
        while self.prompts_of(question) == 0 || !self.harness.prompt_is_open() {
            if let Some(outcome) = self.hear(question, TICK).await? {
                return Ok(Some(outcome));
            }
            if begun.elapsed() > SOON {
                let found = "it shows no prompt in a minute";
                return Err(Violation::of(question.clause, found));
            }
        }
        Ok(None)
    }

    /// Waits until no prompt is on show, for `limit` at the most, and says whether
    /// there is none.
    pub(super) async fn is_gone_within(&self, limit: Duration) -> bool {
        let begun = Instant::now();
        while self.harness.prompt_is_open() && begun.elapsed() < limit {
            Delay::new(TICK).await;
        }
        !self.harness.prompt_is_open()
    }

    pub(super) fn prompts_of(&self, question: &Question) -> usize {
        let shown = self.harness.prompts_shown();
        shown.saturating_sub(question.before)
    }

    /// A scenario whose prompt hangs is not staged again.
    pub(super) fn can_stage(&self, scenario: Scenario) -> Result<(), Violation> {
        let mut stuck = self.stuck.iter();
        match stuck.find(|(stuck, _)| *stuck == scenario) {
            Some((_, how)) => Err(how.clone()),
            None => Ok(()),
        }
    }
}

/// A question, and what came of it.
pub(super) struct Answered {
    pub(super) challenge: Arc<Challenge>,
    pub(super) prompts: usize,
    pub(super) outcome: Outcome,
}

/// Makes the violation of a prompt that ended though nobody answered. The answers that
/// silence may lead to are a clause of its own.
pub(super) fn ended_by_itself(outcome: &Outcome) -> Violation {
    let found = format!("nobody answered, and the authenticator says {outcome:?}");
    Violation::of(Clause::Silence, found)
}

/// `Ok` if `holds`; else what was found instead.
pub(super) fn expect(
    holds: bool,
    clause: Clause,
    found: impl FnOnce() -> String,
) -> Result<(), Violation> {
    if holds {
        Ok(())
    } else {
        Err(Violation::of(clause, found()))
    }
}
