//! Counts a typed passphrase before it is verified.

use std::{sync::Arc, time::Instant};

use openpass_auth::{AuthError, Challenge, Guesses, Settling};

use crate::{Passphrase, PassphraseVerifier, Verified, VerifyError};

/// Verifies by another verifier, and counts by `guesses`.
///
/// It runs where the verifier does, so an answer is settled by what it was,
/// even if the requester has gone meanwhile.
#[derive(Debug)]
pub(crate) struct Counted {
    verifier: Arc<dyn PassphraseVerifier>,
    guesses: Guesses,
    deadline: Instant,
    settling: Settling,
}

impl Counted {
    pub(crate) fn new(
        verifier: Arc<dyn PassphraseVerifier>,
        guesses: Guesses,
        challenge: &Challenge,
    ) -> Self {
        Self {
            verifier,
            guesses,
            deadline: challenge.deadline(),
            settling: challenge.settling(),
        }
    }
}

impl PassphraseVerifier for Counted {
    fn verify(&self, passphrase: &Passphrase) -> Result<Verified, VerifyError> {
        let verifying = self.settling.begin();
        if Instant::now() >= self.deadline {
            return Err(VerifyError::NotCounted {
                problem: AuthError::TimedOut.to_string(),
            });
        }
        let guess = self.guesses.begin().map_err(not_counted)?;
        let said = self.verifier.verify(passphrase);
        match &said {
            // A late yes counts for nothing, and clears nothing.
            Ok(_) if Instant::now() < self.deadline => guess
                .was_right()
                .map_err(|error| not_counted(error.into()))?,
            Err(VerifyError::Wrong) => guess.was_wrong(),
            // It told nothing of the passphrase.
            _ => drop(guess),
        }
        drop(verifying);
        said
    }
}

fn not_counted(error: AuthError) -> VerifyError {
    match error {
        AuthError::LockedOut { retry_after } => VerifyError::LockedOut { retry_after },
        other => VerifyError::NotCounted {
            problem: other.to_string(),
        },
    }
}
