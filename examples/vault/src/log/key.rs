//! The key that signs the log.

use core::fmt;
use std::{io, path::Path};

use zeroize::Zeroizing;

use crate::{files, hash};

const FILE: &str = "log.key";
const LENGTH: usize = 32;

/// The key that signs the log's lines (HMAC-SHA-256, RFC 2104).
pub(crate) struct LogKey {
    bytes: Zeroizing<[u8; LENGTH]>,
    id: String,
}

impl LogKey {
    /// The key of the log in `dir`, or `None` when there is none yet.
    pub(crate) fn load(dir: &Path) -> io::Result<Option<Self>> {
        let path = dir.join(FILE);
        let bytes = match files::read_own(&path) {
            Ok(None) => return Ok(None),
            Ok(Some(bytes)) => Zeroizing::new(bytes),
            Err(error) => return Err(io::Error::other(error.to_string())),
        };
        let damaged = || {
            io::Error::other(
                "guard/log.key is damaged; move it away, and new lines get a new key, which \
                 `audit verify` will say",
            )
        };
        let text = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
        let bytes = hash::unhex(text).map(Zeroizing::new).ok_or_else(damaged)?;
        Ok(Some(Self::of(bytes)))
    }

    /// The same; one is made if there is none.
    pub(crate) fn load_or_make(dir: &Path) -> io::Result<Self> {
        if let Some(key) = Self::load(dir)? {
            return Ok(key);
        }
        let mut bytes = Zeroizing::new([0; LENGTH]);
        getrandom::fill(bytes.as_mut_slice()).map_err(io::Error::other)?;
        let text = Zeroizing::new(format!("{}\n", hash::hex(bytes.as_slice())));
        files::replace_own(dir, FILE, text.as_bytes())?;
        Ok(Self::of(bytes))
    }

    fn of(bytes: Zeroizing<[u8; LENGTH]>) -> Self {
        let named = [b"openpass guard log key".as_slice(), bytes.as_slice()].concat();
        let mut id = hash::sha256_hex(&Zeroizing::new(named));
        id.truncate(8);
        Self { bytes, id }
    }

    /// Tells this key from another, and says nothing about it.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The code of `parts`, one after the other.
    pub(crate) fn sign(&self, parts: &[&[u8]]) -> Mac {
        use hmac::Mac as _;
        Mac(self.hmac(parts).finalize().into_bytes().into())
    }

    /// Whether `mac` is the code of `parts`, in constant time.
    pub(crate) fn verifies(&self, parts: &[&[u8]], mac: &Mac) -> bool {
        use hmac::Mac as _;
        self.hmac(parts).verify_slice(&mac.0).is_ok()
    }

    fn hmac(&self, parts: &[&[u8]]) -> HmacSha256 {
        use hmac::{KeyInit as _, Mac as _};
        // RFC 2104, section 2: a shorter key is a block with zeros behind it.
        let mut block = Zeroizing::new([0; 64]);
        for (byte, of_key) in block.iter_mut().zip(self.bytes.iter()) {
            *byte = *of_key;
        }
        let mut hmac = HmacSha256::new((&*block).into());
        for part in parts {
            hmac.update(part);
        }
        hmac
    }
}

type HmacSha256 = hmac::Hmac<sha2::Sha256>;

impl fmt::Debug for LogKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogKey({})", self.id)
    }
}

/// The code of one line. The next line's covers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mac([u8; 32]);

impl Mac {
    /// What stands in for the line before the first.
    pub(crate) const NONE: Self = Self([0; 32]);

    pub(crate) fn from_hex(text: &[u8]) -> Option<Self> {
        hash::unhex(text).map(Self)
    }

    pub(crate) fn to_hex(self) -> String {
        hash::hex(&self.0)
    }

    pub(crate) const fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}
