//! Answers that do not come, or come too late.

use core::time::Duration;

use crate::AuthError;

use super::{
    Clause, Scenario, Violation,
    call::{AT_ONCE, TICK},
    suite::{LATER, Suite, expect},
};

/// So long nothing is done, where nothing may come of it.
const MOMENT: Duration = Duration::from_millis(200);
/// Time enough for a prompt to show, in which the suite has to wait.
const SHORT: Duration = Duration::from_secs(1);

/// A leaf may keep the deadline itself or leave it to `Contained`; it may not
/// turn silence into anything else.
pub(super) async fn silence(suite: &mut Suite<'_>) -> Result<(), Violation> {
    let (clause, scenario) = (Clause::Silence, Scenario::StaysSilent);
    let authenticator = suite.harness.authenticator(scenario);
    let challenge = suite.challenge(MOMENT);
    let begun = suite.begin(clause, scenario, &authenticator, challenge);
    let mut question = begun.await?;
    let mut outcome = suite.hear(&mut question, MOMENT * 2).await?;
    if outcome.is_none() {
        outcome = suite.drop_it(question).await?;
    }
    expect(
        matches!(outcome, None | Some(Err(AuthError::TimedOut))),
        clause,
        || format!("{outcome:?}"),
    )
}

pub(super) async fn late_yes(suite: &mut Suite<'_>) -> Result<(), Violation> {
    let (clause, scenario) = (Clause::LateYes, Scenario::AnswersLate);
    let authenticator = suite.harness.authenticator(scenario);
    let challenge = suite.challenge(SHORT);
    let begun = suite.begin(clause, scenario, &authenticator, challenge);
    let mut question = begun.await?;
    let mut outcome = None;
    while outcome.is_none() && question.challenge.still_open().is_ok() {
        outcome = suite.hear(&mut question, TICK).await?;
    }
    suite.harness.answer_now();
    if outcome.is_none() {
        outcome = suite.hear(&mut question, AT_ONCE).await?;
    }
    expect(!matches!(outcome, Some(Ok(_))), clause, || {
        format!("{outcome:?}")
    })?;
    if outcome.is_none() {
        suite.drop_it(question).await?;
    }
    Ok(())
}

pub(super) async fn stale_answer(suite: &mut Suite<'_>) -> Result<(), Violation> {
    let (clause, scenario) = (Clause::StaleAnswer, Scenario::AnswersLate);
    let authenticator = suite.harness.authenticator(scenario);
    let gone = suite.show(clause, scenario, &authenticator).await?;
    suite.drop_it(gone).await?;
    suite.harness.answer_now();

    let challenge = suite.challenge(LATER);
    let begun = suite.begin(clause, scenario, &authenticator, challenge);
    let mut next = begun.await?;
    let mut outcome = suite.wait_for_prompt(&mut next).await?;
    if outcome.is_none() {
        outcome = suite.hear(&mut next, MOMENT).await?;
    }
    if outcome.is_none() {
        outcome = suite.drop_it(next).await?;
    }
    expect(outcome.is_none(), clause, || {
        format!("nobody answered the next question, and the authenticator says {outcome:?}")
    })
}
