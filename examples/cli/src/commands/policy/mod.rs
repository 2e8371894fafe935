//! `openpass policy …`.

pub(crate) mod args;
mod broken;
mod cases;
mod check;
pub(crate) mod explain;
mod files;
pub(crate) mod import;
mod matrix;
mod new;
mod notes;
mod recipes;
mod schema;
mod show;
mod stored;
mod test;
mod verify;

use std::{path::PathBuf, sync::Arc};

use openpass_policy::PolicyEngine;
use openpass_vault::{Vault, VaultError};

use crate::{failure::Failure, output::Output};
use args::Policy;

/// Runs `openpass policy …`.
pub(super) fn run(
    vault: impl Fn() -> Result<Vault, Failure>,
    policy: &Policy,
    output: &Output,
) -> Result<(), Failure> {
    match policy {
        Policy::List => stored::list(&vault()?, output),
        Policy::Apply { file, name, flags } => {
            stored::apply(&vault()?, file, name.as_deref(), flags, output)
        }
        Policy::Remove { name, flags } => stored::remove(&vault()?, name, flags, output),
        Policy::Check(flags) => check::run(if_any(vault())?.as_ref(), flags, output),
        Policy::Explain(flags) => explain::run(&vault()?, flags, output),
        Policy::Import(flags) => import::run(vault, flags, output),
        Policy::Matrix(flags) => matrix::run(&vault()?, flags, output),
        Policy::Test(flags) => test::run(if_any(vault())?.as_ref(), flags, output),
        Policy::New(flags) => new::run(flags, output),
        Policy::Show(flags) => show::run(if_any(vault())?.as_ref(), flags, output),
        Policy::Schema { tests } => schema::run(*tests, output),
        Policy::Verify(flags) => {
            let vault = if_any(vault()).map_err(verify::nothing_tried)?;
            verify::run(vault.as_ref(), flags, output)
        }
    }
}

/// The vault; none where there is none: the shipped policies can be tested and
/// proved without one.
fn if_any(vault: Result<Vault, Failure>) -> Result<Option<Vault>, Failure> {
    match vault {
        Ok(vault) => Ok(Some(vault)),
        Err(Failure::Vault(VaultError::NoVault { .. } | VaultError::NoHome)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// The engine with `files`, or else with the vault's policies.
fn engine(vault: Option<&Vault>, files: &[PathBuf]) -> Result<Arc<PolicyEngine>, Failure> {
    match vault {
        _ if !files.is_empty() => files::engine_of_files(files).map(Arc::new),
        Some(vault) => Ok(vault.engine_to_compare()?),
        None => Ok(Arc::new(PolicyEngine::shipped()?)),
    }
}
