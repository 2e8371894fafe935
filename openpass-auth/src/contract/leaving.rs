//! Giving the thread back, and the screen.

use super::{
    Clause, Scenario, Violation,
    call::AT_ONCE,
    suite::{Question, Suite, ended_by_itself, expect},
};

/// Nobody answers, so that a `poll` which waits for an answer never returns.
pub(super) async fn poll_returns(suite: &mut Suite<'_>) -> Result<(), Violation> {
    let question = on_show(suite, Clause::PollReturns).await?;
    match suite.drop_it(question).await? {
        None => Ok(()),
        Some(outcome) => Err(ended_by_itself(&outcome)),
    }
}

pub(super) async fn dismissal(suite: &mut Suite<'_>) -> Result<(), Violation> {
    let clause = Clause::Dismissal;
    suite.can_stage(Scenario::StaysSilent)?;
    // One of another clause's may be on show still.
    let before = suite.is_gone_within(AT_ONCE).await;
    expect(before, clause, || {
        "an earlier prompt is still open".to_owned()
    })?;
    let question = on_show(suite, clause).await?;
    if let Some(outcome) = suite.drop_it(question).await? {
        return Err(ended_by_itself(&outcome));
    }
    let gone = suite.is_gone_within(AT_ONCE).await;
    expect(gone, clause, || "the prompt is still open".to_owned())
}

async fn on_show(suite: &mut Suite<'_>, clause: Clause) -> Result<Question, Violation> {
    let scenario = Scenario::StaysSilent;
    let authenticator = suite.harness.authenticator(scenario);
    suite.show(clause, scenario, &authenticator).await
}
