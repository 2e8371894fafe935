//! Allows one dialog for each vault, across processes.

use std::path::PathBuf;

use openpass_auth::{Place, Taken};

use crate::{Vault, guard_dir, lock};

/// The place where a vault's one dialog is shown: a program that shows one
/// holds `guard/dialog.lock` by flock(2), which a crash gives back.
///
/// Whatever keeps it from being locked counts as taken, so that a dialog is
/// unavailable and the terminal is asked, or the request left for later. It is
/// for dialogs alone: a prompt on the person's own terminal never waits for it.
#[derive(Debug)]
pub struct DialogPlace {
    guard_dir: PathBuf,
}

impl DialogPlace {
    /// The place of `vault`.
    #[must_use]
    pub fn of(vault: &Vault) -> Self {
        Self {
            guard_dir: vault.guard_dir(),
        }
    }
}

impl Place for DialogPlace {
    fn try_take(&self) -> Option<Taken> {
        guard_dir::ensure(&self.guard_dir).ok()?;
        let path = self.guard_dir.join("dialog.lock");
        let held = lock::now(&path, lock::Mode::Exclusive).ok()?;
        held.map(Taken::by)
    }
}
