//! `openpass demo`: the real upgrade, on a throw-away vault.

use openpass_auth_passphrase::{Passphrase, identity};
use openpass_policy::Tier;
use openpass_vault::{GuardLog, Vault};
use serde::Serialize;

use super::upgrade;
use crate::{
    args::{PromptFlags, Upgrade},
    failure::Failure,
    output::Output,
};

/// A passphrase that protects nothing.
const PASSPHRASE: &str = "open sesame, it is a demo";
/// Fast, since the vault lives for a minute and is empty.
const WORK_FACTOR: u8 = 12;

/// The outcome of the demonstration, for programs.
#[derive(Serialize)]
struct Shown {
    /// The agent that was raised, or was to be.
    agent: &'static str,
    tier: Tier,
    /// `done` or `refused`.
    outcome: &'static str,
    /// The reason for the refusal.
    error: Option<String>,
    /// The guard log's lines, as they are.
    log: Vec<serde_json::Value>,
}

/// Shows the guard at work. A refusal is a result here: it is shown, with why.
pub(super) fn run(output: &Output) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let vault = make_vault(folder.path())?;
    output.say(&format!(
        "A throw-away vault was made in {}.\nIts passphrase: {PASSPHRASE}\n\n\
         An agent called codex is on the lowest tier. This raises it to admin:\n\n  \
         $ openpass agent upgrade codex --tier admin\n",
        vault.shown()
    ));
    let flags = PromptFlags {
        reason: Some("to see the guard at work".to_owned()),
        ..PromptFlags::default()
    };
    let upgrade = Upgrade {
        name: "codex".to_owned(),
        tier: Tier::Admin,
        flags,
    };
    let error = match upgrade::run(&vault, &upgrade, &output.without_results()) {
        Ok(()) => {
            output.say("\nIt was granted, and config.yaml has the admin preset.");
            None
        }
        Err(Failure::Refused(refusal)) => {
            output.say(&format!("\nRefused: {refusal}.\nconfig.yaml is as it was."));
            Some(refusal.to_string())
        }
        Err(other) => return Err(other),
    };
    let shown = Shown {
        agent: "codex",
        tier: Tier::Admin,
        outcome: match error {
            None => "done",
            Some(_) => "refused",
        },
        error,
        log: GuardLog::of(&vault).lines()?,
    };
    show_log(&shown.log, output);
    output.result(&shown, String::new)
}

fn make_vault(folder: &std::path::Path) -> Result<Vault, Failure> {
    let passphrase =
        Passphrase::new(PASSPHRASE.as_bytes()).map_err(|why| Failure::Usage(why.to_string()))?;
    let sealed = identity::seal(&identity::generate(), &passphrase, WORK_FACTOR)?;
    Ok(Vault::init(&folder.join("vault"), &sealed)?)
}

/// The log's events in short; the file has every field of them.
fn show_log(lines: &[serde_json::Value], output: &Output) {
    output.say("\nThe guard's log, guard/log.jsonl, in short:");
    for record in lines {
        let field = |pointer| record.pointer(pointer).and_then(|value| value.as_str());
        let words = [
            "/ts",
            "/event/event",
            "/action",
            "/event/factor",
            "/event/outcome/outcome",
        ];
        let words: Vec<&str> = words.into_iter().filter_map(field).collect();
        output.say(&format!("  {}", words.join("  ")));
    }
}
