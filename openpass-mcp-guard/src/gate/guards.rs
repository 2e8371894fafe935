//! The guard that is in force.

use core::fmt;
use std::sync::Arc;

use openpass_policy::Guard;

use crate::Blocked;

/// Says which guard is in force.
///
/// A host whose policies and settings are files reads them here again, and gives the same
/// guard as long as nothing has changed: a call that was granted by another guard than the
/// one in force when its tool would run is refused.
pub trait Guards: fmt::Debug + Send + Sync {
    /// The guard that is in force now. It is asked for at least twice for each call, and
    /// must not wait for anybody.
    ///
    /// # Errors
    ///
    /// That there is none, such as where the policies do not load. The call is refused.
    fn now(&self) -> Result<Arc<Guard>, Blocked>;
}

impl Guards for Arc<Guard> {
    fn now(&self) -> Result<Arc<Guard>, Blocked> {
        Ok(Self::clone(self))
    }
}
