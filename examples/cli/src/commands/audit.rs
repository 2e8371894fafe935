//! `openpass audit …`.

mod entry;
mod list;

use core::fmt::Write as _;

use openpass_vault::{GuardLog, Vault};

use crate::{
    args::Audit,
    failure::{Code, Failure},
    output::{Output, counted},
};

pub(super) fn run(vault: &Vault, command: &Audit, output: &Output) -> Result<(), Failure> {
    match command {
        Audit::List(chosen) => list::run(vault, chosen, output),
        Audit::Verify => verify(vault, output),
    }
}

fn verify(vault: &Vault, output: &Output) -> Result<(), Failure> {
    let found = GuardLog::of(vault).verify()?;
    let adopted = vault.adopted_identity()?;
    output.result(&found, || {
        let mut text = String::new();
        for problem in &found.problems {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{problem}");
        }
        if found.more_problems > 0 {
            let _ = writeln!(text, "And {}.", counted(found.more_problems, "more problem"));
        }
        if found.unrecorded > 0 {
            let _ = writeln!(
                text,
                "Refusals and outcomes that could not be written, so that they are missing: {}.",
                found.unrecorded
            );
        }
        if found.torn > 0 {
            let _ = writeln!(
                text,
                "Lines that a power cut or a crash left unfinished, which nothing relied on: {}.",
                found.torn
            );
        }
        let _ = match found.is_whole() {
            true => writeln!(text, "The guard log is whole: {}.", counted(found.genuine, "line")),
            false => writeln!(
                text,
                "The guard log is not whole: of its lines {} can be checked and are genuine, {} cannot.",
                found.genuine, found.unchecked
            ),
        };
        if let Some(adopted) = &adopted {
            let _ = writeln!(text, "Note: {adopted}.");
        }
        text
    })?;
    if found.is_whole() {
        Ok(())
    } else {
        Err(Failure::SaidAlready(Code::Broken))
    }
}
