//! The suite that every authenticator's own tests run.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_lite::future;
use futures_timer::Delay;

use crate::{AuthError, Authenticator, Challenge, Factor, FactorSet, SafeText, Unavailable};

/// What the person, or the system on their behalf, does when asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scenario {
    /// Gives the right answer at once.
    Approves,
    /// Gives a wrong answer.
    AnswersWrongly,
    /// Calls it off.
    Cancels,
    /// Never answers.
    StaysSilent,
}

/// Prepares an authenticator, as its own tests know how.
pub trait Harness {
    /// The one factor that the authenticator proves.
    fn factor(&self) -> Factor;

    /// A fresh authenticator in front of a person who does `scenario`.
    fn authenticator(&self, scenario: Scenario) -> Arc<dyn Authenticator>;

    /// How many prompts have been shown since the harness was made.
    fn prompts_shown(&self) -> usize;

    /// Whether a prompt is on show now.
    fn prompt_is_open(&self) -> bool;
}

/// One clause of the contract that an authenticator broke.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{clause}: {found}")]
pub struct Violation {
    clause: &'static str,
    found: String,
}

/// However slow the machine is: longer than this, and it hangs.
const SOON: Duration = Duration::from_secs(60);
/// Longer than [`SOON`], so that no deadline can be taken for what was waited
/// for.
const LATER: Duration = Duration::from_secs(600);

/// Runs every clause of the contract; the list is empty when all hold.
pub async fn violations(harness: &dyn Harness) -> Vec<Violation> {
    let mut found = Vec::new();
    let clauses = [
        declares_one_factor(harness),
        never_asks_for_a_factor_that_is_not_accepted(harness).await,
        never_asks_past_the_deadline(harness).await,
        approval_answers_its_own_challenge_only(harness).await,
        every_call_asks_anew(harness).await,
        a_wrong_answer_is_rejected(harness).await,
        a_cancel_is_a_cancel(harness).await,
        silence_ends_at_the_deadline_or_waits(harness).await,
        dropping_the_future_dismisses_the_prompt(harness).await,
    ];
    found.extend(clauses.into_iter().filter_map(Result::err));
    found
}

fn challenge(accepts: impl Into<FactorSet>, timeout: Duration) -> Challenge {
    let summary = SafeText::literal("run the contract suite");
    Challenge::new(summary, accepts.into(), timeout)
}

/// Every factor but this one.
fn others(factor: Factor) -> FactorSet {
    FactorSet::from_iter(Factor::ALL).without(factor)
}

fn expect(
    holds: bool,
    clause: &'static str,
    found: impl FnOnce() -> String,
) -> Result<(), Violation> {
    if holds {
        Ok(())
    } else {
        Err(Violation {
            clause,
            found: found(),
        })
    }
}

fn declares_one_factor(harness: &dyn Harness) -> Result<(), Violation> {
    let factors = harness.authenticator(Scenario::Approves).factors();
    expect(
        factors == FactorSet::only(harness.factor()),
        "a leaf declares its one factor",
        || factors.to_string(),
    )
}

async fn never_asks_for_a_factor_that_is_not_accepted(
    harness: &dyn Harness,
) -> Result<(), Violation> {
    let before = harness.prompts_shown();
    let challenge = challenge(others(harness.factor()), SOON);
    let outcome = harness
        .authenticator(Scenario::Approves)
        .authenticate(&challenge)
        .await;
    let refused = matches!(
        outcome,
        Err(AuthError::Unavailable(Unavailable::FactorNotAccepted))
    );
    expect(
        refused && harness.prompts_shown() == before,
        "a factor that is not accepted is never asked for",
        || format!("{outcome:?}, {} prompts", harness.prompts_shown() - before),
    )
}

async fn never_asks_past_the_deadline(harness: &dyn Harness) -> Result<(), Violation> {
    let before = harness.prompts_shown();
    let challenge = challenge(harness.factor(), Duration::ZERO);
    let outcome = harness
        .authenticator(Scenario::Approves)
        .authenticate(&challenge)
        .await;
    expect(
        matches!(outcome, Err(AuthError::TimedOut)) && harness.prompts_shown() == before,
        "nobody is asked past the deadline",
        || format!("{outcome:?}, {} prompts", harness.prompts_shown() - before),
    )
}

