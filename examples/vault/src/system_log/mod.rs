//! Seals in the system's log, which another user keeps: a program that puts an older
//! `guard/` back cannot take them back there.
//!
//! Each commit's seal is sent as one line, `seal VAULT NUMBER SEAL`, under the identifier
//! [`IDENTIFIER`]. Nothing of it is a secret, and nothing depends on its arrival.

#[cfg(target_os = "linux")]
mod journal;
mod line;
#[cfg(all(unix, not(target_os = "macos")))]
mod syslog;
#[cfg(target_os = "macos")]
mod unified;

#[cfg(unix)]
use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::{Head, Vault, VaultError, hash};

use line::Line;

/// The name under which lines are sent.
#[cfg(unix)]
pub(crate) const IDENTIFIER: &str = "openpass-guard";
/// The most seals of a vault that are read back.
#[cfg(unix)]
const MOST: usize = 100_000;

/// A seal that the system's log has.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Told {
    /// The seal and its number.
    pub head: Head,
    /// The time at which the seal was written, as that log says.
    pub when: String,
    /// The process that wrote the seal, as that log says.
    pub writer: String,
}

/// The seals of one vault that the system's log has.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ToldElsewhere {
    /// The log's name, for people; `None` where no log can be read.
    pub log: Option<&'static str>,
    /// The number of these seals that the present history has.
    pub present: usize,
    /// The seals that the present history does not have.
    pub missing: Vec<Told>,
}

impl Vault {
    /// Compares the present history with every seal that the system's log has of it, not
    /// with the last alone: a history that was put back ends in a seal of its own.
    ///
    /// # Errors
    ///
    /// That the guard's log cannot be read. A system log that cannot be read is none.
    pub fn told_elsewhere(&self) -> Result<ToldElsewhere, VaultError> {
        let Some(scope) = self.register()?.scope else {
            return Ok(ToldElsewhere::default());
        };
        let Some((log, told)) = read(&hash::hex(&scope)) else {
            return Ok(ToldElsewhere::default());
        };
        let heads: BTreeSet<_> = self.heads()?.into_iter().map(|head| head.seal).collect();
        let (present, missing): (Vec<Told>, Vec<Told>) = told
            .into_iter()
            .partition(|told| heads.contains(&told.head.seal));
        Ok(ToldElsewhere {
            log: Some(log),
            present: present.len(),
            missing,
        })
    }

    /// Tells the system's log of the last seal. Where there is none, nobody is told.
    pub(crate) fn tell_the_system_log(&self) {
        let Ok(state) = crate::GuardLog::of(self).state() else {
            return;
        };
        if let (Some(sealed), Some(scope)) = (state.sealed(), state.approvers.scope) {
            let line = Line {
                vault: hash::hex(&scope),
                head: Head::from(&sealed),
            };
            send(&line.to_string());
        }
    }
}

#[cfg(target_os = "linux")]
fn send(line: &str) {
    if !journal::send(line) {
        syslog::send(line);
    }
}

#[cfg(all(unix, not(target_os = "linux"), not(target_os = "macos")))]
fn send(line: &str) {
    syslog::send(line);
}

#[cfg(target_os = "macos")]
fn send(line: &str) {
    unified::send(line);
}

/// The log's name, and what it has of the vault with this id.
#[cfg(target_os = "linux")]
fn read(vault: &str) -> Option<(&'static str, Vec<Told>)> {
    journal::read(vault).or_else(|| syslog::read(vault))
}

#[cfg(all(unix, not(target_os = "linux"), not(target_os = "macos")))]
fn read(vault: &str) -> Option<(&'static str, Vec<Told>)> {
    syslog::read(vault)
}

#[cfg(target_os = "macos")]
fn read(vault: &str) -> Option<(&'static str, Vec<Told>)> {
    unified::read(vault)
}

/// Does nothing: no line is sent to the event log of Windows.
#[cfg(windows)]
const fn send(_: &str) {}

/// Returns `None`: nothing was sent.
#[cfg(windows)]
const fn read(_: &str) -> Option<(&'static str, Vec<Told>)> {
    None
}

/// Returns each seal once, so that no number of copies keeps a later one from being read.
#[cfg(unix)]
fn distinct(told: impl Iterator<Item = Told>) -> Vec<Told> {
    let mut all = BTreeMap::new();
    for one in told {
        all.entry(one.head.seal).or_insert(one);
        if all.len() >= MOST {
            break;
        }
    }
    all.into_values().collect()
}

/// Runs a program that prints the system's log, a JSON object a line, and returns the seals
/// in it.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn entries(
    program: &str,
    arguments: &[&str],
    entry: impl Fn(&serde_json::Value) -> Option<Told>,
) -> Option<Vec<Told>> {
    use std::{
        io::{BufRead as _, BufReader},
        process::{Command, Stdio},
    };
    // INVARIANT: by its own path and without an environment, so that nobody who asks says
    // which log is read, or how.
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let lines = BufReader::new(child.stdout.take()?).lines();
    let told = lines
        .map_while(Result::ok)
        .filter_map(|line| entry(&serde_json::from_str(&line).ok()?));
    let told = distinct(told);
    let is_all = told.len() < MOST;
    if !is_all {
        drop(child.kill());
    }
    let ended = child.wait().ok()?;
    (ended.success() || !is_all).then_some(told)
}
