//! `openpass-guard init`: makes a policy folder, or makes a vault one.

use std::time::{Duration, Instant};

use openpass_auth::SafeText;
use openpass_auth_passphrase::{
    Cancel, NewPassphrasePrompt as _, PassphraseFd, TerminalPrompt, identity,
};
use openpass_vault::{Vault, VaultError, until_it_serves};

use crate::{failure::Failure, folder::Folder, output, person};

/// The declaration of what agents' hooks ask about.
const HOOK: &str = include_str!("../declarations/Hook.cedarschema");
/// The longest time that a person may take to choose a passphrase.
const PATIENCE: Duration = Duration::from_secs(300);

/// The flags of `init`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    folder: Folder,
    /// Read the passphrase from this file descriptor, for a script. It is read again for each
    /// question: give a file, and no pipe
    #[arg(long, value_name = "FD")]
    passphrase_fd: Option<u32>,
}

/// Makes the folder where there is none, and has the person accept what hooks ask about.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let dir = args.folder.path()?;
    person::can_be_read_again(args.passphrase_fd)?;
    let vault = match Vault::open(&dir) {
        Ok(vault) => vault,
        Err(VaultError::NoVault { .. }) if args.folder.vault.is_none() => make(args)?,
        Err(error) => return Err(error.into()),
    };
    person::accepts(
        &vault,
        ("Hook", "Format"),
        HOOK.to_owned(),
        args.passphrase_fd,
    )?;
    output::say(&format!(
        "✓ {} is a policy folder. Next: put `openpass-guard proxy` before a server, or \
         `openpass-guard hooks AGENT` in an agent's settings.",
        vault.shown()
    ));
    Ok(())
}

fn make(args: &Args) -> Result<Vault, Failure> {
    let dir = args.folder.path()?;
    let purpose = SafeText::literal("for the new policy folder");
    let (deadline, cancel) = (Instant::now() + PATIENCE, Cancel::new());
    let passphrase = match args.passphrase_fd {
        Some(number) => PassphraseFd::open(number)?.ask_new(&purpose, deadline, &cancel)?,
        None => until_it_serves(&output::say, || {
            TerminalPrompt::new().ask_new(&purpose, deadline, &cancel)
        })?,
    };
    output::say("Making the identity…");
    let sealed = identity::seal(&identity::generate(), &passphrase, identity::WORK_FACTOR)?;
    Ok(Vault::init(&dir, &sealed)?)
}
