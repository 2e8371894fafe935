//! Calls of a host's own that wait for a person's signature, in `guard/calls/`.
//!
//! The process that waits holds the question; another at the person's terminal has it
//! signed. What lies here is a claim: the person is shown what is worked out anew from it,
//! and the signature is verified by the process that waits, over what that process means to
//! do. So a program that writes here can have a person asked, and have a call refused; nothing
//! that is written here lets a call pass.

mod answer;
mod file;

use std::{fs::File, path::PathBuf};

use openpass_auth::SafeText;
use openpass_policy::SignedElsewhere;

use self::{
    answer::Answered,
    file::{MAX_BYTES, Written},
};
use crate::{
    Requester, Vault, VaultError, durable,
    error::shown,
    files, for_a_shell, guard_dir, lock,
    pending::code::{self, file_name},
};

/// The most calls that may wait at a time.
const MOST: usize = 16;
/// The most that may be one agent's.
const MOST_OF_ONE: usize = 4;
/// The most files that are looked at.
const MOST_FILES: usize = 4 * MOST;

/// A call that waits, as somebody claims.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct WaitingCall {
    /// The code that tells it from others, such as `7QX4-M2P9`.
    pub code: String,
    /// The agent that asks, by its name.
    pub agent: String,
    /// The call in the host's own words, from which the host works the operation out.
    pub call: serde_json::Value,
    /// The nonce of the challenge that is to be signed.
    pub nonce: [u8; 32],
    /// The time at which it was left, as RFC 3339.
    pub created: String,
    /// The time until which it waits, as RFC 3339.
    pub expires: String,
}

/// A person's answer to a call that waits. It proves nothing by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new answer must break the hosts that wait for one"
)]
pub enum CallAnswer {
    /// A signature, for the guard that waits to verify.
    Signed(SignedElsewhere),
    /// No.
    Denied,
}

/// A call that this process left. Dropping it withdraws it.
#[derive(Debug)]
#[must_use = "a call that is dropped does not wait"]
pub struct LeftCall {
    vault: Vault,
    code: String,
}

impl WaitingCall {
    /// Leaves `call` of `agent` for at most `seconds`.
    ///
    /// # Errors
    ///
    /// [`VaultError::TooManyPending`], [`VaultError::TooManyOfAgent`],
    /// [`VaultError::NotForLater`] for a call that is too long, or that the file cannot be
    /// written.
    pub fn leave(
        vault: &Vault,
        agent: &str,
        call: serde_json::Value,
        (nonce, seconds): ([u8; 32], u64),
    ) -> Result<LeftCall, VaultError> {
        let dir = folder(vault);
        let failed = |error| VaultError::unwritable(&dir, error);
        guard_dir::ensure(&vault.guard_dir()).map_err(failed)?;
        guard_dir::ensure_own_folder(&dir).map_err(failed)?;
        // Until the call is there, so that nobody else takes its place.
        let turn = turn(vault)?;
        durable::remove_unfinished(&dir);
        has_room(vault, agent)?;
        let bytes = Written::new(agent, call, &nonce, seconds).to_bytes()?;
        let code = code::fresh()?;
        durable::replace_own(&dir, &file_name(&code), &bytes).map_err(failed)?;
        drop(turn);
        Ok(LeftCall {
            vault: vault.clone(),
            code,
        })
    }

    /// Every call that waits, the newest first: for a person all, for an agent its own. What
    /// cannot be read is passed over.
    ///
    /// # Errors
    ///
    /// That the folder cannot be read.
    pub fn list(vault: &Vault, by: &Requester) -> Result<Vec<Self>, VaultError> {
        let codes = codes(vault)?;
        let read = codes.iter().take(MOST_FILES);
        let mut all: Vec<Self> = read
            .filter_map(|code| Self::read(vault, code).ok())
            .filter(|call| by.sees_requests_of(&call.agent))
            .collect();
        all.sort_by(|a, b| b.created.cmp(&a.created));
        Ok(all)
    }

