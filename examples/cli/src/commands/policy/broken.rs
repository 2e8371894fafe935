//! Errors about a policy file that was to be applied and does not load. They name the
//! file that was given, and not the vault's, where the vault has no file of that name
//! yet.

use std::path::Path;

use openpass_auth::SafeText;
use openpass_policy::{PolicyLoadError, PolicySource};
use openpass_vault::{Vault, VaultError};

use crate::failure::Failure;

/// The folder of a vault's policies.
const FOLDER: &str = "policies";

/// `failure` to apply `file` under `name`.
pub(super) fn as_given(failure: Failure, vault: &Vault, file: &Path, name: &str) -> Failure {
    match failure {
        Failure::Policy(error) | Failure::Vault(VaultError::Policies(error)) => {
            of_problems(error, file, name)
        }
        Failure::Vault(VaultError::BrokenPolicy { path, problem }) => {
            let kept = vault.dir().join(FOLDER).join(name);
            match path == SafeText::escape(&kept.to_string_lossy()) {
                true => Failure::NotApplied {
                    what: format!("{}: {problem}; nothing was applied", shown(file)),
                    problems: None,
                },
                false => Failure::Vault(VaultError::BrokenPolicy { path, problem }),
            }
        }
        other => other,
    }
}

/// Makes the error of a file whose problems the engine told.
fn of_problems(error: PolicyLoadError, file: &Path, name: &str) -> Failure {
    let kept = format!("{FOLDER}/{name}");
    let is_given = |file: &str| file == kept || file == FOLDER;
    let given = error
        .problems()
        .iter()
        .any(|problem| is_given(&problem.file));
    let what = match given {
        true => format!("{} does not load, so nothing was applied:", shown(file)),
        false => format!(
            "other policies of the vault do not load, so {} was not applied; correct them with \
             `openpass policy apply`, or remove them with `openpass policy remove`:",
            shown(file)
        ),
    };
    Failure::NotApplied {
        what,
        problems: Some(error.renamed(&kept, &file.to_string_lossy())),
    }
}

/// Makes the error of a file that is not UTF-8.
pub(super) fn no_text(file: &Path, bytes: Vec<u8>) -> Failure {
    let what = format!("{} does not load, so nothing was applied", shown(file));
    match PolicySource::from_bytes(file.to_string_lossy(), bytes) {
        Err(error) => Failure::NotApplied {
            what: what + ":",
            problems: Some(error),
        },
        Ok(_) => Failure::NotApplied {
            what,
            problems: None,
        },
    }
}

fn shown(file: &Path) -> SafeText {
    SafeText::escape(&file.to_string_lossy())
}
