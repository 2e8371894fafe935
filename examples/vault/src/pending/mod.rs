//! Requests that wait for a person at another terminal, in `guard/pending/`.

pub(crate) mod code;
mod denial;
mod file;
mod queue;
mod turn;

use std::path::PathBuf;

use openpass_auth::{AttemptStore as _, SafeText};
use openpass_policy::{Channel, Request};

use self::{file::Written, turn::Turn};
use crate::{
    AttemptFile, Change, Claimed, IssuedToken, Requester, Vault, VaultError, durable, error::shown,
    files, for_a_shell, guard_dir,
};

/// The largest number of requests that may wait at a time.
const MOST: usize = 16;
/// The largest number of waiting requests that may be one agent's.
const MOST_OF_ONE: usize = 4;
/// The largest number of files that are looked at: more files than that were not left by
/// us.
const MOST_FILES: usize = 4 * MOST;
/// The time that a request waits, in seconds.
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
    /// The code that tells the request from others, such as `7QX4-M2P9`.
    pub code: String,
    /// The agent that asks, by its name.
    pub agent: String,
    /// The host that it asked through.
    pub channel: Channel,
    /// The change that the agent asks for, while the request waits.
    pub change: Option<Change>,
    /// The reason in the agent's own words, while the request waits.
    pub reason: Option<String>,
    /// The time at which the request was left, as RFC 3339.
    pub created: String,
    /// The time until which the request waits, or its outcome can be read, as RFC 3339.
    pub expires: String,
    /// The state of the request.
    pub state: PendingState,
    /// The token that was issued, if the agent asked for one and the request was approved.
    pub issued: Option<IssuedToken>,
    /// The reason that the person gave for a denial.
    pub answer: Option<String>,
    /// The program that is said to have asked, while the request waits.
    pub claimed: Option<Claimed>,
}

