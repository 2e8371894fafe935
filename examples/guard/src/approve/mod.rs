//! `openpass-guard approve`: what waits for a person, and the person's signature.

mod list;
mod watch;

use futures_lite::future::block_on;
use openpass_auth::SafeText;
use openpass_policy::Channel;
use openpass_vault::{Door, Prompts, Requester, Vault, VaultError, WaitingCall};

use crate::{
    asked::Asked,
    failure::Failure,
    folder::{Folder, Server},
    output,
};

/// The flags of `approve`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    folder: Folder,
    /// Say no
    #[arg(long, requires = "code")]
    deny: bool,
    /// Show each request as it comes, and ask about one after the other, until ^C
    #[arg(long, conflicts_with = "code")]
    watch: bool,
    /// The code of the request; without it, what waits is listed, the newest first
    code: Option<String>,
}

/// Lists what waits, or asks the person about one request or about each as it comes.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let vault = args.folder.open()?;
    let Some(code) = &args.code else {
        return match args.watch {
            true => watch::run(&vault),
            false => Ok(output::result(&list::of(&vault)?)?),
        };
    };
    let waiting = read(&vault, code)?;
    if args.deny {
        waiting.deny(&vault)?;
        output::say("✓ Denied.");
        return Ok(());
    }
    sign(&vault, waiting)
}

fn read(vault: &Vault, code: &str) -> Result<WaitingCall, Failure> {
    WaitingCall::read(vault, code).map_err(|error| match error {
        VaultError::UnknownPending { code } => Failure::NothingWaits(code),
        error => error.into(),
    })
}

/// Asks the person about `waiting`, and hands the signature to the program that waits.
fn sign(vault: &Vault, waiting: WaitingCall) -> Result<(), Failure> {
    let asked = wanted(&waiting)?;
    output::say(&format!(
        "Somebody left this as a request of agent {}. It is not known whether it was that agent.",
        SafeText::quoted(&waiting.agent)
    ));
    let claimed = Requester::Claimed {
        name: waiting.agent.clone(),
        channel: Channel::Mcp,
    };
    let door = Door::to_look(vault, claimed, Prompts::at_a_terminal())?;
    let operation = asked.operation(
        |server| Server::named(server).accepted_at(&door),
        door.request(),
    )?;
    let signed = block_on(door.sign_for(operation, waiting.nonce))?;
    waiting.sign(vault, &signed)?;
    output::say("✓ Signed, for the program that waits.");
    Ok(())
}

/// The request that `waiting` claims to be.
fn wanted(waiting: &WaitingCall) -> Result<Asked, Failure> {
    serde_json::from_value(waiting.call.clone()).map_err(|error| {
        let why = SafeText::escape(&error.to_string());
        Failure::NotWorkedOut(format!("{why}; `--deny` ends it"))
    })
}
