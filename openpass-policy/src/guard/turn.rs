//! One prompt at a time in one place (invariant 6).

use core::pin::pin;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError, Weak},
};

use async_lock::{
    Mutex as AsyncMutex, MutexGuardArc, RwLock, RwLockReadGuardArc, RwLockWriteGuardArc,
};
use futures_lite::future;
use openpass_auth::{AuthError, Challenge, PromptPlace, Unavailable, contain};

/// Held for reading while a prompt is up in places that are named, and for writing
/// while one is up that says nothing of its place.
static ANYWHERE: Mutex<Option<Arc<RwLock<()>>>> = Mutex::new(None);

/// The places in which a prompt is up, or is waited for.
static PLACES: Mutex<BTreeMap<PromptPlace, Weak<AsyncMutex<()>>>> = Mutex::new(BTreeMap::new());

/// The places that one question has, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    _places: Vec<MutexGuardArc<()>>,
    _anywhere: Option<Anywhere>,
}

#[derive(Debug)]
enum Anywhere {
    Alone { _held: RwLockWriteGuardArc<()> },
    BesideOthers { _held: RwLockReadGuardArc<()> },
}

impl Turn {
    /// Waits until nothing else is up in `places`, and no longer than `challenge` is
    /// open.
    ///
    /// # Errors
    ///
    /// [`Unavailable::Busy`]: another question was up until then.
    pub(super) async fn of(
        challenge: &Challenge,
        places: Vec<PromptPlace>,
    ) -> Result<Self, AuthError> {
        let places: BTreeSet<PromptPlace> = places.into_iter().collect();
        let waits_for = Mutex::new(PromptPlace::anywhere());
        let mut taking = pin!(Self::take(places, &waits_for));
        // Where nothing else is up, there is no wait that could be over.
        if let Some(turn) = future::poll_once(&mut taking).await {
            return Ok(turn);
        }
        let waiting = async { Ok(taking.await) };
        match contain(challenge, "the wait for a turn", waiting).await {
            Err(AuthError::TimedOut) => {
                let place = waits_for.lock().unwrap_or_else(PoisonError::into_inner);
                let place = place.shown();
                Err(Unavailable::Busy { place }.into())
            }
            taken => taken,
        }
    }

    /// INVARIANT: a caller that waits for a place holds only the places before it
    /// in order, so that no two wait for each other. `waits_for` is the one that it
    /// is at.
    async fn take(places: BTreeSet<PromptPlace>, waits_for: &Mutex<PromptPlace>) -> Self {
        let anywhere = anywhere();
        let anywhere = match () {
            () if places.is_empty() => None,
            () if places.iter().any(PromptPlace::is_anywhere) => Some(Anywhere::Alone {
                _held: anywhere.write_arc().await,
            }),
            () => Some(Anywhere::BesideOthers {
                _held: anywhere.read_arc().await,
            }),
        };
        let mut taken = Vec::with_capacity(places.len());
        for place in places {
            if !place.is_anywhere() {
                *waits_for.lock().unwrap_or_else(PoisonError::into_inner) = place.clone();
                taken.push(lock_of(place).lock_arc().await);
            }
        }
        Self {
            _places: taken,
            _anywhere: anywhere,
        }
    }
}

fn anywhere() -> Arc<RwLock<()>> {
    let mut lock = ANYWHERE.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(lock.get_or_insert_with(Arc::default))
}

/// The place's own lock. Those that nobody has are forgotten.
fn lock_of(place: PromptPlace) -> Arc<AsyncMutex<()>> {
    let mut places = PLACES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(lock) = places.get(&place).and_then(Weak::upgrade) {
        return lock;
    }
    places.retain(|_, lock| lock.strong_count() > 0);
    let lock = Arc::new(AsyncMutex::new(()));
    places.insert(place, Arc::downgrade(&lock));
    lock
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_that_nobody_has_are_forgotten() {
        let known = |place: &PromptPlace| PLACES.lock().unwrap().contains_key(place);
        let (gone, held) = (PromptPlace::named("gone"), PromptPlace::named("held"));
        drop(lock_of(gone.clone()));
        let holds = lock_of(held.clone());
        drop(lock_of(PromptPlace::named("another")));
        assert!(!known(&gone) && known(&held));
        drop(holds);
    }
}
