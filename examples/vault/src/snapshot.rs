//! The vault as it is at one moment.

use core::{fmt, ops::Deref};
use std::{
    collections::BTreeMap,
    fs::File,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use zeroize::Zeroizing;

use crate::{EffectiveProfile, SettingsInForce, Vault, VaultError, files, log::Walked, system};

/// A vault of which each file is read once, when it is first looked at.
///
/// What a change is decided on, what a person is shown of it and what its digest covers
/// is one state: nobody can let two readings of a file see two contents. A
/// [`Door`](crate::Door) is opened on a snapshot, and a commit works the change out
/// again on another, which it takes under the lock. With a commit the moment is over:
/// what is read afterwards is read anew.
#[derive(Debug, Clone)]
pub struct Snapshot(Vault);

impl Deref for Snapshot {
    type Target = Vault;

    fn deref(&self) -> &Vault {
        &self.0
    }
}

/// The vault as a snapshot has it, until a commit.
impl From<Snapshot> for Vault {
    fn from(snapshot: Snapshot) -> Self {
        snapshot.0
    }
}

impl Vault {
    /// The vault at the moment that begins now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(self.read_by(Some(Arc::default())))
    }

    /// The moment that this vault is at, or the one that begins now.
    #[must_use]
    pub fn at_one_moment(&self) -> Snapshot {
        match self.reads {
            Some(_) => Snapshot(self.clone()),
            None => self.snapshot(),
        }
    }

    /// The vault as it is whenever it is looked at.
    pub(crate) fn as_it_is(&self) -> Self {
        self.read_by(None)
    }

    /// Like [`files::read_own`], but by way of the snapshot, if there is one.
    pub(crate) fn read_own(&self, path: &Path) -> Result<Option<Vec<u8>>, VaultError> {
        match &self.reads {
            Some(reads) => reads.own(path),
            None => files::read_own(path),
        }
    }

    /// Like [`files::read`], but by way of the snapshot, if there is one.
    pub(crate) fn read_through(&self, path: &Path) -> Result<Option<Vec<u8>>, VaultError> {
        match &self.reads {
            Some(reads) => reads.through(path),
            None => files::read(path),
        }
    }

    /// Like [`files::read_or_describe`], but by way of the snapshot, if there is one.
    pub(crate) fn read_or_describe(&self, path: &Path) -> Result<Option<Vec<u8>>, VaultError> {
        self.read_own(path)
            .or_else(|error| files::describe(path, error))
    }

    /// Like [`files::read_through_or_describe`], but by way of the snapshot, if there is
    /// one.
    pub(crate) fn read_through_or_describe(
        &self,
        path: &Path,
    ) -> Result<Option<Vec<u8>>, VaultError> {
        match self.read_through(path) {
            Ok(None) | Err(VaultError::NotAFile { .. }) => self.read_or_describe(path),
            read => read,
        }
    }
}

impl Vault {
    /// The id that names this vault in what is signed for it: the one on its log, or for
    /// a vault without one the id that it gets with its first baseline, made up once a
    /// moment.
    pub(crate) fn scope(&self) -> Result<[u8; 16], VaultError> {
        match (self.register()?.scope, &self.reads) {
            (Some(scope), _) => Ok(scope),
            (None, Some(reads)) => reads.scope(),
            (None, None) => fresh_scope(),
        }
    }
}

fn fresh_scope() -> Result<[u8; 16], VaultError> {
    let mut scope = [0; 16];
    getrandom::fill(&mut scope)
        .map_err(|error| VaultError::NoRandomness(std::io::Error::other(error)))?;
    Ok(scope)
}

impl Snapshot {
    /// Whether `place`, where the file called `path` lies that may be a link, is
    /// still the file that was read and holds `content`: by the one that is open
    /// since, so that it is not looked for again. `None` if it was not read.
    pub(crate) fn still_holds(
        &self,
        path: &Path,
        place: &Path,
        content: Option<&[u8]>,
    ) -> Option<bool> {
        let read = self.0.reads.as_ref()?.opened(path)?;
        Some(content.is_some_and(|content| files::is_still(place, &read, content)))
    }
}

/// The files and the log, as they were read. An error is not kept: what cannot be read
/// is tried again, and decides nothing.
#[derive(Default)]
pub(crate) struct Reads {
    scope: Mutex<Option<[u8; 16]>>,
    policies: Mutex<Option<Vec<String>>>,
    own: Mutex<BTreeMap<PathBuf, Content>>,
    through: Mutex<BTreeMap<PathBuf, Opened>>,
    log: Mutex<Option<Arc<Walked>>>,
    /// Whether nobody else can have written the guard's memory.
    is_trusted: AtomicBool,
    settings: Mutex<Option<SettingsInForce>>,
    agents: Mutex<Option<Arc<[EffectiveProfile]>>>,
}

