//! The key that signs the log.

use core::fmt;
use std::{io, path::Path};

use zeroize::Zeroizing;

use super::{anchor::Anchor, chapter};
use crate::{
    VaultError, files, hash,
    in_the_way::{self, Wanted},
};

const FILE: &str = "log.key";
/// Where one is put that is damaged.
const DAMAGED: &str = "log.key.damaged";
/// Where the next one lies until it has signed a line.
const NEXT: &str = "log.key.next";
const LENGTH: usize = 32;

/// The key that signs the log's lines (HMAC-SHA-256, RFC 2104).
pub(crate) struct LogKey {
    bytes: Zeroizing<[u8; LENGTH]>,
    id: String,
    is_new: bool,
}

/// What there is where the key should be.
enum Found {
    Nothing,
    /// Something that is no key, of which nothing can be had.
    Damaged,
    Key(LogKey),
}

impl LogKey {
    /// The key of the log in `dir`, or `None` when there is none: none yet, or
    /// none any more.
    ///
    /// A key that is damaged is none. What it signed cannot be checked, as if
    /// it was gone, and that keeps nobody from going on with another.
    pub(crate) fn load(dir: &Path) -> io::Result<Option<Self>> {
        if let Some(next) = Self::next_in_use(dir)? {
            return Ok(Some(next));
        }
        Ok(match Self::find(dir, FILE)? {
            Found::Key(key) => Some(key),
            Found::Nothing | Found::Damaged => None,
        })
    }

    /// The same; one is made if there is none, and a damaged one is set aside.
    pub(crate) fn load_or_make(dir: &Path) -> io::Result<Self> {
        if let Some(next) = Self::next_in_use(dir)? {
            if let Found::Key(before) = Self::find(dir, FILE)? {
                Anchor::sign_anew(dir, &before, &next)?;
            }
            next.take_the_place(dir)?;
        }
        match Self::find(dir, FILE)? {
            Found::Key(key) => return Ok(key),
            Found::Damaged => {
                let damaged = dir.join(DAMAGED);
                in_the_way::make_room(&damaged, Wanted::File)?;
                // What is no file goes the same way: nothing is renamed over it.
                in_the_way::make_room(&dir.join(FILE), Wanted::File)?;
                move_to(&dir.join(FILE), &damaged)?;
            }
            Found::Nothing => {}
        }
        let mut key = Self::make(dir, FILE)?;
        key.is_new = true;
        Ok(key)
    }

    /// Makes the key that is to be the next one.
    pub(crate) fn make_next(dir: &Path) -> io::Result<Self> {
        in_the_way::make_room(&dir.join(NEXT), Wanted::File)?;
        Self::make(dir, NEXT)
    }

    /// Puts the next key in the place of the one that there is.
    pub(crate) fn take_the_place(&self, dir: &Path) -> io::Result<()> {
        in_the_way::make_room(&dir.join(FILE), Wanted::File)?;
        move_to(&dir.join(NEXT), &dir.join(FILE))?;
        files::sync_folder(dir)
    }

    fn make(dir: &Path, file: &str) -> io::Result<Self> {
        let mut bytes = Zeroizing::new([0; LENGTH]);
        getrandom::fill(bytes.as_mut_slice()).map_err(io::Error::other)?;
        let text = Zeroizing::new(format!("{}\n", hash::hex(bytes.as_slice())));
        files::replace_own(dir, file, text.as_bytes())?;
        Ok(Self::of(bytes))
    }

    /// The next key, if the current file begins with a line that it signed: then
    /// a crash kept it from its place.
    fn next_in_use(dir: &Path) -> io::Result<Option<Self>> {
        let Ok(Found::Key(next)) = Self::find(dir, NEXT) else {
            return Ok(None);
        };
        let begins = chapter::begins_under(dir, &next).map_err(io::Error::other)?;
        Ok(begins.then_some(next))
    }

    /// Takes the key back that was made for a line which could not be written:
    /// a key without a log says that lines are missing.
    pub(crate) fn take_back(self, dir: &Path) {
        if self.is_new {
            // One that stays makes the log look worse than it is, not better.
            drop(files::remove(&dir.join(FILE)));
        }
    }

    /// Whether it was made just now.
    pub(crate) const fn is_new(&self) -> bool {
        self.is_new
    }

    fn find(dir: &Path, file: &str) -> io::Result<Found> {
        let bytes = match files::read_own(&dir.join(file)) {
            Ok(None) => return Ok(Found::Nothing),
            Ok(Some(bytes)) => Zeroizing::new(bytes),
            Err(VaultError::TooLarge { .. } | VaultError::NotAFile { .. }) => {
                return Ok(Found::Damaged);
            }
            // Something else is in the folder's place: there is nothing in it.
            Err(VaultError::Unreadable { source, .. })
                if source.kind() == io::ErrorKind::NotADirectory =>
            {
                return Ok(Found::Nothing);
            }
            Err(error) => return Err(io::Error::other(error.to_string())),
        };
        let text = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
        let bytes = hash::unhex(text).map(Zeroizing::new);
        Ok(bytes.map_or(Found::Damaged, |bytes| Found::Key(Self::of(bytes))))
    }

    fn of(bytes: Zeroizing<[u8; LENGTH]>) -> Self {
        let named = [b"openpass guard log key".as_slice(), bytes.as_slice()].concat();
        let mut id = hash::sha256_hex(&Zeroizing::new(named));
        id.truncate(8);
        Self {
            bytes,
            id,
            is_new: false,
        }
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

fn move_to(path: &Path, to: &Path) -> io::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "this is the store")]
    match std::fs::rename(path, to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
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
