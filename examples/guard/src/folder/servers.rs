//! The servers of a policy folder, each with the tools that a person has accepted.

use std::sync::{Arc, Mutex, PoisonError};

use openpass_mcp_guard::tool::Fragment;
use openpass_vault::{Door, Seen, Vault};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// The name of a server that is given none, and so its namespace in policies.
pub(crate) const NAMESPACE: &str = "Mcp";

/// One server by its name, which is its namespace in policies and its resource's id.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    name: String,
    /// The accepted tools as they were read last, with the text that they were read from.
    read: Arc<Mutex<Option<Read>>>,
}

/// A file of accepted tools that was gone through.
#[derive(Debug)]
struct Read {
    text: String,
    tools: Arc<Fragment>,
}

/// A server as it described itself when it was started last. Nothing of it counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Described {
    /// The command that started it.
    pub(crate) command: Vec<String>,
    /// Its `instructions`, which a model reads.
    pub(crate) instructions: Option<String>,
    /// Its tools, each in the text of the server.
    pub(crate) tools: Vec<String>,
}

impl Described {
    pub(crate) fn of(command: &[String], instructions: Option<&str>, tools: &[&str]) -> Self {
        Self {
            command: command.to_vec(),
            instructions: instructions.map(str::to_owned),
            tools: tools.iter().map(|tool| (*tool).to_owned()).collect(),
        }
    }
}

impl Server {
    pub(crate) fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            read: Arc::default(),
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The bare name of the file in `policies/` that has its accepted tools.
    pub(crate) fn file(&self) -> String {
        format!("{}.cedarschema", self.name)
    }

    /// The tools that a person has accepted; `None` before the first.
    ///
    /// INVARIANT (14, 17): what counts is the text that a person approved, by the guard's
    /// log, and not the file.
    pub(crate) fn accepted(&self, vault: &Vault) -> Result<Option<Arc<Fragment>>, Failure> {
        let text = vault.declaration(&self.file())?;
        text.map(|text| self.tools_in(&text)).transpose()
    }

    /// The tools that a person has accepted, by the policies of `door`: what is accepted and
    /// what decides are of one moment.
    pub(crate) fn accepted_at(&self, door: &Door) -> Result<Option<Arc<Fragment>>, Failure> {
        let text = door.declaration(&self.file());
        text.map(|text| self.tools_in(text)).transpose()
    }

    fn tools_in(&self, text: &str) -> Result<Arc<Fragment>, Failure> {
        // The text is read each time; the same text is not gone through again.
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = read.as_ref().filter(|before| before.text == text) {
            return Ok(Arc::clone(&before.tools));
        }
        let parsed = Fragment::parse(text).map_err(|error| Failure::Tools {
            file: self.file(),
            problem: error.to_string(),
        })?;
        let tools = Arc::new(parsed);
        *read = Some(Read {
            text: text.to_owned(),
            tools: Arc::clone(&tools),
        });
        Ok(tools)
    }

    /// The server as it was seen last.
    pub(crate) fn seen(&self, vault: &Vault) -> Result<Described, Failure> {
        let bytes = Seen::read(vault, &self.name)?.ok_or(Failure::NothingSeen)?;
        serde_json::from_slice(&bytes).map_err(|error| Failure::Unseen(error.to_string()))
    }

    /// Keeps what was seen of it, for a person to look at.
    pub(crate) fn keep(&self, vault: &Vault, seen: &Described) -> Result<(), Failure> {
        if self.seen(vault).is_ok_and(|before| before == *seen) {
            return Ok(());
        }
        let bytes = serde_json::to_vec(seen).map_err(|error| Failure::Unseen(error.to_string()))?;
        Ok(Seen::keep(vault, &self.name, &bytes)?)
    }
}