/// A file's content; `None` is no file. It may be a secret.
type Content = Option<Zeroizing<Vec<u8>>>;

/// A file that stays open, and what was read of it.
struct Opened {
    content: Content,
    file: Option<Arc<File>>,
}

/// Files may hold secrets, so none is shown.
impl fmt::Debug for Reads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reads")
    }
}

impl Reads {
    fn own(&self, path: &Path) -> Result<Option<Vec<u8>>, VaultError> {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(content) = own.get(path) {
            return Ok(content.as_ref().map(|content| content.to_vec()));
        }
        let read = files::read_own(path)?;
        own.insert(path.to_owned(), read.clone().map(Zeroizing::new));
        Ok(read)
    }

    fn through(&self, path: &Path) -> Result<Option<Vec<u8>>, VaultError> {
        let mut through = self.through.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(opened) = through.get(path) {
            return Ok(opened.content.as_ref().map(|content| content.to_vec()));
        }
        let (content, file) = files::read_and_keep_open(path)?.unzip();
        let opened = Opened {
            content: content.clone().map(Zeroizing::new),
            file: file.filter(|_| system::KEEPS_OPEN).map(Arc::new),
        };
        through.insert(path.to_owned(), opened);
        Ok(content)
    }

    fn opened(&self, path: &Path) -> Option<Arc<File>> {
        let through = self.through.lock().unwrap_or_else(PoisonError::into_inner);
        through.get(path).and_then(|opened| opened.file.clone())
    }

    fn scope(&self) -> Result<[u8; 16], VaultError> {
        let mut scope = self.scope.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(scope) = *scope {
            return Ok(scope);
        }
        Ok(*scope.insert(fresh_scope()?))
    }

    /// The names of the policy files, by `list` the first time.
    pub(crate) fn policies(
        &self,
        list: impl FnOnce() -> Result<Vec<String>, VaultError>,
    ) -> Result<Vec<String>, VaultError> {
        let mut policies = self.policies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(names) = policies.as_ref() {
            return Ok(names.clone());
        }
        let names = list()?;
        *policies = Some(names.clone());
        Ok(names)
    }

    /// Returns what the log came to, by `walk` the first time.
    pub(crate) fn log(
        &self,
        walk: impl FnOnce() -> Result<Arc<Walked>, VaultError>,
    ) -> Result<Arc<Walked>, VaultError> {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(walked) = log.as_ref() {
            return Ok(Arc::clone(walked));
        }
        let walked = walk()?;
        *log = Some(Arc::clone(&walked));
        Ok(walked)
    }

    /// Whether nobody else can have written the guard's memory, by `check` until it says
    /// so.
    pub(crate) fn trusted(
        &self,
        check: impl FnOnce() -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        if self.is_trusted.load(Ordering::SeqCst) {
            return Ok(());
        }
        check()?;
        self.is_trusted.store(true, Ordering::SeqCst);
        Ok(())
    }

    /// The settings in force, by `work_out` the first time. Those that stand in for what
    /// cannot be used are worked out each time.
    pub(crate) fn settings(&self, work_out: impl FnOnce() -> SettingsInForce) -> SettingsInForce {
        if let Some(settings) = &*self.settings.lock().unwrap_or_else(PoisonError::into_inner) {
            return settings.clone();
        }
        // Not held meanwhile: what is worked out may read.
        let settings = work_out();
        if settings.found.problem.is_none() {
            *self.settings.lock().unwrap_or_else(PoisonError::into_inner) = Some(settings.clone());
        }
        settings
    }

    /// The agents as they are in effect, by `work_out` the first time.
    pub(crate) fn agents(
        &self,
        work_out: impl FnOnce() -> Result<Arc<[EffectiveProfile]>, VaultError>,
    ) -> Result<Arc<[EffectiveProfile]>, VaultError> {
        if let Some(agents) = &*self.agents.lock().unwrap_or_else(PoisonError::into_inner) {
            return Ok(Arc::clone(agents));
        }
        let agents = work_out()?;
        *self.agents.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&agents));
        Ok(agents)
    }

    /// Forgets all that was read: there is another state now.
    pub(crate) fn forget(&self) {
        self.is_trusted.store(false, Ordering::SeqCst);
        *self.settings.lock().unwrap_or_else(PoisonError::into_inner) = None;
        *self.agents.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.own
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        self.through
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        *self.policies.lock().unwrap_or_else(PoisonError::into_inner) = None;
        *self.log.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
