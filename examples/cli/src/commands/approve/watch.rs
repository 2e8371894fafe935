//! `openpass approve --watch`.

use openpass_vault::{Pending, Vault, Watched, watch};

use super::{decide, list};
use crate::{args::PromptFlags, door, failure::Failure, output::Output};

/// The requests of a vault, and the flags of the person who watches.
struct Requests<'a> {
    vault: &'a Vault,
    flags: &'a PromptFlags,
    output: &'a Output,
}

/// Shows each request as it comes, and asks about one after the other, until somebody ends it.
pub(super) fn run(vault: &Vault, flags: &PromptFlags, output: &Output) -> Result<(), Failure> {
    Pending::is_for(&door::requester())?;
    if output.is_json() {
        return Err(Failure::Usage(
            "`--watch` asks a person and prints no JSON; a program lists what waits with \
             `openpass approve --output json`"
                .to_owned(),
        ));
    }
    watch(&Requests {
        vault,
        flags,
        output,
    })
}

impl Watched for Requests<'_> {
    type Request = Pending;
    type Failure = Failure;

    fn waiting(&self) -> Result<Vec<Pending>, Failure> {
        Ok(Pending::list(self.vault, &door::requester())?)
    }

    fn show(&self, next: &Pending) -> Result<(), Failure> {
        let vault: Vault = self.vault.snapshot().into();
        let Some(change) = &next.change else {
            return Ok(());
        };
        let row = list::entry(&vault, next.clone(), change);
        self.output.text(&format!("\n{}", row.shown()))
    }

    /// Asks on the vault as it is now.
    fn ask(&self, next: &Pending) -> Result<(), Failure> {
        let vault: Vault = self.vault.snapshot().into();
        let (code, output) = (&next.code, self.output);
        let Some(change) = next.change.clone() else {
            return Ok(());
        };
        let Err(failure) = decide(&vault, (next.clone(), change), self.flags, output) else {
            return Ok(());
        };
        if failure.is_for_want_of_a_terminal() || failure.is_for_want_of_a_reader() {
            return Err(failure);
        }
        failure.report(output);
        if next.still_waits(&vault).is_ok() {
            output.note(&format!(
                "The request {code} still waits: `openpass deny {code}` denies it, and \
                 `openpass approve {code}` asks again."
            ));
        }
        Ok(())
    }

    fn say(&self, text: &str) {
        self.output.say(text);
    }

    fn note(&self, text: &str) {
        self.output.note(text);
    }
}