/// The state of a request, for the host that left it. It proves nothing.
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
    /// The request waited too long.
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
    /// agent asks from what it knows, not from what a client says. What the
    /// agent waits for already keeps its code.
    ///
    /// # Errors
    ///
    /// [`VaultError::TooManyPending`], [`VaultError::TooManyOfAgent`], [`VaultError::NotForLater`] for a
    /// change that cannot wait, or that the file cannot be written.
    pub fn leave(
        vault: &Vault,
        (agent, channel): (&str, &Channel),
        change: &Change,
        reason: Option<String>,
    ) -> Result<String, VaultError> {
        let dir = folder(vault);
        let failed = |error| VaultError::unwritable(&dir, error);
        guard_dir::ensure(&vault.guard_dir()).map_err(failed)?;
        guard_dir::ensure_folder(&dir).map_err(failed)?;
        // Until the request is there, so that nobody else takes its place.
        let turn = Turn::wait(vault)?;
        durable::remove_unfinished(&dir);
        if let Some(code) = queue::place(vault, &turn, (agent, channel), change)? {
            return Ok(code);
        }
        let written = Written::new(agent, channel, change.clone(), reason, LIFETIME);
        // What is only a hint keeps no request away for its length.
        let claimed = written.clone().claiming(Claimed::of_this_process());
        let bytes = claimed.to_bytes().or_else(|_| written.to_bytes())?;
        let code = code::fresh()?;
        durable::replace_own(&dir, &code::file_name(&code), &bytes).map_err(failed)?;
        drop(turn);
        Ok(code)
    }

    /// Every request that waits, the oldest first; for an agent, its own alone:
    /// what others ask for is none of its business. What cannot be read is
    /// passed over: it is nobody's request.
    ///
    /// # Errors
    ///
    /// That the folder cannot be read.
    pub fn list(vault: &Vault, by: &Requester) -> Result<Vec<Self>, VaultError> {
        let mut all: Vec<Self> = queue::codes(vault)?
            .iter()
            .take(MOST_FILES)
            .filter_map(|code| Self::read(vault, code).ok())
            .filter(|pending| {
                pending.state == PendingState::Waiting && by.sees_requests_of(&pending.agent)
            })
            .collect();
        all.sort_by(|a, b| a.created.cmp(&b.created));
        Ok(all)
    }

    /// Returns the number of files in `guard/pending/` that [`list`](Self::list) cannot
    /// show: files that it does not look at, and files that are no requests. Some of them
    /// may be requests that wait.
    ///
    /// # Errors
    ///
    /// That the folder cannot be read.
    pub fn not_listed(vault: &Vault) -> Result<usize, VaultError> {
        let codes = queue::codes(vault)?;
        let seen = codes.iter().take(MOST_FILES);
        let unreadable = seen.filter(|code| Self::read(vault, code).is_err()).count();
        Ok(codes
            .len()
            .saturating_sub(MOST_FILES)
            .saturating_add(unreadable))
    }

    /// Reads the request under `code`, once and strictly. If the request waited too long,
    /// the change that it asked for is removed from its file.
    ///
    /// # Errors
    ///
    /// [`VaultError::UnknownPending`], or that the file is not one of ours: a
    /// link, too long, fields that nobody knows.
    pub fn read(vault: &Vault, code: &str) -> Result<Self, VaultError> {
        let (pending, holds_a_change) = Self::find(vault, code)?;
        if pending.state == PendingState::Expired
            && holds_a_change
            && let Some(turn) = Turn::now(vault)
        {
            // Should it fail, the next one who reads it tries again.
            if Self::find(vault, &pending.code).is_ok_and(|(now, _)| now == pending) {
                drop(pending.end(vault, PendingState::Expired, None));
            }
            drop(turn);
        }
        Ok(pending)
    }

    /// Returns the request under `code`, and whether its file holds a change.
    fn find(vault: &Vault, code: &str) -> Result<(Self, bool), VaultError> {
        let unknown = || VaultError::UnknownPending {
            code: SafeText::quoted(code),
        };
        let code = code::parse(code).ok_or_else(unknown)?;
        let path = path(vault, &code);
        let bytes = files::read_own_up_to(&path, file::MAX_BYTES)?.ok_or_else(unknown)?;
        let written = Written::parse(&bytes).map_err(|problem| VaultError::BrokenPending {
            path: shown(&path),
            problem: SafeText::escape(&problem).to_string(),
        })?;
        let holds_a_change = written.holds_a_change();
        Ok((written.into_pending(code), holds_a_change))
    }

    /// Whether `text` is a code in its one form. A person may type it otherwise;
    /// what names a thing to a program is one name.
    #[must_use]
    pub fn is_code(text: &str) -> bool {
        code::parse(text).is_some_and(|code| code == text)
    }

    /// Refuses a request that was denied, withdrawn or exchanged, or expired,
    /// since it was read.
    ///
    /// # Errors
    ///
    /// [`VaultError::Conflict`], or that it cannot be read any more.
    pub fn still_waits(&self, vault: &Vault) -> Result<(), VaultError> {
        match Self::read(vault, &self.code) {
            Ok(now) if now == *self => Ok(()),
            Ok(_) | Err(VaultError::UnknownPending { .. }) => Err(VaultError::Conflict),
            Err(error) => Err(error),
        }
    }

    /// The command by which a person decides on the request under `code`, for
    /// a terminal of their own. It names the vault.
    #[must_use]
    pub fn command(vault: &Vault, code: &str) -> String {
        let dir = for_a_shell(&vault.dir().to_string_lossy());
        format!("openpass --vault {dir} approve {code}")
    }

    /// Returns the warning for a person who approves the request below the program that
    /// asked. It decides nothing: a program that wants to hide has others start this one.
    #[must_use]
    pub fn warning(&self) -> Option<SafeText> {
        let program = self.claimed.as_ref()?.is_above_us()?;
        Some(SafeText::fill(
            "This runs below the program that asked ({}), which may see and type what you do \
             here: use a terminal of your own",
            &[&program],
        ))
    }

    /// Returns the time that the request waits from now, in whole seconds.
    #[must_use]
    pub fn seconds_left(&self) -> u64 {
        let expires = self.expires.parse::<jiff::Timestamp>();
        let left = expires.map(|it| it.duration_since(jiff::Timestamp::now()).as_secs());
        left.unwrap_or_default().max(0).unsigned_abs()
    }

    /// Returns the request as the vault knows its agent now: without an entry in
    /// config.yaml the agent has no power at all.
    #[must_use]
    pub fn request(&self, vault: &Vault) -> Request {
        let agent = Requester::Claimed {
            name: self.agent.clone(),
            channel: self.channel.clone(),
        };
        vault.request_of(&agent).because(self.reason.clone())
    }

    /// Notes that the change was made, and the token that it
    /// [`issued`](Self::issued). A person has acted: the agent's prompts
    /// that came to nothing are forgotten.
    ///
    /// # Errors
    ///
    /// That the file cannot be written. The change stands.
    pub fn note_approved(self, vault: &Vault) -> Result<(), VaultError> {
        // The change stands. A program that holds the queue keeps nobody from being told.
        let turn = Turn::wait(vault).ok();
        let noted = self.note(vault, PendingState::Approved, None);
        drop(turn);
        noted
    }

    /// Whether `by` may decide on requests that wait.
    ///
    /// # Errors
    ///
    /// [`VaultError::NotForAgents`] for an agent.
    pub fn is_for(by: &Requester) -> Result<(), VaultError> {
        match by {
            Requester::Person => Ok(()),
            Requester::Agent { .. } | Requester::Claimed { .. } => Err(VaultError::NotForAgents),
        }
    }

    fn note(
        &self,
        vault: &Vault,
        state: PendingState,
        answer: Option<String>,
    ) -> Result<(), VaultError> {
        self.end(vault, state, answer)?;
        // If it cannot be noted, the agent goes without dialogs for longer.
        let agent = &self.agent;
        drop(AttemptFile::of(vault).update(&mut |attempts| attempts.a_person_acted_on(agent)));
        Ok(())
    }

    /// Leaves of the request no more than how it ended. It is called under the lock on the
    /// queue, which keeps what is being written from being taken for left over; of a change
    /// that stands, also without it.
    fn end(
        &self,
        vault: &Vault,
        state: PendingState,
        answer: Option<String>,
    ) -> Result<(), VaultError> {
        let dir = folder(vault);
        let name = code::file_name(&self.code);
        let bytes = Written::ended(self, state, answer).to_bytes()?;
        durable::replace_own(&dir, &name, &bytes)
            .map_err(|error| VaultError::unwritable(&dir.join(name), error))
    }
}

fn folder(vault: &Vault) -> PathBuf {
    vault.guard_dir().join("pending")
}

fn path(vault: &Vault, code: &str) -> PathBuf {
    folder(vault).join(code::file_name(code))
}
