//! The folder, and the one way by which what is in it changes.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Write as _},
    path::PathBuf,
};

use anyhow::Result;
use rustix::fs::{FlockOperation, flock};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{Agent, Change, Error, Method, Plan, Settings, Tier, identity};

/// A vault's folder.
#[derive(Debug, Clone)]
pub struct Store {
    folder: PathBuf,
}

impl Store {
    /// The vault in `folder`, whether or not there is one.
    #[must_use]
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        Self { folder }
    }

    /// A file of the vault.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Makes a vault, with one agent of the lowest tier, that `passphrase` opens at the
    /// cost of `work_factor`.
    ///
    /// # Errors
    ///
    /// That there is one already, or that the folder cannot be written.
    pub fn init(&self, passphrase: &str, work_factor: u8) -> Result<()> {
        if self.path("settings.json").exists() {
            return Err(Error::IsThere(self.folder.clone()).into());
        }
        fs::create_dir_all(&self.folder)?;
        let mut id = [0; 16];
        getrandom::fill(&mut id).map_err(|error| anyhow::anyhow!("no random bytes: {error}"))?;
        let agent = Agent { tier: Tier::ReadOnly };
        let settings = Settings {
            id: id.iter().map(|byte| format!("{byte:02x}")).collect(),
            unlock: Method::Passphrase,
            agents: BTreeMap::from([("codex".to_owned(), agent)]),
            made: OffsetDateTime::now_utc().format(&Rfc3339)?,
        };
        self.replace("identity.age", &identity::create(passphrase, work_factor)?)?;
        self.replace("settings.json", &settings.write()?)
    }

    /// Returns the content of `identity.age`.
    ///
    /// # Errors
    ///
    /// That it cannot be read.
    pub fn identity(&self) -> Result<Vec<u8>> {
        Ok(fs::read(self.path("identity.age"))?)
    }

    /// The settings as they are.
    ///
    /// # Errors
    ///
    /// That there are none, or that they are damaged.
    pub fn settings(&self) -> Result<Settings> {
        Ok(Settings::read(&self.read()?)?)
    }

    /// Works out `change` of the settings as they are.
    ///
    /// # Errors
    ///
    /// As [`settings`](Self::settings), and those of [`Plan::new`].
    pub fn plan(&self, change: &Change) -> Result<Plan> {
        Ok(Plan::new(self.read()?, change)?)
    }

    /// Makes `change`.
    ///
    /// # Errors
    ///
    /// As [`plan`](Self::plan), and that the folder cannot be written.
    pub fn commit(&self, change: &Change) -> Result<()> {
        let lock = File::create(self.path(".lock"))?;
        flock(&lock, FlockOperation::LockExclusive)?;
        let plan = self.plan(change)?;
        self.replace("settings.json", &plan.after)
    }

    fn read(&self) -> Result<Vec<u8>> {
        match fs::read(self.path("settings.json")) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(Error::NoVault(self.folder.clone()).into())
            }
            read => Ok(read?),
        }
    }

    /// Whole or not at all, and on the disk when it returns.
    fn replace(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(self.path(name))?;
        Ok(File::open(&self.folder)?.sync_all()?)
    }
}
