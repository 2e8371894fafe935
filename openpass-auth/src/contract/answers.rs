//! The clauses on what becomes of an answer.

use crate::AuthError;

use super::{
    Clause, Scenario, Violation,
    suite::{SOON, Suite, expect},
};

/// Twice, for evidence of the first call may be kept for the second.
pub(super) async fn own_challenge(suite: &mut Suite<'_>) -> Result<(), Violation> {
    let (clause, scenario) = (Clause::OwnChallenge, Scenario::Approves);
    let authenticator = suite.harness.authenticator(scenario);
    let factor = suite.harness.factor();
    let another = suite.challenge(SOON);
    for _ in 0..2 {
        let challenge = suite.challenge(SOON);
        let put = suite.put(clause, scenario, &authenticator, challenge);
        let asked = put.await?;
        let holds = asked.outcome.as_ref().is_ok_and(|evidence| {
            evidence.answers(&asked.challenge)
                && !evidence.answers(&another)
                && evidence.factor() == factor
        });
        expect(holds, clause, || {
            format!("asked {:?}: {:?}", asked.challenge.id(), asked.outcome)
        })?;
    }
    Ok(())
}

pub(super) async fn asks_anew(suite: &mut Suite<'_>) -> Result<(), Violation> {
    let (clause, scenario) = (Clause::AsksAnew, Scenario::Approves);
    let authenticator = suite.harness.authenticator(scenario);
    for number in 1..=2 {
        let challenge = suite.challenge(SOON);
        let put = suite.put(clause, scenario, &authenticator, challenge);
        let prompts = put.await?.prompts;
        expect(prompts == 1, clause, || {
            format!("{prompts} prompts in call {number}")
        })?;
    }
    Ok(())
}

pub(super) async fn wrong_answer(suite: &mut Suite<'_>) -> Result<(), Violation> {
    let clause = Clause::WrongAnswer;
    let challenge = suite.challenge(SOON);
    let asked = suite
        .ask(clause, Scenario::AnswersWrongly, challenge)
        .await?;
    let own = suite.harness.factor();
    let holds = matches!(asked.outcome, Err(AuthError::Rejected { factor }) if factor == own);
    expect(holds, clause, || format!("{:?}", asked.outcome))
}

pub(super) async fn cancel(suite: &mut Suite<'_>) -> Result<(), Violation> {
    let clause = Clause::Cancel;
    let challenge = suite.challenge(SOON);
    let asked = suite.ask(clause, Scenario::Cancels, challenge).await?;
    let holds = matches!(asked.outcome, Err(AuthError::Cancelled(_)));
    expect(holds, clause, || format!("{:?}", asked.outcome))
}

pub(super) async fn serves_once(suite: &mut Suite<'_>) -> Result<(), Violation> {
    if !suite.harness.answers_serve_once() {
        return Ok(());
    }
    let (clause, scenario) = (Clause::ServesOnce, Scenario::RepeatsAnswer);
    let authenticator = suite.harness.authenticator(scenario);
    let challenge = suite.challenge(SOON);
    let first = suite
        .put(clause, scenario, &authenticator, challenge)
        .await?;
    expect(first.outcome.is_ok(), clause, || {
        format!("the first time: {:?}", first.outcome)
    })?;
    let challenge = suite.challenge(SOON);
    let again = suite
        .put(clause, scenario, &authenticator, challenge)
        .await?;
    let own = suite.harness.factor();
    let holds = matches!(again.outcome, Err(AuthError::Rejected { factor }) if factor == own);
    expect(holds, clause, || {
        format!("the second time: {:?}", again.outcome)
    })
}
