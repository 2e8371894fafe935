//! `openpass demo`: the real upgrade, on a throw-away vault.

use openpass_auth_passphrase::{Passphrase, identity};
use openpass_policy::Tier;
use openpass_vault::{GuardLog, Vault};

use super::upgrade;
use crate::{
    args::{Asking, Upgrade},
    failure::Failure,
    output::Output,
};

/// A passphrase that protects nothing.
const PASSPHRASE: &str = "open sesame, it is a demo";
/// Fast, since the vault lives for a minute and is empty.
const WORK_FACTOR: u8 = 12;

/// Shows the guard at work. A refusal is a result here: it is shown, with why.
pub(super) fn run(output: &Output) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let vault = make_vault(folder.path())?;
    output.note(&format!(
        "A throw-away vault was made in {}.\nIts passphrase: {PASSPHRASE}\n\n\
         An agent called codex is on the lowest tier. This raises it to admin:\n\n  \
         $ openpass agent upgrade codex --tier admin\n",
        vault.shown()
    ));
    let asking = Asking {
        reason: Some("to see the guard at work".to_owned()),
        ..Asking::default()
    };
    let upgrade = Upgrade {
        name: "codex".to_owned(),
        tier: Tier::Admin,
        asking,
    };
    match upgrade::run(&vault, &upgrade, output) {
        Ok(()) => output.note("\nIt was granted, and config.yaml has the admin preset."),
        Err(Failure::Refused(refusal)) => {
            output.note(&format!("\nRefused: {refusal}.\nconfig.yaml is as it was."));
        }
        Err(other) => return Err(other),
    }
    show_log(&vault, output);
    Ok(())
}

fn make_vault(folder: &std::path::Path) -> Result<Vault, Failure> {
    let passphrase =
        Passphrase::new(PASSPHRASE.as_bytes()).map_err(|why| Failure::Usage(why.to_string()))?;
    let sealed = identity::seal(&identity::generate(), &passphrase, WORK_FACTOR)?;
    Ok(Vault::init(&folder.join("vault"), &sealed)?)
}

/// The log's events in short; the file has every field of them.
fn show_log(vault: &Vault, output: &Output) {
    let Ok(text) = std::fs::read_to_string(GuardLog::of(vault).path()) else {
        return;
    };
    output.note("\nThe guard's log, guard/log.jsonl, in short:");
    for line in text.lines() {
        let Ok(record) = serde_json::from_str::<serde_json::Value>(line) else {
            continue;
        };
        let field = |pointer| record.pointer(pointer).and_then(|value| value.as_str());
        let words = [
            "/ts",
            "/event/event",
            "/action",
            "/event/factor",
            "/event/outcome/outcome",
        ];
        let words: Vec<&str> = words.into_iter().filter_map(field).collect();
        output.note(&format!("  {}", words.join("  ")));
    }
}
