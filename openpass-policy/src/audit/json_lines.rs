//! A log in a file of its own.

use core::sync::atomic::{AtomicU64, Ordering};
use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use serde::Serialize;

use super::{AuditError, AuditRecord, AuditSink};
use crate::LogId;

/// A log in a file, a line of JSON a record: for hosts that have none of their own.
///
/// Each record is on the disk before the guard goes on. Several processes can write to
/// one file. It has no seal: who can write to the file can change what it says.
///
/// A line has the [record](AuditRecord), and `unixTime`, the seconds since 1970 by the
/// machine's clock. Where refusals could not be written, the next line that can be has
/// `missed`, their count.
///
/// ```
/// use openpass_policy::JsonLines;
///
/// let folder = std::env::temp_dir().join(format!("guard-log-{}", std::process::id()));
/// std::fs::create_dir_all(&folder)?;
/// let log = JsonLines::open(folder.join("guard.log"))?;
/// # drop(log);
/// # std::fs::remove_dir_all(folder)?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct JsonLines {
    path: PathBuf,
    file: Mutex<File>,
    missed: AtomicU64,
    id: LogId,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    unix_time: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    missed: Option<u64>,
    #[serde(flatten)]
    record: &'a AuditRecord,
}

impl JsonLines {
    /// Opens the log at `path`, or makes it, for its owner alone.
    ///
    /// # Errors
    ///
    /// That the file cannot be opened for reading and writing.
    #[expect(
        clippy::disallowed_methods,
        reason = "a log of the host's own is no vault's file"
    )]
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path)?;
        let path = path.as_ref().canonicalize()?;
        // So that a crash does not lose the file that was just made.
        #[cfg(unix)]
        if let Some(folder) = path.parent() {
            File::open(folder)?.sync_all()?;
        }
        Ok(Self {
            id: LogId::of(&[b"json lines", path.as_os_str().as_encoded_bytes()]),
            file: Mutex::new(file),
            missed: AtomicU64::new(0),
            path,
        })
    }

    /// The file's path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn append(&self, record: &AuditRecord) -> io::Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let missed = self.missed.load(Ordering::SeqCst);
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let line = Line {
            unix_time: since.unwrap_or_default().as_secs(),
            missed: (missed > 0).then_some(missed),
            record,
        };
        let mut bytes = Vec::new();
        serde_json::to_writer(&mut bytes, &line)?;
        bytes.push(b'\n');
        lock(&file)?;
        let written = self.write(&mut file, &bytes);
        let unlocked = file.unlock();
        written?;
        self.missed.fetch_sub(missed, Ordering::SeqCst);
        unlocked
    }

    fn write(&self, file: &mut File, line: &[u8]) -> io::Result<()> {
        self.is_there(file)?;
        // A half line that somebody left ends here, so that this one is read.
        if ends_amid_a_line(file)? {
            file.write_all(b"\n")?;
        }
        file.write_all(line)?;
        file.sync_data()
    }

    /// A log that was moved or removed takes no lines that anybody would find.
    #[cfg(unix)]
    fn is_there(&self, file: &File) -> io::Result<()> {
        use std::os::unix::fs::MetadataExt as _;
        let (here, there) = (file.metadata()?, std::fs::metadata(&self.path)?);
        if (here.dev(), here.ino()) == (there.dev(), there.ino()) {
            Ok(())
        } else {
            Err(io::Error::other(
                "another file has taken its place; open the log again",
            ))
        }
    }

    #[cfg(not(unix))]
    fn is_there(&self, _: &File) -> io::Result<()> {
        std::fs::metadata(&self.path).map(drop)
    }
}

/// The longest time that another process may hold the file.
const PATIENCE: Duration = Duration::from_secs(5);

/// Takes the file for this process, which others do for one line each.
fn lock(file: &File) -> io::Result<()> {
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if begun.elapsed() >= PATIENCE => {
                return Err(io::Error::other("another program holds it"));
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

/// Whether a crash has cut the last line off.
fn ends_amid_a_line(file: &mut File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

impl AuditSink for JsonLines {
    fn record(&self, record: &AuditRecord) -> Result<(), AuditError> {
        self.append(record).map_err(|error| {
            let message = format!("the log {} cannot be written: {error}", self.path.display());
            AuditError::caused_by(message, error)
        })
    }

    fn missed(&self, _: &AuditRecord, _: &AuditError) {
        self.missed.fetch_add(1, Ordering::SeqCst);
    }

    fn id(&self) -> LogId {
        self.id
    }
}
