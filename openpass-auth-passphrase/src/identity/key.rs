//! The secret key that an identity holds.

use core::fmt;

use age::secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

use crate::VerifyError;

const PREFIX: &str = "AGE-SECRET-KEY-1";

/// A vault's secret key: one `AGE-SECRET-KEY-1…` line, wiped when dropped.
///
/// It decrypts every entry of the vault. `Debug` shows nothing of it.
pub struct SecretKey(Zeroizing<String>);

impl SecretKey {
    /// The line, without its newline. The caller must leave no copy behind.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The public key that belongs to it, `age1…`; no secret.
    ///
    /// # Errors
    ///
    /// [`VerifyError::Broken`] if the line is no key, which its making rules
    /// out.
    pub fn recipient(&self) -> Result<String, VerifyError> {
        Ok(parse(&self.0)?.to_public().to_string())
    }

    pub(super) fn from_age(identity: &age::x25519::Identity) -> Self {
        let line = identity.to_string();
        Self(Zeroizing::new(line.expose_secret().to_owned()))
    }

    /// Takes an identity's plaintext, which is one line and nothing else.
    pub(super) fn from_plaintext(plaintext: &[u8]) -> Result<Self, VerifyError> {
        let text = core::str::from_utf8(plaintext).map_err(|_| NO_KEY)?;
        let line = text.strip_suffix('\n').unwrap_or(text);
        parse(line)?;
        Ok(Self(Zeroizing::new(line.to_owned())))
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

const NO_KEY: VerifyError =
    VerifyError::Broken("the identity opened, but does not hold one secret key and nothing else");

pub(super) fn parse(line: &str) -> Result<age::x25519::Identity, VerifyError> {
    if !line.starts_with(PREFIX) {
        return Err(NO_KEY);
    }
    line.parse().map_err(|_| NO_KEY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plaintext_is_one_key_and_nothing_else() {
        let key = super::super::generate();
        let line = key.expose();
        for good in [line.to_owned(), format!("{line}\n")] {
            let read = SecretKey::from_plaintext(good.as_bytes()).unwrap();
            assert_eq!(read.expose(), line);
        }
        let bad = [
            String::new(),
            format!("{line}\n\n"),
            format!("{line}\n{line}\n"),
            format!("# a comment\n{line}\n"),
            format!(" {line}"),
            line.to_lowercase(),
            line.replace("KEY-1", "KEY-PQ-1"),
            "AGE-SECRET-KEY-1QQQQ".to_owned(),
        ];
        for text in bad {
            assert!(SecretKey::from_plaintext(text.as_bytes()).is_err());
        }
    }

    #[test]
    fn debug_shows_nothing_of_it() {
        assert_eq!(format!("{:?}", super::super::generate()), "SecretKey(..)");
    }
}
