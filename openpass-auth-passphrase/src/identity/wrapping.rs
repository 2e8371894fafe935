//! The wrapping of an identity, read from its header before any work.

use core::cell::RefCell;
use core::iter;

use age_core::format::{FileKey, Stanza};

use super::{MAX_BYTES, argon2id::Argon2idStanza};
use crate::{VerifyError, cost};

/// The wrapping of the file key, with every cost inside its bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wrapping {
    Scrypt,
    Argon2id(Argon2idStanza),
}

impl Wrapping {
    /// Reads the header; derives nothing.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, VerifyError> {
        if bytes.len() > MAX_BYTES {
            return Err(VerifyError::Broken(
                "the file is too large to be an identity",
            ));
        }
        let damaged =
            VerifyError::Broken("the identity is not an age file, or its header is damaged");
        // age keeps a header to itself; an identity that opens nothing sees it.
        let onlooker = Onlooker::default();
        let opened = age::Decryptor::new_buffered(bytes)
            .and_then(|file| file.decrypt(iter::once(&onlooker as &dyn age::Identity)));
        match opened {
            Err(age::DecryptError::NoMatchingKeys) => {
                onlooker.0.into_inner().unwrap_or(Err(damaged))
            }
            _ => Err(damaged),
        }
    }

    fn of(stanzas: &[Stanza]) -> Result<Self, VerifyError> {
        let [stanza] = stanzas else {
            return Err(VerifyError::Unsupported(
                "the identity is wrapped more than once, or not at all",
            ));
        };
        match stanza.tag.as_str() {
            "scrypt" => scrypt(stanza),
            "argon2id" => Argon2idStanza::read(stanza).map(Self::Argon2id),
            _ => Err(VerifyError::Unsupported(
                "the identity is not wrapped by a passphrase",
            )),
        }
    }
}

fn scrypt(stanza: &Stanza) -> Result<Wrapping, VerifyError> {
    let [_salt, log_n] = stanza.args.as_slice() else {
        return Err(VerifyError::Broken("the identity's header is damaged"));
    };
    let log_n = cost::canonical(log_n).ok_or(VerifyError::Broken(
        "the identity's work factor is not a number",
    ))?;
    cost::within("scrypt work factor", log_n.into(), cost::SCRYPT_LOG_N)?;
    Ok(Wrapping::Scrypt)
}

/// Reads the wrapping of a file, and opens nothing.
#[derive(Default)]
struct Onlooker(RefCell<Option<Result<Wrapping, VerifyError>>>);

impl age::Identity for Onlooker {
    fn unwrap_stanza(&self, _: &Stanza) -> Option<Result<FileKey, age::DecryptError>> {
        None
    }

    fn unwrap_stanzas(&self, all: &[Stanza]) -> Option<Result<FileKey, age::DecryptError>> {
        self.0.replace(Some(Wrapping::of(all)));
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_38_a_file_is_too_large_above_the_bound_and_not_at_it() {
        let said = |size| Wrapping::read(&vec![0; size]).unwrap_err().to_string();
        assert!(!said(MAX_BYTES).contains("too large"));
        assert!(said(MAX_BYTES + 1).contains("too large"));
    }
}
