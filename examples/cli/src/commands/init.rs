//! `openpass init`.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use openpass_auth::SafeText;
use openpass_auth_passphrase::{
    Cancel, NewPassphrasePrompt as _, PassphraseFd, TerminalPrompt, identity,
};
use openpass_vault::{Vault, VaultError, until_it_serves};
use serde::Serialize;

use crate::{args::Init, failure::Failure, output::Output};

/// The longest time that a person may take to choose a passphrase.
const PATIENCE: Duration = Duration::from_secs(300);

#[derive(Serialize)]
struct Made<'a> {
    vault: String,
    /// `done` or `dry-run`.
    outcome: &'static str,
    recipient: Option<&'a str>,
}

/// Makes a vault in `dir`, with a passphrase that the person chooses.
pub(super) fn run(dir: &Path, init: &Init, output: &Output) -> Result<(), Failure> {
    // Before anybody chooses a passphrase for nothing.
    match Vault::open(dir) {
        Err(VaultError::NoVault { .. }) => {}
        Err(half) => return Err(half.into()),
        Ok(_) => {
            let dir = SafeText::escape(&dir.to_string_lossy());
            return Err(VaultError::AlreadyThere { dir }.into());
        }
    }
    if init.dry_run {
        output.note("[DRY-RUN] Nothing made.");
        let would = Made {
            vault: dir.to_string_lossy().into_owned(),
            outcome: "dry-run",
            recipient: None,
        };
        let text = || format!("Would make a vault in {}\n", SafeText::escape(&would.vault));
        return output.result(&would, text);
    }
    let purpose = SafeText::literal("for the new vault");
    let deadline = Instant::now() + PATIENCE;
    let cancel = Cancel::new();
    let passphrase = match init.passphrase_fd {
        Some(number) => PassphraseFd::open(number)?.ask_new(&purpose, deadline, &cancel)?,
        None => until_it_serves(&|text| output.say(text), || {
            TerminalPrompt::new().ask_new(&purpose, deadline, &cancel)
        })?,
    };
    output.progress("Making the identity…");
    let key = identity::generate();
    let sealed = identity::seal(&key, &passphrase, identity::WORK_FACTOR)?;
    let vault = Vault::init(dir, &sealed)?;
    let recipient = key.recipient()?;
    let made = Made {
        vault: vault.dir().to_string_lossy().into_owned(),
        outcome: "done",
        recipient: Some(&recipient),
    };
    let text = || {
        format!(
            "Made a vault in {}\nRecipient: {}\n",
            vault.shown(),
            recipient
        )
    };
    if let Err(error) = output.done(&made, text) {
        // The vault is there: an error would say that it is not.
        output.say(&format!(
            "Warning: the result could not be printed: {error}"
        ));
    }
    Ok(())
}
