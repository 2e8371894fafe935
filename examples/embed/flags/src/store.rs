//! The team's file. Nothing but `commit` changes it.

use std::{
    fs::{self, File, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
};

use openpass_policy::{Grant, Guard};
use tempfile::NamedTempFile;

use crate::{
    change::{Change, Plan},
    failure::Failure,
    state::State,
};

#[derive(Debug)]
pub(crate) struct Store {
    folder: PathBuf,
}

/// The file while nobody else writes it.
#[derive(Debug)]
struct Locked<'a> {
    store: &'a Store,
    /// The lock file. Closing it unlocks the team's file.
    _lock: File,
}

impl Store {
    pub(crate) const fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Begins a folder for the team. A folder that has begun stays as it is.
    pub(crate) fn begin(&self, state: &State) -> Result<(), Failure> {
        fs::create_dir_all(&self.folder)?;
        let written = self.written(&serde_json::to_string_pretty(state)?)?;
        match written.persist_noclobber(self.file()) {
            Ok(_) => self.synced(),
            Err(_) if self.file().exists() => Err(Failure::Begun(self.folder.clone())),
            Err(error) => Err(error.error.into()),
        }
    }

    pub(crate) fn has_begun(&self) -> bool {
        self.file().exists()
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.folder.join("guard.log")
    }

    pub(crate) fn state(&self) -> Result<State, Failure> {
        Ok(serde_json::from_str(&self.text()?)?)
    }

    /// Works `change` out from the file as it is now.
    pub(crate) fn plan(&self, who: &str, change: &Change) -> Result<Plan, Failure> {
        change.plan(who, &self.text()?)
    }

    /// Makes `change`, if it is the very change that was granted: worked out anew, from
    /// the file as it is under the lock.
    pub(crate) fn commit(
        &self,
        guard: &Guard,
        mut grant: Grant,
        (who, change): (&str, &Change),
    ) -> Result<(), Failure> {
        let locked = self.lock()?;
        grant.begin()?;
        let plan = self.plan(who, change)?;
        let redeemed = grant.redeem(&guard.issuer(), &plan.operation)?;
        redeemed.settle_with(|| locked.write(&plan.after))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a file that nobody reads or writes"
    )]
    fn lock(&self) -> Result<Locked<'_>, Failure> {
        let mut options = OpenOptions::new();
        let path = self.folder.join("flags.lock");
        let lock = options.create(true).append(true).open(path)?;
        lock.lock()?;
        Ok(Locked {
            store: self,
            _lock: lock,
        })
    }

    fn text(&self) -> Result<String, Failure> {
        match fs::read_to_string(self.file()) {
            Err(_) if !self.has_begun() => Err(Failure::NotBegun(self.folder.clone())),
            read => Ok(read?),
        }
    }

    fn file(&self) -> PathBuf {
        self.folder.join("flags.json")
    }

    /// A file with `text`, safe on the disk, which has no name of its own yet.
    fn written(&self, text: &str) -> Result<NamedTempFile, Failure> {
        let mut file = NamedTempFile::new_in(&self.folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        Ok(file)
    }

    /// Makes the folder's names safe on the disk, too.
    fn synced(&self) -> Result<(), Failure> {
        Ok(File::open(&self.folder)?.sync_all()?)
    }
}

impl Locked<'_> {
    /// Writes `text`. The file is the old one or the new one, whenever the machine
    /// stops.
    fn write(&self, text: &str) -> Result<(), Failure> {
        let written = self.store.written(text)?;
        written
            .persist(self.store.file())
            .map_err(|error| error.error)?;
        self.store.synced()
    }
}
