//! `openpass policy …`, as far as it only reads.

pub(crate) mod args;
mod explain;
mod files;
pub(crate) mod import;
mod matrix;
mod test;
mod verify;

use std::path::{Path, PathBuf};

use openpass_policy::PolicyEngine;
use openpass_vault::{Location, Vault, VaultError};

use crate::{failure::Failure, output::Output};
use args::Policy;

/// Runs `openpass policy …`.
pub(super) fn run(location: &Location, policy: &Policy, output: &Output) -> Result<(), Failure> {
    let vault = || Vault::open(&location.resolve()?).map_err(Failure::from);
    match policy {
        Policy::Explain(flags) => explain::run(&vault()?, flags, output),
        Policy::Import(flags) => import::run(flags, output),
        Policy::Matrix(flags) => matrix::run(&vault()?, flags, output),
        Policy::Test(flags) => test::run(folder(vault())?.as_deref(), flags, output),
        // Nothing of this may end as if something had been refuted.
        Policy::Verify(flags) => match folder(vault()) {
            Ok(folder) => verify::run(folder.as_deref(), flags, output),
            Err(failure) => Err(Failure::Proof {
                code: 2,
                message: failure.to_string(),
            }),
        },
    }
}

/// The vault's folder; none where there is no vault: the shipped policies can
/// be tested and proved without one.
fn folder(vault: Result<Vault, Failure>) -> Result<Option<PathBuf>, Failure> {
    match vault {
        Ok(vault) => Ok(Some(vault.dir().to_owned())),
        Err(Failure::Vault(VaultError::NoVault { .. } | VaultError::NoHome)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// The engine with the policies of the vault in `dir`.
pub(crate) fn engine_of_vault(dir: &Path) -> Result<PolicyEngine, Failure> {
    files::engine_of_vault(dir)
}

/// The engine with `files`, or else with the vault's policies.
fn engine(vault: Option<&Path>, files: &[PathBuf]) -> Result<PolicyEngine, Failure> {
    match vault {
        _ if !files.is_empty() => files::engine_of_files(files),
        Some(vault) => files::engine_of_vault(vault),
        None => Ok(PolicyEngine::shipped()?),
    }
}
