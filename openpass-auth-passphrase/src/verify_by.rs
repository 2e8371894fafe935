//! A host's own check as a verifier.

use core::fmt;

use crate::{Passphrase, PassphraseVerifier, Verified, VerifyError};

/// Verifies by a function of the host's own: for a host that opens something by the
/// passphrase already.
///
/// The function is given what was typed, and returns the public name of what that opened,
/// such as a public key: it goes on the log. `None` means that nothing opened, and counts
/// as a wrong passphrase. A host that tells a wrong passphrase from a damaged file
/// implements [`PassphraseVerifier`] itself.
///
/// It is called on a thread of its own and may block; it bounds what it costs before any
/// work. Where panics unwind, its panic is a refusal; with `panic = "abort"` it ends the
/// process.
///
/// ```
/// use openpass_auth_passphrase::{Passphrase, PassphraseVerifier as _, VerifyBy};
/// # fn open(sealed: &[u8], passphrase: &str) -> Result<String, ()> {
/// #     if sealed == passphrase.as_bytes() { Ok("age1…".to_owned()) } else { Err(()) }
/// # }
///
/// // `open` is the host's. It gives the public key of what the passphrase opened.
/// let sealed = b"open sesame".to_vec();
/// let opens = VerifyBy::new(move |typed: &str| open(&sealed, typed).ok());
/// assert!(opens.verify(&Passphrase::new(b"open sesame")?).is_ok());
/// assert!(opens.verify(&Passphrase::new(b"sesame")?).is_err());
/// # Ok::<(), openpass_auth_passphrase::PassphraseError>(())
/// ```
pub struct VerifyBy<F>(F);

impl<F> VerifyBy<F>
where
    F: Fn(&str) -> Option<String> + Send + Sync,
{
    /// Verifies by `opens`.
    pub const fn new(opens: F) -> Self {
        Self(opens)
    }
}

impl<F> PassphraseVerifier for VerifyBy<F>
where
    F: Fn(&str) -> Option<String> + Send + Sync,
{
    fn verify(&self, passphrase: &Passphrase) -> Result<Verified, VerifyError> {
        let opened = (self.0)(passphrase.expose());
        opened.map(Verified::against).ok_or(VerifyError::Wrong)
    }
}

/// Says nothing of what the function holds.
impl<F> fmt::Debug for VerifyBy<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyBy").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_opens_is_named_and_what_the_function_holds_is_in_no_debug() {
        let secret = "open sesame".to_owned();
        let opens = VerifyBy::new(move |typed: &str| (typed == secret).then(|| "a key".to_owned()));
        assert_eq!(format!("{opens:?}"), "VerifyBy { .. }");
        let typed = |text: &[u8]| opens.verify(&Passphrase::new(text).unwrap());
        assert_eq!(typed(b"open sesame"), Ok(Verified::against("a key")));
        assert_eq!(typed(b"open"), Err(VerifyError::Wrong));
        assert!(!opens.signs());
    }
}
