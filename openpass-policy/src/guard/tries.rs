//! Asking again after a wrong answer.

use openpass_auth::{AuthError, Authenticator as _, Evidence, Factor, Unavailable};

use super::{Asked, Guard, OfWhom, Turn, Vouched};
use crate::Operation;

impl Guard {
    /// Has a person answer by a factor of those that are `asked` for, as often as there are
    /// tries, and by biometry once.
    pub(super) async fn ask(
        &self,
        operation: &Operation,
        asked: Asked,
    ) -> Result<Vouched, AuthError> {
        self.ask_as(operation, asked, OfWhom::Own)
            .await
            .map(|(vouched, _)| vouched)
    }

    /// As [`ask`](Self::ask), of whose challenge `of_whom` says; with the evidence.
    pub(super) async fn ask_as(
        &self,
        operation: &Operation,
        asked: Asked,
        of_whom: OfWhom,
    ) -> Result<(Vouched, Evidence), AuthError> {
        let mut accepts = asked.accepts;
        // What policy takes was left out, since nothing could sign it.
        if accepts.is_empty() {
            return Err(Unavailable::NoApprover.into());
        }
        let mut last = AuthError::from(Unavailable::FactorNotAccepted);
        let tries = self.tries.get();
        let mut turn = None;
        for number in 1..=tries {
            // Nobody is asked for a factor that nothing here proves.
            if accepts
                .intersection(self.authenticator.factors())
                .is_empty()
            {
                break;
            }
            let challenge = self
                .challenge(operation, accepts)
                .with_signed_only(asked.signed_only)
                .with_attempt(number, tries);
            let challenge = self.bound(challenge, operation, of_whom)?;
            // Until the last try is over, since the person is busy with them.
            if turn.is_none() {
                let places = self.authenticator.places(&challenge);
                turn = Some(Turn::of(&challenge, places).await?);
            }
            match self.authenticator.authenticate(&challenge).await {
                Ok(evidence) => {
                    let approval = self.verified(&challenge, &evidence)?;
                    let vouched = Vouched {
                        approval,
                        factor: evidence.factor().into(),
                        authenticator: evidence.authenticator(),
                        reference: evidence.reference().map(str::to_owned),
                    };
                    return Ok((vouched, evidence));
                }
                Err(AuthError::Rejected { factor }) => {
                    last = AuthError::Rejected { factor };
                    if factor == Factor::Biometry {
                        accepts = accepts.without(factor);
                    }
                }
                // Somebody was asked, and the answer was wrong.
                Err(AuthError::Unavailable(_)) if number > 1 => break,
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }
}
