//! The guard's log, in `guard/log.jsonl`: one JSON line an event.

use std::{
    fs::File,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use openpass_policy::{AuditError, AuditRecord, AuditSink};
use serde::Serialize;

use crate::{Vault, guard_dir};

/// Appends each record to the guard's log and syncs it before it returns.
#[derive(Debug)]
pub struct GuardLog {
    path: PathBuf,
    guard_dir: PathBuf,
}

impl GuardLog {
    /// The log of `vault`. The file is made with the first record.
    #[must_use]
    pub fn of(vault: &Vault) -> Self {
        let guard_dir = vault.guard_dir();
        Self {
            path: guard_dir.join("log.jsonl"),
            guard_dir,
        }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn append(&self, record: &AuditRecord) -> io::Result<()> {
        let mut line = serde_json::to_vec(&Line {
            ts: jiff::Timestamp::now().to_string(),
            record,
        })?;
        line.push(b'\n');
        guard_dir::ensure(&self.guard_dir)?;
        let mut file = open(&self.path)?;
        // One write, so that lines of two processes never mix.
        file.write_all(&line)?;
        file.sync_all()
    }
}

impl AuditSink for GuardLog {
    fn record(&self, record: &AuditRecord) -> Result<(), AuditError> {
        self.append(record)
            .map_err(|error| AuditError::caused_by(format!("guard/log.jsonl: {error}"), error))
    }
}

#[derive(Serialize)]
struct Line<'a> {
    ts: String,
    #[serde(flatten)]
    record: &'a AuditRecord,
}

#[expect(clippy::disallowed_methods, reason = "this is the store")]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    File::options()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
}
