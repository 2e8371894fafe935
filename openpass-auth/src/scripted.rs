//! A fake authenticator with its answers written down.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;

use crate::{AuthError, Authenticator, Challenge, Evidence, Factor, FactorSet, Unavailable};

/// Gives the answers it was told, in order, and remembers what it was asked.
///
/// When the script is used up it answers [`Unavailable::NotSupported`]: a test
/// that asks more often than it planned sees a refusal.
#[derive(Debug)]
pub struct Scripted {
    factor: Factor,
    reference: Option<String>,
    script: Mutex<VecDeque<Result<(), AuthError>>>,
    asked: Mutex<Vec<String>>,
}

impl Scripted {
    /// Answers with `script`, in order; `Ok` is evidence of `factor`.
    #[must_use]
    pub fn new(factor: Factor, script: Vec<Result<(), AuthError>>) -> Self {
        Self {
            factor,
            reference: None,
            script: Mutex::new(script.into()),
            asked: Mutex::new(Vec::new()),
        }
    }

    /// Says yes once.
    #[must_use]
    pub fn yes(factor: Factor) -> Self {
        Self::new(factor, vec![Ok(())])
    }

    /// Names `reference` as what each yes was checked against.
    #[must_use]
    pub fn with_reference(mut self, reference: impl Into<String>) -> Self {
        self.reference = Some(reference.into());
        self
    }

    /// The summaries of the challenges that were put to the person, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        self.asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

#[async_trait]
impl Authenticator for Scripted {
    fn name(&self) -> &'static str {
        "scripted"
    }

    fn factors(&self) -> FactorSet {
        FactorSet::only(self.factor)
    }

    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        challenge.admits(self.factor)?;
        self.asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(challenge.summary().to_string());
        let answer = self
            .script
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front();
        match answer {
            Some(Ok(())) => {
                let evidence = Evidence::assertion(challenge, self.factor);
                Ok(match &self.reference {
                    Some(reference) => evidence.with_reference(reference.as_str()),
                    None => evidence,
                })
            }
            Some(Err(error)) => Err(error),
            None => Err(Unavailable::NotSupported.into()),
        }
    }
}
