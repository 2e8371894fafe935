//! Requests that wait for a person at another terminal, in `guard/pending/`.

mod code;
mod file;

use std::path::PathBuf;

use openpass_auth::{AttemptStore as _, SafeText};
use openpass_policy::{Channel, Request};

use self::file::Written;
use crate::{AttemptFile, Change, Requester, Vault, VaultError, error::shown, files, guard_dir};

/// How many requests may wait at a time.
const MOST: usize = 16;
/// How many files are looked at: what is more was not left by us.
const MOST_FILES: usize = 4 * MOST;
/// How long a request waits, in seconds.
const LIFETIME: i64 = 15 * 60;

/// A request that an agent's host left for a person to decide on.
///
/// It is what somebody claims: any program of the same user can write the
/// file. Nothing in it is believed but what is decided afresh: the agent by
/// its name in config.yaml, the change against the vault as it is. It has no
/// place for a person as the one who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pending {
    /// What tells it from others, such as `7QX4-M2P9`.
    pub code: String,
    /// The agent that asks, by its name.
    pub agent: String,
    /// The host that it asked through.
    pub channel: Channel,
    /// What it asks for.
    pub change: Change,
    /// Why, in its own words.
    pub reason: Option<String>,
    /// When it was left, as RFC 3339.
    pub created: String,
    /// How it stands.
    pub state: PendingState,
}

/// How a request stands. For the host that left it; it proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new state must break the builds that tell clients of it"
)]
pub enum PendingState {
    /// Nobody has decided.
    Waiting,
    /// A person approved it, and the change was made.
    Approved,
    /// A person denied it.
    Denied,
    /// It waited too long.
    Expired,
}

impl PendingState {
    /// The state's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Denied => "denied",
            Self::Expired => "expired",
        }
    }
}

impl Pending {
    /// Leaves a request of `agent`, and returns its code. The host says which
    /// agent asks from what it knows, not from what a client says.
    ///
    /// # Errors
    ///
    /// [`VaultError::TooManyPending`], [`VaultError::NotForLater`] for a
    /// change that cannot wait, or that the file cannot be written.
    pub fn leave(
        vault: &Vault,
        (agent, channel): (&str, Channel),
        change: &Change,
        reason: Option<String>,
    ) -> Result<String, VaultError> {
        let dir = folder(vault);
        let failed = |error| VaultError::unwritable(&dir, error);
        guard_dir::ensure(&vault.guard_dir()).map_err(failed)?;
        guard_dir::ensure_folder(&dir).map_err(failed)?;
        make_room(vault)?;
        let written = Written::new(agent, channel, change.clone(), reason, LIFETIME);
        let bytes = written.to_bytes()?;
        let code = code::fresh()?;
        files::replace_own(&dir, &code::file_name(&code), &bytes).map_err(failed)?;
        Ok(code)
    }

    /// Every request that waits, the oldest first. What cannot be read is
    /// passed over: it is nobody's request.
    ///
    /// # Errors
    ///
    /// That the folder cannot be read.
    pub fn list(vault: &Vault) -> Result<Vec<Self>, VaultError> {
        let mut all: Vec<Self> = codes(vault)?
            .iter()
            .filter_map(|code| Self::read(vault, code).ok())
            .filter(|pending| pending.state == PendingState::Waiting)
            .collect();
        all.sort_by(|a, b| a.created.cmp(&b.created));
        Ok(all)
    }

    /// The request under `code`, read once and strictly.
    ///
    /// # Errors
    ///
    /// [`VaultError::UnknownPending`], or that the file is not one of ours: a
    /// link, too long, fields that nobody knows.
    pub fn read(vault: &Vault, code: &str) -> Result<Self, VaultError> {
        let unknown = || VaultError::UnknownPending {
            code: SafeText::quoted(code),
        };
        let code = code::parse(code).ok_or_else(unknown)?;
        let path = path(vault, &code);
        let bytes = files::read_own_up_to(&path, file::MAX_BYTES)?.ok_or_else(unknown)?;
        let written = Written::parse(&bytes).map_err(|problem| VaultError::BrokenPending {
            path: shown(&path),
            problem,
        })?;
        Ok(written.into_pending(code))
    }

