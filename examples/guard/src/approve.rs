//! `openpass-guard approve`: what waits for a person, and the person's signature.

use core::fmt::Write as _;

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
    /// The code of the request; without it, what waits is listed, the newest first
    code: Option<String>,
}

/// Lists what waits, or asks the person about one request.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let vault = args.folder.open()?;
    let Some(code) = &args.code else {
        return Ok(output::result(&listing(&vault)?)?);
    };
    let waiting = WaitingCall::read(&vault, code).map_err(|error| match error {
        VaultError::UnknownPending { code } => Failure::NothingWaits(code),
        error => error.into(),
    })?;
    if args.deny {
        waiting.deny(&vault)?;
        output::say("✓ Denied.");
        return Ok(());
    }
    let asked = read(&waiting)?;
    output::say(&format!(
        "Somebody left this as a request of agent {}. It is not known whether it was that agent.",
        SafeText::quoted(&waiting.agent)
    ));
    let claimed = Requester::Claimed {
        name: waiting.agent.clone(),
        channel: Channel::Mcp,
    };
    let door = Door::to_look(&vault, claimed, Prompts::at_a_terminal())?;
    let operation = asked.operation(
        |server| Server::named(server).accepted(door.vault()),
        door.request(),
    )?;
    let signed = block_on(door.sign_for(operation, waiting.nonce))?;
    waiting.sign(&vault, &signed)?;
    output::say("✓ Signed, for the program that waits.");
    Ok(())
}

fn listing(vault: &Vault) -> Result<String, Failure> {
    let waiting = WaitingCall::list(vault)?;
    if waiting.is_empty() {
        return Ok("Nothing waits.\n".to_owned());
    }
    let mut text = String::new();
    for one in waiting {
        let agent = SafeText::quoted(&one.agent);
        let wants = match read(&one) {
            Ok(Asked::Tool { server, tool, .. }) => {
                format!(
                    "call {} of {}",
                    SafeText::quoted(&tool),
                    SafeText::quoted(&server)
                )
            }
            Ok(Asked::Hook(hook)) => format!("use {}", SafeText::quoted(&hook.tool)),
            Err(failure) => failure.to_string(),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{}  {}  agent {agent}: {wants}",
            one.code, one.created
        );
    }
    Ok(text)
}

fn read(waiting: &WaitingCall) -> Result<Asked, Failure> {
    serde_json::from_value(waiting.call.clone()).map_err(|error| {
        let why = SafeText::escape(&error.to_string());
        Failure::NotWorkedOut(format!("{why}; `--deny` ends it"))
    })
}