    /// The call that waits under `code`.
    ///
    /// # Errors
    ///
    /// [`VaultError::UnknownPending`], or that the file is not one of ours.
    pub fn read(vault: &Vault, code: &str) -> Result<Self, VaultError> {
        let unknown = || VaultError::UnknownPending {
            code: SafeText::quoted(code),
        };
        let code = code::parse(code).ok_or_else(unknown)?;
        let path = folder(vault).join(file_name(&code));
        let bytes = files::read_own_up_to(&path, MAX_BYTES)?.ok_or_else(unknown)?;
        let broken = |problem: String| VaultError::BrokenPending {
            path: shown(&path),
            problem: SafeText::escape(&problem).to_string(),
        };
        let written = Written::parse(&bytes).map_err(broken)?;
        written.waiting(code).ok_or_else(unknown)
    }

    /// The command by which a person answers the call under `code`, for a terminal of their
    /// own. It names the folder.
    #[must_use]
    pub fn command(vault: &Vault, code: &str) -> String {
        let dir = for_a_shell(&vault.dir().to_string_lossy());
        format!("openpass-guard approve --policy {dir} {code}")
    }

    /// Hands a person's signature to the process that waits.
    ///
    /// # Errors
    ///
    /// That it does not wait any more, or that the answer cannot be written.
    pub fn sign(self, vault: &Vault, signed: &SignedElsewhere) -> Result<(), VaultError> {
        self.answer(vault, &Answered::signed(signed))
    }

    /// Tells the process that waits that a person said no.
    ///
    /// # Errors
    ///
    /// As [`sign`](Self::sign).
    pub fn deny(self, vault: &Vault) -> Result<(), VaultError> {
        self.answer(vault, &Answered::denied())
    }

    fn answer(self, vault: &Vault, answered: &Answered) -> Result<(), VaultError> {
        let dir = folder(vault);
        let bytes = answered.to_bytes()?;
        let turn = turn(vault)?;
        if Self::read(vault, &self.code)? != self {
            return Err(VaultError::Conflict);
        }
        durable::replace_own(&dir, &answer_name(&self.code), &bytes)
            .map_err(|error| VaultError::unwritable(&dir, error))?;
        drop(turn);
        Ok(())
    }
}

impl LeftCall {
    /// The code under which it waits.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The answer, once there is one.
    ///
    /// # Errors
    ///
    /// That what lies there is no answer.
    pub fn answer(&self) -> Result<Option<CallAnswer>, VaultError> {
        let path = folder(&self.vault).join(answer_name(&self.code));
        let Some(bytes) = files::read_own_up_to(&path, MAX_BYTES)? else {
            return Ok(None);
        };
        let broken = |problem| VaultError::BrokenPending {
            path: shown(&path),
            problem,
        };
        Answered::parse(&bytes).map(Some).map_err(broken)
    }
}

impl Drop for LeftCall {
    fn drop(&mut self) {
        let dir = folder(&self.vault);
        // What cannot be removed waits until its time is over, and signs for nobody.
        drop(files::remove(&dir.join(file_name(&self.code))));
        drop(files::remove(&dir.join(answer_name(&self.code))));
    }
}

/// Refuses one more call of `agent` where enough wait, and removes what waits no more.
///
/// INVARIANT (no agent takes the others' places): an agent has at most [`MOST_OF_ONE`].
fn has_room(vault: &Vault, agent: &str) -> Result<(), VaultError> {
    let (mut all, mut own) = (0_usize, 0_usize);
    for code in codes(vault)?.iter().take(MOST_FILES) {
        match WaitingCall::read(vault, code) {
            Ok(waiting) => {
                all = all.saturating_add(1);
                own = own.saturating_add(usize::from(waiting.agent == agent));
            }
            Err(_) => {
                drop(files::remove(&folder(vault).join(file_name(code))));
                drop(files::remove(&folder(vault).join(answer_name(code))));
            }
        }
    }
    if own >= MOST_OF_ONE {
        return Err(VaultError::TooManyOfAgent { most: MOST_OF_ONE });
    }
    if all >= MOST {
        return Err(VaultError::TooManyPending { most: MOST });
    }
    Ok(())
}

/// The lock on the calls that wait, given back when the file is closed.
///
/// INVARIANT (no agent takes the others' places): who counts the places holds it until the
/// call has its own.
fn turn(vault: &Vault) -> Result<File, VaultError> {
    lock::wait(&vault.guard_dir().join("calls.lock"), lock::Mode::Exclusive)
}

fn codes(vault: &Vault) -> Result<Vec<String>, VaultError> {
    code::all_in(&folder(vault))
}

fn folder(vault: &Vault) -> PathBuf {
    vault.guard_dir().join("calls")
}

fn answer_name(code: &str) -> String {
    format!("{code}.answer")
}
