//! The token that a program brings, and whether it opens anything.

use core::fmt;
use std::path::Path;

use openpass_auth::SafeText;
use zeroize::Zeroizing;

use super::{FILE, Registry, Token};
use crate::{
    Vault, VaultError,
    approved::{ItemKind, Known, Observed, held_token, held_tokens},
    error::shown,
    files, hash,
};

/// The largest size of a token's file, in bytes.
const MAX_BYTES: u64 = 4 * 1024;
/// The length of a token's text: 32 bytes, in hexadecimal digits.
const DIGITS: usize = 64;

/// A token as somebody brought it. Of its secret, the SHA-256 alone is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Bearer {
    sha256: String,
}

/// Shows nothing of the token.
impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bearer").finish_non_exhaustive()
    }
}

impl Bearer {
    /// Reads the token in the file at `path`, such as `mcp-tokens/NAME.token`: 64
    /// hexadecimal digits, with blanks or line ends around them at most.
    ///
    /// # Errors
    ///
    /// [`VaultError::NoBearer`] if the file is not there or holds something else, and that
    /// it cannot be read, is no regular file, or that another user owns it, or can read
    /// or write it.
    pub fn read(path: &Path) -> Result<Self, VaultError> {
        let no_bearer = |problem| VaultError::NoBearer {
            path: shown(path),
            problem,
        };
        let bytes = files::read_private(path, MAX_BYTES)?;
        let bytes = Zeroizing::new(bytes.ok_or_else(|| no_bearer("there is no such file"))?);
        let secret = bytes.trim_ascii();
        if secret.len() != DIGITS || !secret.iter().all(u8::is_ascii_hexdigit) {
            return Err(no_bearer("it does not hold 64 hexadecimal digits"));
        }
        Ok(Self {
            sha256: hash::sha256_hex(secret),
        })
    }
}

impl Vault {
    /// Returns the token that `bearer` has, if it opens anything now.
    ///
    /// INVARIANT (14: what nobody approved has no effect): a token counts as it was
    /// approved. A program that can edit the registry can write a line for a token of its
    /// own, or make one of an agent's open more. Nor does an older registry count that was
    /// put back with the log of its time.
    ///
    /// # Errors
    ///
    /// [`VaultError::BearerRefused`], or that mcp-tokens.json or the guard's log cannot be
    /// read.
    pub fn token_of(&self, bearer: &Bearer) -> Result<Token, VaultError> {
        let registry = self.read_registry()?;
        let has_it = |token: &&Token| token.hash == bearer.sha256;
        let Some(token) = registry.tokens.values().find(has_it) else {
            return Err(VaultError::BearerRefused {
                id: None,
                problem: "it is in no line of mcp-tokens.json: it was replaced, or is of another \
                          vault"
                    .to_owned(),
            });
        };
        let refused = |problem: String| VaultError::BearerRefused {
            id: Some(SafeText::quoted(&token.id)),
            problem,
        };
        ended(token).map_err(refused)?;
        self.is_as_approved(&registry, token).map_err(refused)?;
        Ok(token.clone())
    }

    fn is_as_approved(&self, registry: &Registry, token: &Token) -> Result<(), String> {
        let now = Observed {
            part: held_tokens(registry),
            ..Observed::default()
        };
        let baseline = self.baseline_if_any();
        if baseline.state().doubts(ItemKind::Tokens) {
            return Err(
                "lines of the guard's log are missing or damaged, so it is not known \
                        whether it was revoked since; `openpass guard status` says more"
                    .to_owned(),
            );
        }
        match baseline.of(ItemKind::Tokens, &now) {
            Known::Nothing => Err(
                "the guard knows no token of this vault yet; `openpass agent token new` issues \
                 one, and `openpass guard accept` accepts those that there are"
                    .to_owned(),
            ),
            Known::Lost(why) => Err(format!("it is not known which tokens were approved: {why}")),
            Known::Part(approved) => match approved.get(&token.id) {
                Some(fields) if *fields == held_token(token) => Ok(()),
                Some(_) => Err(format!(
                    "its line in {FILE} was changed outside the guard; `openpass guard status` \
                     shows how, and `openpass guard accept` accepts it"
                )),
                None => Err(format!(
                    "its line in {FILE} was written outside the guard; `openpass guard accept` \
                     accepts it"
                )),
            },
        }
    }
}

/// Refuses a token that is revoked or expired. An expiry that cannot be read is over.
fn ended(token: &Token) -> Result<(), String> {
    if token.revoked {
        return Err("it was revoked".to_owned());
    }
    let Some(expires) = token.expires_at.as_deref() else {
        return Ok(());
    };
    match expires.parse::<jiff::Timestamp>() {
        Ok(at) if at > jiff::Timestamp::now() => Ok(()),
        Ok(at) => Err(format!("it expired at {at}")),
        Err(_) => Err("the time of its expiry cannot be read".to_owned()),
    }
}
