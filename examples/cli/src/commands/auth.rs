//! `openpass auth …`, but for the passphrase.

use openpass_policy::AuthMethod;
use openpass_vault::{Proposal, Vault};
use serde::Serialize;

use super::{
    change::{self, Telling},
    rotate,
};
use crate::{args::Auth, failure::Failure, output::Output};

pub(super) fn run(vault: &Vault, command: &Auth, output: &Output) -> Result<(), Failure> {
    match command {
        Auth::Status => status(vault, output),
        Auth::Set { method, .. } => {
            let done = |_: &Proposal| format!("✓ The vault is unlocked by {method}");
            let telling = Telling::plain(&done).with("method", method.as_str());
            match command.change() {
                Some((change, flags)) => change::run(vault, flags, &change, &telling, output),
                None => Ok(()),
            }
        }
        Auth::RotatePassphrase(rotate) => rotate::run(vault, rotate, output),
    }
}

#[derive(Serialize)]
struct Status {
    vault: String,
    method: AuthMethod,
    touch_id_available: bool,
    touch_id_unavailable: Option<String>,
    cache: Cache,
}

#[derive(Serialize)]
struct Cache {
    backend: &'static str,
    persistent: bool,
    message: &'static str,
}

/// Says how the vault is unlocked, and whether Touch ID can ask now.
fn status(vault: &Vault, output: &Output) -> Result<(), Failure> {
    let unavailable = vault.touch_id().err();
    let status = Status {
        vault: vault.dir().to_string_lossy().into_owned(),
        method: vault.config()?.auth_method(),
        touch_id_available: unavailable.is_none(),
        touch_id_unavailable: unavailable.map(|reason| reason.to_string()),
        cache: Cache {
            backend: "none",
            persistent: false,
            message: "no answer is remembered; every critical change is asked for",
        },
    };
    output.result(&status, || {
        format!(
            "Vault:    {}\nMethod:   {}\nTouch ID: {}\nCache:    {} ({})\n",
            vault.shown(),
            status.method,
            status
                .touch_id_unavailable
                .as_ref()
                .map_or_else(|| "can ask".to_owned(), |why| format!("cannot ask: {why}")),
            status.cache.backend,
            status.cache.message,
        )
    })
}
