//! `openpass audit …`.

use core::fmt::Write as _;

use openpass_auth::SafeText;
use openpass_vault::{GuardLog, Vault};
use serde::Serialize;
use serde_json::Value;

use crate::{
    args::Audit,
    failure::{Code, Failure},
    output::Output,
};

pub(super) fn run(vault: &Vault, command: &Audit, output: &Output) -> Result<(), Failure> {
    match command {
        Audit::List => list(vault, output),
        Audit::Verify => verify(vault, output),
    }
}

#[derive(Serialize)]
struct Listing {
    lines: Vec<Value>,
    count: usize,
}

fn list(vault: &Vault, output: &Output) -> Result<(), Failure> {
    let lines = GuardLog::of(vault).lines()?;
    let listing = Listing {
        count: lines.len(),
        lines,
    };
    output.result(&listing, || {
        listing.lines.iter().fold(String::new(), |mut text, line| {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{}", short(line));
            text
        })
    })
}

/// One line of the log in short; JSON has every field of it.
fn short(line: &Value) -> String {
    let field = |pointer: &str| line.pointer(pointer).and_then(Value::as_str);
    let mut words = vec![
        line.get("seq")
            .map_or_else(String::new, ToString::to_string),
        field("/ts").unwrap_or("?").to_owned(),
        who(line).to_owned(),
    ];
    let more = [
        "/channel",
        "/event/event",
        "/action",
        "/event/factor",
        "/event/outcome/outcome",
        "/event/outcome/reason",
        "/event/reason",
        "/reason",
    ];
    words.extend(more.into_iter().filter_map(field).map(str::to_owned));
    let digest = field("/digest").and_then(|digest| digest.get(..8));
    words.extend(digest.map(str::to_owned));
    words.retain(|word| !word.is_empty());
    let shown: Vec<String> = words
        .iter()
        .map(|word| SafeText::escape(word).to_string())
        .collect();
    shown.join("  ")
}

fn who(line: &Value) -> &str {
    let field = |pointer: &str| line.pointer(pointer).and_then(Value::as_str);
    field("/principal/name")
        .or_else(|| field("/principal/kind"))
        .unwrap_or_default()
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
            let _ = writeln!(text, "And {} more problems.", found.more_problems);
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
            true => writeln!(text, "The guard log is whole: {} lines.", found.genuine),
            false => writeln!(
                text,
                "The guard log is not whole: {} lines are genuine, {} cannot be checked.",
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
