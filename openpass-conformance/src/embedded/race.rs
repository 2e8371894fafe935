//! Two attempts at once.

use core::fmt;
use std::{
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::Duration,
};

use super::{Embedded, actor::shared, attempt::Ended, play::Play};
use crate::report::{Played, broken};

/// The longest wait for a second question: a host may have one question at a time.
const GRACE: Duration = Duration::from_secs(3);

/// Something that is awaited by one thread and told by another.
#[derive(Debug, Default)]
struct Sign(Mutex<bool>, Condvar);

impl Sign {
    fn tell(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.1.notify_all();
    }

    /// Waits for the sign; false if it did not come.
    fn comes(&self, within: Duration) -> bool {
        let told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.1.wait_timeout_while(told, within, |told| !*told);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

impl<S: Send + Sync + 'static, V: PartialEq + Clone + fmt::Debug + Send + Sync + 'static>
    Embedded<S, V>
{
    /// The first is approved while the second is asked about, and the second is denied.
    pub(super) fn two_at_once(&self, after: &V) -> Played<String> {
        let other = self.the_other()?;
        drop(self.goes_through("`other_change`", other)?);
        let (first_asks, second_asks, first_ended) = (
            Arc::<Sign>::default(),
            Arc::<Sign>::default(),
            Arc::<Sign>::default(),
        );
        let both_ask = Arc::<Sign>::default();
        let (asks, waits) = (Arc::clone(&first_asks), Arc::clone(&second_asks));
        let met = Arc::clone(&both_ask);
        let first = self.actor(&[Play::Yes]).when_asked(move || {
            asks.tell();
            if waits.comes(GRACE) {
                met.tell();
            }
        });
        let (asks, waits, patience) = (
            Arc::clone(&second_asks),
            Arc::clone(&first_ended),
            self.patience,
        );
        let second = self.actor(&[Play::No]).when_asked(move || {
            asks.tell();
            waits.comes(patience);
        });
        let (state, _) = self.fresh();
        let one = self.starts(&state, self.the_change()?, &shared(first));
        if !first_asks.comes(self.patience) {
            return broken("the first was not asked about");
        }
        let two = self.starts(&state, other, &shared(second));
        let one = self.ended(&one);
        first_ended.tell();
        let two = self.ended(&two);
        if one != Ended::Done {
            return broken(format!("the first, which was approved: {one:?}"));
        }
        self.is_refused("the second, which was not approved", &two, &state, after)?;
        Ok(if both_ask.comes(Duration::ZERO) {
            "both questions were up".to_owned()
        } else {
            format!("one at a time: no second question came in {GRACE:?}")
        })
    }
}
