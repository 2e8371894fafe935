//! An answer that can be guessed is counted before it is verified.

use super::{Book, Hold, NotNow, Reservation};
use crate::{AuthError, BackendError};

/// The counter of answers that can be guessed.
///
/// An [`AttemptLimit`](crate::AttemptLimit) hands it to what it limits.
#[derive(Debug, Clone)]
pub struct Guesses(Book);

/// One answer, counted as a wrong answer until its verification ends.
///
/// If the process is killed meanwhile, the guess is used up. Dropping the guess gives
/// it back: the answer was not verified, or that could not be told.
#[derive(Debug)]
#[must_use = "dropping it takes it off the count again"]
pub struct Guess(Reservation);

impl Guesses {
    pub(crate) const fn new(book: Book) -> Self {
        Self(book)
    }

    /// Counts an answer that somebody has given, before anything tells whether
    /// it is right.
    ///
    /// It blocks: never call it inside `poll`.
    ///
    /// # Errors
    ///
    /// [`AuthError::LockedOut`] if others have used up the tries meanwhile, and
    /// [`AuthError::Backend`] if it cannot be counted. Nothing may be verified
    /// then.
    pub fn begin(&self) -> Result<Guess, AuthError> {
        let counted = self.0.clone().reserve_now().map_err(not_now)?;
        Ok(Guess(counted))
    }

    /// As [`begin`](Self::begin), for a future.
    pub(crate) async fn begin_elsewhere(&self) -> Result<Guess, AuthError> {
        Ok(Guess(self.0.reserve().await.map_err(not_now)?))
    }

    /// Whether an answer would be counted now.
    pub(crate) async fn look(&self) -> Result<(), AuthError> {
        self.0.look().await.map_err(not_now)
    }
}

impl Guess {
    /// Says that the answer was wrong. It stays counted.
    pub fn was_wrong(self) {
        self.0.keep();
    }

    /// Says that the answer was right, and forgets all wrong answers before it. It
    /// blocks.
    ///
    /// # Errors
    ///
    /// That the answer cannot be kept as right; it is no yes then.
    pub fn was_right(self) -> Result<(), BackendError> {
        self.0.clear_now()
    }

    /// Settles the guess by `outcome`. An `Ok` is a yes only if it `counts`.
    pub(crate) async fn settle<T>(
        self,
        outcome: &Result<T, AuthError>,
        counts: bool,
    ) -> Result<(), AuthError> {
        match outcome {
            Ok(_) if counts => self.0.clear().await?,
            Err(AuthError::Rejected { .. }) => self.0.keep(),
            _ => self.0.give_back().await,
        }
        Ok(())
    }
}

fn not_now(not_now: NotNow) -> AuthError {
    match not_now {
        NotNow::Hold(hold) => AuthError::LockedOut {
            retry_after: match hold {
                Hold::For(left) => Some(left),
                Hold::UntilActed => None,
            },
        },
        NotNow::Broken(error) => error.into(),
    }
}
