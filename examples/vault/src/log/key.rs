//! The key that signs the log.

use core::fmt;
use std::{io, path::Path};

use zeroize::Zeroizing;

use super::{anchor::Anchor, chapter};
use crate::{
    VaultError, durable, files, hash,
    in_the_way::{self, Wanted},
};

const FILE: &str = "log.key";
/// The name under which a damaged key is set aside.
const DAMAGED: &str = "log.key.damaged";
/// The file of the next key until that key has signed a line.
const NEXT: &str = "log.key.next";
const LENGTH: usize = 32;

/// The key that signs the log's lines (HMAC-SHA-256, RFC 2104).
pub(crate) struct LogKey {
    bytes: Zeroizing<[u8; LENGTH]>,
    id: String,
    is_new: bool,
}

/// The result of a look for the key.
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
        let Found::Key(key) = Self::find(dir, FILE)? else {
            return Ok(None);
        };
        if let Some(next) = key.next_in_use(dir)? {
            return Ok(Some(next));
        }
        // Another process may have put the next one in its place meanwhile.
        match Self::find(dir, FILE)? {
            Found::Key(now) if now.id != key.id => Ok(Some(now)),
            _ => Ok(Some(key)),
        }
    }

    /// Like [`load`](Self::load), but makes a key if there is none, and sets a
    /// damaged one aside.
    pub(crate) fn load_or_make(dir: &Path) -> io::Result<Self> {
        match Self::find(dir, FILE)? {
            Found::Key(key) => {
                let Some(next) = key.next_in_use(dir)? else {
                    return Ok(key);
                };
                Anchor::sign_anew(dir, &key, &next)?;
                next.take_the_place(dir)?;
                return Ok(next);
            }
            Found::Damaged => {
                let damaged = dir.join(DAMAGED);
                in_the_way::make_room(&damaged, Wanted::File)?;
                // What is no file goes the same way: nothing is renamed over it.
                in_the_way::make_room(&dir.join(FILE), Wanted::File)?;
                move_to(&dir.join(FILE), &damaged)?;
            }
            Found::Nothing => {}
        }
        Self::make(dir)
    }

    /// Makes the key that is to be the next one after this, which signs it.
    ///
    /// INVARIANT (one key hands over to the next): a file that somebody else put
    /// there, beside a log that it signed, has no code of the log's own key, so
    /// nothing of it is believed.
    pub(crate) fn make_next(&self, dir: &Path) -> io::Result<Self> {
        in_the_way::make_room(&dir.join(NEXT), Wanted::File)?;
        let next = Self::fresh()?;
        let endorsed = self.sign(&next.as_next()).to_hex();
        let text = Zeroizing::new(format!("{}{endorsed}\n", *next.text()));
        durable::replace_own(dir, NEXT, text.as_bytes())?;
        Ok(next)
    }

    /// Puts this key, which is the next one, in the place of the current key.
    pub(crate) fn take_the_place(&self, dir: &Path) -> io::Result<()> {
        in_the_way::make_room(&dir.join(FILE), Wanted::File)?;
        durable::replace_own(dir, FILE, self.text().as_bytes())?;
        durable::sync_folder(dir)?;
        // One that stays is endorsed by a key that is no more.
        drop(files::remove(&dir.join(NEXT)));
        Ok(())
    }

    fn make(dir: &Path) -> io::Result<Self> {
        let mut key = Self::fresh()?;
        key.is_new = true;
        if let Err(error) = durable::replace_own(dir, FILE, key.text().as_bytes()) {
            // It may have its name already, and a folder that is not synced.
            key.take_back(dir);
            return Err(error);
        }
        Ok(key)
    }

    fn fresh() -> io::Result<Self> {
        let mut bytes = Zeroizing::new([0; LENGTH]);
        getrandom::fill(bytes.as_mut_slice()).map_err(io::Error::other)?;
        Ok(Self::of(bytes))
    }

    /// The key as its file has it.
    fn text(&self) -> Zeroizing<String> {
        let digits = Zeroizing::new(hash::hex(self.bytes.as_slice()));
        // With room for all of it: what is moved leaves a copy behind.
        let mut text = Zeroizing::new(String::with_capacity(digits.len().saturating_add(1)));
        text.push_str(&digits);
        text.push('\n');
        text
    }

    /// Returns the bytes that the key before signs to hand over to this one.
    fn as_next(&self) -> [&[u8]; 2] {
        [b"openpass guard log next key", self.bytes.as_slice()]
    }

    /// The next key, if this one signed it and the current file begins with a
    /// line that it signed: then a crash kept it from its place.
    fn next_in_use(&self, dir: &Path) -> io::Result<Option<Self>> {
        let Ok(Some(bytes)) = files::read_own(&dir.join(NEXT)).map(|it| it.map(Zeroizing::new))
        else {
            return Ok(None);
        };
        let mut lines = bytes.split(|byte| *byte == b'\n');
        let next = lines.next().and_then(hash::unhex).map(Zeroizing::new);
        let endorsed = lines.next().and_then(Mac::from_hex);
        let (Some(next), Some(endorsed)) = (next.map(Self::of), endorsed) else {
            return Ok(None);
        };
        if !self.verifies(&next.as_next(), &endorsed) {
            return Ok(None);
        }
        let begins = chapter::begins_under(dir, &next).map_err(io::Error::other)?;
        Ok(begins.then_some(next))
    }

    /// Takes the key back that was made for a line which could not be written:
    /// a key without a log says that lines are missing.
    ///
    /// INVARIANT (what was signed can be checked): the key of a line that stayed stays.
    pub(crate) fn take_back(self, dir: &Path) {
        let is_needed = || chapter::names_key(dir, &self).unwrap_or(true);
        let is_there = || matches!(Self::find(dir, FILE), Ok(Found::Key(key)) if key.id == self.id);
        if self.is_new && is_there() && !is_needed() {
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

    /// Tells this key from every other, and says nothing about it.
    pub(crate) fn mark(&self) -> Mac {
        self.sign(&[b"openpass guard log key mark"])
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

/// The code of one line. The next line's code covers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mac([u8; 32]);

impl Mac {
    /// The code that stands for the line before the first, which does not exist.
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
