//! The policy folder: a folder in the shape of an OpenPass vault.

mod servers;

use std::path::PathBuf;

use openpass_auth::SafeText;
use openpass_vault::{Caller, Vault, VaultError};

use crate::failure::Failure;

pub(crate) use servers::{Described, NAMESPACE, Server};

/// The variable that names the folder where no flag does.
const VARIABLE: &str = "OPENPASS_GUARD_POLICY";

/// The flags that name the policy folder.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Folder {
    /// The policy folder, made by `init` [env: OPENPASS_GUARD_POLICY]
    #[arg(long, value_name = "DIR")]
    pub(crate) policy: Option<PathBuf>,
    /// An OpenPass vault that is the policy folder: its passphrase answers, and requests
    /// wait in it
    #[arg(long, value_name = "DIR", conflicts_with = "policy")]
    pub(crate) vault: Option<PathBuf>,
}

/// The flags that say which agent asks.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Asker {
    /// The agent that asks, by its name in config.yaml; the one called `default` if neither
    /// this nor --token-file says. Without --token-file, nothing proves that it is
    #[arg(long, value_name = "NAME")]
    pub(crate) agent: Option<String>,
    /// Take the agent, and the tools that are open to it, from the token in this file
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
}

impl Folder {
    /// The folder that is named.
    pub(crate) fn path(&self) -> Result<PathBuf, Failure> {
        let variable = || std::env::var_os(VARIABLE).filter(|value| !value.is_empty());
        let named = self.policy.clone().or_else(|| self.vault.clone());
        named
            .or_else(|| variable().map(PathBuf::from))
            .ok_or(Failure::NoFolder)
    }

    /// Opens it, and settles what was broken off in it.
    pub(crate) fn open(&self) -> Result<Vault, Failure> {
        let dir = self.path()?;
        let vault = Vault::open(&dir).map_err(|error| match error {
            VaultError::NoVault { .. } => Failure::NotAFolder {
                dir: SafeText::escape(&dir.to_string_lossy()),
            },
            error => error.into(),
        })?;
        drop(vault.settle()?);
        Ok(vault)
    }
}

impl Asker {
    /// The agent that asks, or else the one called `otherwise`. Without a token, nothing
    /// proves that it is that one.
    pub(crate) fn caller(&self, vault: Vault, otherwise: &str) -> Result<Caller, Failure> {
        let caller = match &self.token_file {
            Some(file) => Caller::proven(vault, file, self.agent.clone())?,
            None => {
                let agent = self.agent.clone().unwrap_or_else(|| otherwise.to_owned());
                Caller::claimed(vault, agent)
            }
        };
        drop(caller.agent()?);
        Ok(caller)
    }
}
