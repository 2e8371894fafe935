//! The check of codes: each is good once.

use core::fmt;
use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use openpass_auth::BackendError;
use totp_rs::{Builder, Secret, Totp};

use crate::LastStep;

/// The codes of one key. A code counts half a minute before and after its time, and
/// once.
pub struct Codes {
    totp: Totp,
    last: Arc<dyn LastStep>,
    now: fn() -> u64,
}

/// The key is no base32 of 128 bits or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyError;

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the key is not base32 of 128 bits or more; take the one that the app was set up with",
        )
    }
}

impl core::error::Error for KeyError {}

impl Codes {
    /// Codes of `digits` digits by `key`, in base32; `last` remembers which were used.
    ///
    /// # Errors
    ///
    /// [`KeyError`].
    pub fn new(key: &str, digits: u8, last: Arc<dyn LastStep>) -> Result<Self, KeyError> {
        let secret = Secret::try_from_base32(key.trim()).map_err(|_| KeyError)?;
        let totp = Builder::new().with_secret(secret).with_digits(digits);
        let totp = totp.build().map_err(|_| KeyError)?;
        Ok(Self {
            totp,
            last,
            now: by_the_clock,
        })
    }

    /// Reads the time from `now`, in seconds since 1970.
    #[must_use]
    pub const fn with_clock(mut self, now: fn() -> u64) -> Self {
        self.now = now;
        self
    }

    /// Whether `code` is right, and not used; it is used now. It is compared in
    /// constant time, by `totp-rs`.
    ///
    /// # Errors
    ///
    /// That it cannot be remembered as used, and then it is no yes.
    pub fn take(&self, code: &str) -> Result<bool, BackendError> {
        match self.totp.check(code, (self.now)()) {
            Some(step) => self.last.advance(step),
            None => Ok(false),
        }
    }
}

fn by_the_clock() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

impl fmt::Debug for Codes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Codes")
            .field("last", &self.last)
            .finish_non_exhaustive()
    }
}
