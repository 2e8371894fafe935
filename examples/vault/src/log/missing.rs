//! Counts the records that could not be written, until a line says how many.
//!
//! Each record is a byte in `guard/log.missing`, which takes no lock: a program that holds
//! the log's lock keeps nobody from counting.

use core::sync::atomic::{AtomicU64, Ordering};
use std::{fs::File, io::Write as _, path::Path};

use crate::{durable, files, guard_dir, system::Use};

const FILE: &str = "log.missing";
/// The most records that are counted, so that nobody can fill the disk with them.
const MOST: u64 = 1 << 20;

/// Counts a record that could not be written; in the process alone, if the disk does not
/// take the count either.
pub(super) fn count(dir: &Path, in_process: &AtomicU64) {
    if on_disk(dir).is_err() {
        in_process.fetch_add(1, Ordering::Relaxed);
    }
}

fn on_disk(dir: &Path) -> std::io::Result<()> {
    guard_dir::ensure(dir)?;
    let mut file = files::open_own(&dir.join(FILE), Use::AppendOrMake)?;
    if file.metadata()?.len() < MOST {
        file.write_all(b".")?;
        durable::sync(&file)?;
    }
    Ok(())
}

/// Returns the number of missing records that the disk counts and no line tells of yet.
pub(super) fn untold(dir: &Path) -> u64 {
    let file = files::open_own(&dir.join(FILE), Use::Read);
    let length = file.and_then(|file| file.metadata()).map(|it| it.len());
    length.unwrap_or_default()
}

/// The missing records that the next line tells of.
pub(super) struct Missing<'a> {
    file: Option<File>,
    on_disk: u64,
    in_process: &'a AtomicU64,
    of_process: u64,
}

impl<'a> Missing<'a> {
    pub(super) fn of(dir: &Path, in_process: &'a AtomicU64) -> Self {
        let file = files::open_own(&dir.join(FILE), Use::Write).ok();
        let length = |file: &File| file.metadata().map(|it| it.len()).ok();
        Self {
            on_disk: file.as_ref().and_then(length).unwrap_or_default(),
            file,
            of_process: in_process.load(Ordering::Relaxed),
            in_process,
        }
    }

    pub(super) const fn count(&self) -> u64 {
        self.on_disk.saturating_add(self.of_process)
    }

    /// Stops counting these records, since a line tells of them now. Records that were
    /// counted meanwhile stay.
    pub(super) fn tell(self) {
        self.in_process
            .fetch_sub(self.of_process, Ordering::Relaxed);
        if let Some(file) = self.file
            && let Ok(now) = file.metadata()
        {
            // One that is told of twice is better than one that is not.
            drop(file.set_len(now.len().saturating_sub(self.on_disk)));
        }
    }
}
