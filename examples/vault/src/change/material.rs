//! The values that are made up for a change: the time, and a token's id and
//! secret.

use core::fmt;
use std::io;

use zeroize::Zeroizing;

use crate::{VaultError, hash};

/// Made up once for a proposal, so that the commit comes to the same bytes.
#[derive(Clone)]
pub(crate) struct Material {
    now: jiff::Timestamp,
    token: Zeroizing<String>,
    id: String,
    scope: [u8; 16],
}

impl Material {
    /// Makes material for a vault that has the id `scope`, or is to have it.
    pub(super) fn fresh(scope: [u8; 16]) -> Result<Self, VaultError> {
        let mut secret = Zeroizing::new([0; 32]);
        let mut id = [0; 4];
        getrandom::fill(secret.as_mut_slice())
            .and_then(|()| getrandom::fill(&mut id))
            .map_err(|error| VaultError::NoRandomness(io::Error::other(error)))?;
        Ok(Self {
            now: jiff::Timestamp::now(),
            token: Zeroizing::new(hash::hex(secret.as_slice())),
            id: hash::hex(&id),
            scope,
        })
    }

    /// Now, by the system's clock.
    pub(super) const fn now(&self) -> jiff::Timestamp {
        self.now
    }

    /// The vault's id, if it has none yet.
    pub(super) const fn scope(&self) -> &[u8; 16] {
        &self.scope
    }

    /// A new token's secret: 64 hexadecimal digits.
    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// A new token's id, in the product's form.
    pub(super) fn token_id(&self) -> String {
        let day = self.now.strftime("%Y%m%d");
        format!("tok-{day}-{}", self.id)
    }
}

impl fmt::Debug for Material {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Material")
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}
