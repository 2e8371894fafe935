//! The questions that were asked last, as Cedar sees them. It keeps no answers: policies
//! are evaluated each time.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use super::Encoded;
use crate::{Denial, operation::Question};

/// The number of questions that are kept.
const KEPT: usize = 16;

/// A question, and how Cedar sees it.
type Pair = (Question, Arc<Encoded>);

/// Encoded questions, the one that was asked last behind.
#[derive(Clone, Default)]
pub(in crate::engine) struct Known(Arc<Mutex<VecDeque<Pair>>>);

impl Known {
    /// The question as Cedar sees it: as it was encoded before, else by `encode`.
    ///
    /// INVARIANT: what is kept is found by a question that is equal in every part but the reason, and is
    /// made of that question and of what no engine with this memory has otherwise: its
    /// schema, and who is a person.
    pub(super) fn or_encode(
        &self,
        question: &Question,
        encode: impl FnOnce() -> Result<Encoded, Denial>,
    ) -> Result<Arc<Encoded>, Denial> {
        if !question.is_short() {
            return Ok(Arc::new(encode()?));
        }
        let key = question.without_reason();
        if let Some(known) = self.find(&key) {
            return Ok(known);
        }
        let encoded = Arc::new(encode()?);
        // What is kept is whole at every moment.
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while all.len() >= KEPT {
            drop(all.pop_front());
        }
        all.push_back((key, Arc::clone(&encoded)));
        Ok(encoded)
    }

    fn find(&self, question: &Question) -> Option<Arc<Encoded>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = all.iter().position(|(known, _)| known == question)?;
        let found = all.remove(at)?;
        let encoded = Arc::clone(&found.1);
        all.push_back(found);
        Some(encoded)
    }
}
