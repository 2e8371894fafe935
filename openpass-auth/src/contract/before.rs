//! The clauses that hold before anybody is asked.

use core::time::Duration;

use crate::{AuthError, FactorSet, Unavailable};

use super::{
    Clause, Scenario, Violation,
    suite::{Suite, expect},
};

pub(super) fn one_factor(suite: &Suite<'_>) -> Result<(), Violation> {
    let harness = suite.harness;
    let factors = harness.authenticator(Scenario::Approves).factors();
    let holds = factors == FactorSet::only(harness.factor());
    expect(holds, Clause::OneFactor, || {
        format!("it declares {factors}")
    })
}

pub(super) async fn accepted_factor(suite: &mut Suite<'_>) -> Result<(), Violation> {
    let clause = Clause::AcceptedFactor;
    let challenge = suite.challenge_for_others();
    let asked = suite.ask(clause, Scenario::Approves, challenge).await?;
    let refused = matches!(
        asked.outcome,
        Err(AuthError::Unavailable(Unavailable::FactorNotAccepted))
    );
    expect(refused && asked.prompts == 0, clause, || {
        format!("{:?}, {} prompts", asked.outcome, asked.prompts)
    })
}

pub(super) async fn not_past_the_deadline(suite: &mut Suite<'_>) -> Result<(), Violation> {
    let clause = Clause::NotPastTheDeadline;
    let challenge = suite.challenge(Duration::ZERO);
    let asked = suite.ask(clause, Scenario::Approves, challenge).await?;
    let refused = matches!(asked.outcome, Err(AuthError::TimedOut));
    expect(refused && asked.prompts == 0, clause, || {
        format!("{:?}, {} prompts", asked.outcome, asked.prompts)
    })
}
