//! A vault's directory.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use openpass_auth::{Clock, Moment, SafeText};
use openpass_auth_macos::BootClock;
use openpass_policy::{AgentRef, Request};

use crate::{
    Config, Requester, Settings, VaultError, clock, config, error::shown, log::Walks,
    parsed::Parsed, policies::Engines, snapshot::Reads,
};

/// The file with the identity that opens the vault.
pub(crate) const IDENTITY: &str = "identity.age";

/// A vault directory that has both files that make a vault.
#[derive(Debug, Clone)]
pub struct Vault {
    dir: PathBuf,
    clock: Arc<dyn Clock>,
    engines: Engines,
    walks: Walks,
    parsed: Parsed,
    /// The files that were read at one moment; `None` while files are read as they
    /// are.
    pub(crate) reads: Option<Arc<Reads>>,
}

impl Vault {
    /// Opens the vault in `dir`. Nothing is read but the names of its files.
    ///
    /// # Errors
    ///
    /// [`VaultError::NoVault`] when neither file is there,
    /// [`VaultError::HalfVault`] when one is.
    pub fn open(dir: &Path) -> Result<Self, VaultError> {
        let no_vault = || VaultError::NoVault {
            dir: shown(dir),
            quoted: crate::for_a_shell(&dir.to_string_lossy()),
        };
        // Windows has a longer form, which few programs take: `\\?\C:\…`.
        let canonical = dunce::canonicalize(dir).map_err(|_| no_vault())?;
        let has = |name: &str| canonical.join(name).symlink_metadata().is_ok();
        match (has(config::FILE), has(IDENTITY)) {
            (true, true) => Ok(Self {
                dir: canonical,
                clock: Arc::new(BootClock::new()),
                engines: Engines::default(),
                walks: Walks::default(),
                parsed: Parsed::default(),
                reads: None,
            }),
            (false, false) => Err(no_vault()),
            (has_config, _) => Err(VaultError::HalfVault {
                dir: shown(dir),
                missing: if has_config { IDENTITY } else { config::FILE },
            }),
        }
    }

    /// Reads from `clock` whether an approval is still in force after a crash, and how
    /// long it is until somebody may be asked again.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Returns the same vault, read by way of `reads`.
    pub(crate) fn read_by(&self, reads: Option<Arc<Reads>>) -> Self {
        Self {
            reads,
            ..self.clone()
        }
    }

    /// The engines that this vault, and every clone of it, built last.
    pub(crate) const fn engines(&self) -> &Engines {
        &self.engines
    }

    /// The result of the last time that this vault, or a clone of it, went through the
    /// log.
    pub(crate) const fn walks(&self) -> &Walks {
        &self.walks
    }

    /// The texts of config.yaml that this vault, and every clone of it, parsed last.
    pub(crate) const fn parsed(&self) -> &Parsed {
        &self.parsed
    }

    /// The vault's folder, without links.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The vault's folder, safe to show.
    #[must_use]
    pub fn shown(&self) -> SafeText {
        shown(&self.dir)
    }

    /// config.yaml as it is now.
    ///
    /// # Errors
    ///
    /// That it cannot be read, or its text is broken, with the line.
    pub fn config(&self) -> Result<Config, VaultError> {
        let path = self.dir.join(config::FILE);
        self.parsed.of(&path, &self.config_bytes()?)
    }

    /// Whether a genuine line of the guard log knows this vault. If none does,
    /// there is nothing that it could be compared with.
    ///
    /// # Errors
    ///
    /// That the log cannot be read, or that others may have written it.
    pub fn has_record(&self) -> Result<bool, VaultError> {
        Ok(self.baseline()?.exists())
    }

    /// The guard's settings that count now. They never fail to be read: what
    /// cannot be understood means the strictest. What a file says that nobody
    /// has approved makes nothing easier.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.settings_in_force().counts
    }

    /// A person's request at the command line, now, under the settings as they
    /// are.
    #[must_use]
    pub fn request(&self) -> Request {
        self.request_of(&Requester::Person)
    }

    /// A request of `who`, now, under the settings as they are.
    #[must_use]
    pub fn request_of(&self, who: &Requester) -> Request {
        let vault = self.dir.to_string_lossy().into_owned();
        let settings = self.settings().guard;
        let request = match who {
            Requester::Person => Request::by_person(vault, settings),
            Requester::Agent { name, channel } | Requester::Claimed { name, channel } => {
                Request::by_agent(self.agent_ref(name), channel.clone(), vault, settings)
            }
        };
        request.at(clock::wall_time())
    }

    /// The agent called `name` as policy sees it: as far as its profile has
    /// [effect](Self::effective). One that the vault does not know, or cannot say, may
    /// ask for nothing, and may do whatever policy asks about.
    #[must_use]
    pub fn agent_ref(&self, name: &str) -> AgentRef {
        let known = self.effective(name);
        known.map_or_else(|_| AgentRef::unknown(name), |profile| profile.agent_ref())
    }

    /// The agent called `name` as the owner of a token. What a token opens for an
    /// agent that nobody has approved, nobody can tell: other programs read the file.
    pub(crate) fn token_owner(&self, name: &str) -> AgentRef {
        match self.effective(name) {
            Ok(profile) if !profile.is_never_approved() => profile.agent_ref(),
            _ => AgentRef::unknown(name),
        }
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    pub(crate) fn now(&self) -> Moment {
        self.clock.now()
    }

    pub(crate) fn config_bytes(&self) -> Result<Vec<u8>, VaultError> {
        self.required(config::FILE)
    }

    pub(crate) fn settings_path(&self) -> PathBuf {
        self.guard_dir().join("settings.yaml")
    }

    pub(crate) fn guard_dir(&self) -> PathBuf {
        self.dir.join("guard")
    }

    fn required(&self, name: &'static str) -> Result<Vec<u8>, VaultError> {
        self.read_through(&self.dir.join(name))?
            .ok_or_else(|| VaultError::HalfVault {
                dir: self.shown(),
                missing: name,
            })
    }
}