    /// The command by which a person decides on the request under `code`, for
    /// a terminal of their own. It names the vault.
    #[must_use]
    pub fn command(vault: &Vault, code: &str) -> String {
        let dir = vault.dir().to_string_lossy();
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
        let shown = SafeText::escape(&dir);
        let dir = if dir.chars().all(plain) {
            dir.into_owned()
        } else if shown.as_str() == dir {
            // Nothing in it that a terminal obeys: quoted for the shell.
            format!("'{}'", dir.replace('\'', "'\\''"))
        } else {
            format!("'{shown}'")
        };
        format!("openpass --vault {dir} approve {code}")
    }

    /// Who asks, as the vault knows the agent now: without an entry in
    /// config.yaml it has no power at all.
    #[must_use]
    pub fn request(&self, vault: &Vault) -> Request {
        let agent = vault.agent_ref(&self.agent);
        let principal = openpass_policy::Principal::Agent(agent);
        vault
            .request()
            .because(self.reason.clone())
            .on_behalf_of(principal, self.channel)
    }

    /// Notes that the change was made. A person has acted: the agent's prompts
    /// that came to nothing are forgotten.
    ///
    /// # Errors
    ///
    /// That the file cannot be written. The change stands.
    pub fn note_approved(self, vault: &Vault) -> Result<(), VaultError> {
        self.note(vault, PendingState::Approved)
    }

    /// Takes the request away; its host can see that it was denied. Nobody is
    /// asked, since it takes power from nobody; but `by` must be a person, who
    /// has acted, as with an approval.
    ///
    /// # Errors
    ///
    /// [`VaultError::NotForAgents`], or that the file cannot be written.
    pub fn deny(self, vault: &Vault, by: &Requester) -> Result<(), VaultError> {
        Self::is_for(by)?;
        self.note(vault, PendingState::Denied)
    }

    /// Whether `by` may decide on requests that wait.
    ///
    /// # Errors
    ///
    /// [`VaultError::NotForAgents`] for an agent.
    pub fn is_for(by: &Requester) -> Result<(), VaultError> {
        match by {
            Requester::Person => Ok(()),
            Requester::Agent { .. } => Err(VaultError::NotForAgents),
        }
    }

    fn note(self, vault: &Vault, state: PendingState) -> Result<(), VaultError> {
        let dir = folder(vault);
        let name = code::file_name(&self.code);
        let agent = self.agent.clone();
        let bytes = Written::decided(self, state).to_bytes()?;
        files::replace_own(&dir, &name, &bytes)
            .map_err(|error| VaultError::unwritable(&dir.join(name), error))?;
        // If it cannot be noted, the agent goes without dialogs for longer.
        drop(AttemptFile::of(vault).update(&mut |attempts| attempts.a_person_acted_on(&agent)));
        Ok(())
    }
}

/// Removes what nobody waits for any more; then there must be room.
fn make_room(vault: &Vault) -> Result<(), VaultError> {
    let mut waiting = 0_usize;
    for code in codes(vault)? {
        match Pending::read(vault, &code) {
            Ok(pending) if pending.state == PendingState::Waiting => {
                waiting = waiting.saturating_add(1);
            }
            // What cannot be removed takes no place among those that wait.
            _ => drop(files::remove(&path(vault, &code))),
        }
    }
    if waiting >= MOST {
        return Err(VaultError::TooManyPending { most: MOST });
    }
    Ok(())
}

fn folder(vault: &Vault) -> PathBuf {
    vault.guard_dir().join("pending")
}

fn path(vault: &Vault, code: &str) -> PathBuf {
    folder(vault).join(code::file_name(code))
}

/// The codes of the files that there are.
fn codes(vault: &Vault) -> Result<Vec<String>, VaultError> {
    let dir = folder(vault);
    let entries = match std::fs::read_dir(&dir) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|error| VaultError::unreadable(&dir, error))?,
    };
    let names = entries.flatten().map(|entry| entry.file_name());
    Ok(names
        .filter_map(|name| code::of_file(name.to_str()?))
        .take(MOST_FILES)
        .collect())
}