async fn approval_answers_its_own_challenge_only(harness: &dyn Harness) -> Result<(), Violation> {
    let asked = challenge(harness.factor(), SOON);
    let another = challenge(harness.factor(), SOON);
    let outcome = harness
        .authenticator(Scenario::Approves)
        .authenticate(&asked)
        .await;
    let holds = outcome.as_ref().is_ok_and(|evidence| {
        evidence.answers(&asked)
            && !evidence.answers(&another)
            && evidence.factor() == harness.factor()
    });
    expect(holds, "an approval answers its own challenge only", || {
        format!("{outcome:?}")
    })
}

async fn every_call_asks_anew(harness: &dyn Harness) -> Result<(), Violation> {
    let before = harness.prompts_shown();
    let authenticator = harness.authenticator(Scenario::Approves);
    for _ in 0..2 {
        let challenge = challenge(harness.factor(), SOON);
        let outcome = authenticator.authenticate(&challenge).await;
        expect(
            outcome.is_ok_and(|evidence| evidence.answers(&challenge)),
            "an approval answers the challenge it was given for",
            || "no evidence, or for another challenge".to_owned(),
        )?;
    }
    let shown = harness.prompts_shown() - before;
    expect(shown == 2, "every call asks anew", || {
        format!("2 calls, {shown} prompts")
    })
}

async fn a_wrong_answer_is_rejected(harness: &dyn Harness) -> Result<(), Violation> {
    let challenge = challenge(harness.factor(), SOON);
    let outcome = harness
        .authenticator(Scenario::AnswersWrongly)
        .authenticate(&challenge)
        .await;
    expect(
        matches!(outcome, Err(AuthError::Rejected { factor }) if factor == harness.factor()),
        "a wrong answer is rejected, by the factor that was asked for",
        || format!("{outcome:?}"),
    )
}

async fn a_cancel_is_a_cancel(harness: &dyn Harness) -> Result<(), Violation> {
    let challenge = challenge(harness.factor(), SOON);
    let outcome = harness
        .authenticator(Scenario::Cancels)
        .authenticate(&challenge)
        .await;
    expect(
        matches!(outcome, Err(AuthError::Cancelled(_))),
        "a cancel is a cancel",
        || format!("{outcome:?}"),
    )
}

/// A leaf may keep the deadline itself or leave it to `Contained`; it may not
/// turn silence into anything else.
async fn silence_ends_at_the_deadline_or_waits(harness: &dyn Harness) -> Result<(), Violation> {
    let challenge = challenge(harness.factor(), Duration::from_millis(200));
    let authenticator = harness.authenticator(Scenario::StaysSilent);
    let waits = async {
        Delay::new(Duration::from_millis(400)).await;
        Err(AuthError::TimedOut)
    };
    let outcome = future::or(authenticator.authenticate(&challenge), waits).await;
    expect(
        matches!(outcome, Err(AuthError::TimedOut)),
        "silence is never an answer",
        || format!("{outcome:?}"),
    )
}

async fn dropping_the_future_dismisses_the_prompt(harness: &dyn Harness) -> Result<(), Violation> {
    let authenticator = harness.authenticator(Scenario::StaysSilent);
    let challenge = challenge(harness.factor(), LATER);
    let clause = "dropping the future dismisses the prompt";
    let seen = async {
        wait_until(|| harness.prompt_is_open()).await;
        Ok(())
    };
    let asking = async { Err(authenticator.authenticate(&challenge).await) };
    future::or(asking, seen)
        .await
        .or_else(|outcome| expect(false, clause, || format!("it ended by itself: {outcome:?}")))?;
    // `asking` is dropped by now.
    expect(harness.prompts_shown() > 0, clause, || {
        "no prompt was shown".to_owned()
    })?;
    wait_until(|| !harness.prompt_is_open()).await;
    expect(!harness.prompt_is_open(), clause, || {
        "the prompt is still open".to_owned()
    })
}

/// Waits until `condition` holds, or for [`SOON`].
async fn wait_until(condition: impl Fn() -> bool) {
    let end = Instant::now() + SOON;
    while !condition() && Instant::now() < end {
        Delay::new(Duration::from_millis(5)).await;
    }
}
