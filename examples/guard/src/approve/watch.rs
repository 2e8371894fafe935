//! `openpass-guard approve --watch`.

use openpass_vault::{Requester, Vault, WaitingCall, Watched, watch};

use super::{list, sign};
use crate::{failure::Failure, output};

/// The calls that wait in a policy folder.
struct Calls<'a>(&'a Vault);

/// Shows each request as it comes, and asks about one after the other, until somebody ends it.
pub(super) fn run(vault: &Vault) -> Result<(), Failure> {
    watch(&Calls(vault))
}

impl Watched for Calls<'_> {
    type Request = WaitingCall;
    type Failure = Failure;

    fn waiting(&self) -> Result<Vec<WaitingCall>, Failure> {
        let mut waiting = WaitingCall::list(self.0, &Requester::Person)?;
        waiting.reverse();
        Ok(waiting)
    }

    fn show(&self, next: &WaitingCall) -> Result<(), Failure> {
        Ok(output::result(&format!("\n{}", list::row(next)))?)
    }

    fn ask(&self, next: &WaitingCall) -> Result<(), Failure> {
        match sign(self.0, next.clone()) {
            Err(failure) if failure.is_for_want_of_a_terminal() => return Err(failure),
            Err(failure) => drop(failure.report()),
            Ok(()) => return Ok(()),
        }
        let (code, command) = (&next.code, WaitingCall::command(self.0, &next.code));
        if self.waiting()?.contains(next) {
            output::say(&format!(
                "The request {code} still waits: `{command} --deny` denies it, and `{command}` \
                 asks again."
            ));
        }
        Ok(())
    }

    fn say(&self, text: &str) {
        output::say(text);
    }
}
