//! `openpass approve --watch`.

use std::{
    io::{self, BufRead as _, IsTerminal as _},
    time::Duration,
};

use openpass_auth::{AuthError, Unavailable};
use openpass_vault::{Pending, Vault};

use super::{decide, list};
use crate::{args::PromptFlags, commands::reader, door, failure::Failure, output::Output};

/// So long is waited between two looks at the requests.
const BETWEEN: Duration = Duration::from_millis(250);

/// Shows each request as it comes, and asks about one after the other, the oldest first,
/// until somebody ends it. A request that was asked about is not asked about again.
///
/// INVARIANT (no prompt of an asker's making): the agents' requests say what is shown. When
/// a question is put, the person says, by Enter: what they type or touch meanwhile answers
/// nothing.
pub(super) fn run(vault: &Vault, flags: &PromptFlags, output: &Output) -> Result<(), Failure> {
    let person = door::requester();
    Pending::is_for(&person)?;
    if output.is_json() {
        return Err(Failure::Usage(
            "`--watch` asks a person and prints no JSON; a program lists what waits with \
             `openpass approve --output json`"
                .to_owned(),
        ));
    }
    if !io::stdin().is_terminal() {
        return Err(AuthError::from(Unavailable::NoTerminal).into());
    }
    output.note("Requests are shown as they come; ^C ends this.");
    let mut seen: Vec<Pending> = Vec::new();
    loop {
        let waiting = Pending::list(vault, &person)?;
        // One that was exchanged under its code is another.
        seen.retain(|known| waiting.contains(known));
        if let Some(next) = waiting.into_iter().find(|it| !seen.contains(it)) {
            seen.push(next.clone());
            if !wants_the_question(vault, &next, output)? {
                return Ok(());
            }
            ask(vault, &next, flags, output)?;
        } else if reader::goes(BETWEEN)? {
            return Err(io::Error::from(io::ErrorKind::BrokenPipe).into());
        }
    }
}

/// Shows one request, and waits until the person wants to be asked about it; `false` at
/// the end of what they type.
fn wants_the_question(vault: &Vault, next: &Pending, output: &Output) -> Result<bool, Failure> {
    let vault: Vault = vault.snapshot().into();
    if let Some(change) = &next.change {
        let row = list::entry(&vault, next.clone(), change);
        output.text(&format!("\n{}", row.shown()))?;
    }
    output.say("Enter shows the question; ^C ends this.");
    Ok(io::stdin().lock().read_line(&mut String::new())? > 0)
}

/// Asks about one request, on the vault as it is now. That it is not approved ends nothing,
/// unless nobody can be asked about any.
fn ask(vault: &Vault, next: &Pending, flags: &PromptFlags, output: &Output) -> Result<(), Failure> {
    let vault: Vault = vault.snapshot().into();
    let code = &next.code;
    // What was exchanged since it was shown is another request, and is shown anew.
    if next.still_waits(&vault).is_err() {
        output.note(&format!(
            "The request {code} waits no more as it was shown."
        ));
        return Ok(());
    }
    let Err(failure) = decide(&vault, code, flags, output) else {
        return Ok(());
    };
    if failure.is_for_want_of_somebody() || failure.is_for_want_of_a_reader() {
        return Err(failure);
    }
    failure.report(output);
    if next.still_waits(&vault).is_ok() {
        output.note(&format!(
            "The request {code} still waits: `openpass deny {code}` denies it, and `openpass \
             approve {code}` asks again."
        ));
    }
    Ok(())
}
