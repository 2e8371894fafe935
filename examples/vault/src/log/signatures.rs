//! The approvers' signatures on the log, verified by public keys alone.

use core::fmt;
use std::collections::{BTreeMap, BTreeSet};

use openpass_approval::{Approval, Approver, Recorded};
use openpass_auth::SafeText;
use serde::Deserialize;
use serde_json::Value;

use super::GuardLog;
use crate::VaultError;

/// The most problems that are told one by one.
const MOST_TOLD: usize = 100;

/// The result of verifying the signatures on a log.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Signatures {
    /// The approvals that hold, the oldest first.
    pub approvals: Vec<Approval>,
    /// The number of changes that were granted without a signature.
    pub unsigned: u64,
    /// The signatures that do not hold.
    pub problems: Vec<BadSignature>,
    /// The number of signatures that do not hold, beyond those in `problems`.
    pub more_problems: u64,
}

/// A signature that does not hold.
#[derive(Debug)]
#[non_exhaustive]
pub struct BadSignature {
    /// The line's number.
    pub seq: u64,
    /// The time at which the line was written, as the line says.
    pub when: String,
    /// The reason why the signature does not hold.
    pub problem: String,
}

impl fmt::Display for BadSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let when = SafeText::escape(&self.when);
        write!(f, "line {} of {when}: {}", self.seq, self.problem)
    }
}

impl Signatures {
    /// Whether every signature holds.
    #[must_use]
    pub const fn hold(&self) -> bool {
        self.problems.is_empty()
    }
}

/// The parts of an intent's line that are read.
#[derive(Deserialize)]
struct Intent {
    digest: String,
    #[serde(default, rename = "vaultId")]
    vault: Option<String>,
    event: Event,
}

#[derive(Deserialize)]
struct Event {
    event: String,
    factor: String,
    #[serde(default)]
    approval: Option<Value>,
}

impl GuardLog {
    /// Verifies each approver's signature by the keys of `approvers`, and nothing else:
    /// not the log's own code, and no secret of the vault.
    ///
    /// # Errors
    ///
    /// That a file of the log cannot be read.
    pub fn signatures(&self, approvers: &[Approver]) -> Result<Signatures, VaultError> {
        let mut found = Reader::default();
        self.each_text(|line| {
            let line: Value = serde_json::from_slice(line).unwrap_or_default();
            if line.pointer("/event/event").and_then(Value::as_str) == Some("intent") {
                found.intent(line, approvers);
            }
            Ok::<(), VaultError>(())
        })?;
        Ok(found.signatures)
    }
}

/// Goes through the lines in their order.
#[derive(Default)]
struct Reader {
    signatures: Signatures,
    vault: Option<String>,
    nonces: BTreeSet<String>,
    counters: BTreeMap<String, u32>,
}

impl Reader {
    fn intent(&mut self, line: Value, approvers: &[Approver]) {
        let (seq, when) = (
            line.get("seq").and_then(Value::as_u64),
            line.get("ts").cloned(),
        );
        let when = when
            .as_ref()
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let read = serde_json::from_value::<Intent>(line);
        let checked = match read {
            Ok(intent) if intent.event.event == "intent" => self.checked(&intent, approvers),
            _ => Err("it does not have the form of an intent".to_owned()),
        };
        if let Err(problem) = checked {
            let seq = seq.unwrap_or_default();
            self.wrong(BadSignature { seq, when, problem });
        }
    }

    fn wrong(&mut self, problem: BadSignature) {
        let told = &mut self.signatures;
        if told.problems.len() < MOST_TOLD {
            told.problems.push(problem);
        } else {
            told.more_problems = told.more_problems.saturating_add(1);
        }
    }

    fn checked(&mut self, intent: &Intent, approvers: &[Approver]) -> Result<(), String> {
        let Some(approval) = &intent.event.approval else {
            self.signatures.unsigned = self.signatures.unsigned.saturating_add(1);
            return Ok(());
        };
        let recorded: Recorded = serde_json::from_value(approval.clone())
            .map_err(|_| "its approval does not have the form of an approval".to_owned())?;
        let approval = recorded
            .verify(approvers)
            .map_err(|error| error.to_string())?;
        self.fits(intent, &approval)?;
        self.signatures.approvals.push(approval);
        Ok(())
    }

    /// Whether what was signed is what stands beside it.
    fn fits(&mut self, intent: &Intent, approval: &Approval) -> Result<(), String> {
        let statement = approval.statement();
        let is = |same: bool, what: &str| match same {
            true => Ok(()),
            false => Err(format!("the line's {what} is not the one that was signed")),
        };
        is(statement.digest() == intent.digest, "digest")?;
        is(statement.factor() == intent.event.factor, "factor")?;
        // All of a log is of one vault, whichever lines say so.
        let vault = self
            .vault
            .get_or_insert_with(|| statement.scope().to_owned());
        is(statement.scope() == *vault, "vault")?;
        let named = intent.vault.as_deref();
        is(
            named.is_none_or(|named| statement.scope() == named),
            "vault",
        )?;
        if !self.nonces.insert(statement.nonce().to_owned()) {
            return Err("an earlier line has the same signature".to_owned());
        }
        let Some(counter) = approval.counter() else {
            return Ok(());
        };
        let last = self
            .counters
            .insert(statement.approver().to_owned(), counter);
        match last {
            Some(last) if (last, counter) != (0, 0) && counter <= last => {
                Err("the security key's counter went back: there may be a copy of it".to_owned())
            }
            _ => Ok(()),
        }
    }
}
