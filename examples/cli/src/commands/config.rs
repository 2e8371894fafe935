//! `openpass config …`.

use core::fmt::Write as _;

use openpass_auth::SafeText;
use openpass_vault::{Change, Proposal, Vault};
use serde::Serialize;
use serde_json::{Map, Value};

use super::change::{self, Telling};
use crate::{
    args::{Config, PromptFlags},
    failure::Failure,
    json,
    output::Output,
};

pub(super) fn run(vault: &Vault, command: &Config, output: &Output) -> Result<(), Failure> {
    match command {
        Config::Get { key: Some(key) } => get(vault, key, output),
        Config::Get { key: None } => list(vault, output),
        Config::Set { key, value, .. } => match command.change() {
            Some((change, flags)) => set(vault, (key, value), (&change, flags), output),
            None => Ok(()),
        },
        Config::Validate => validate(vault, output),
    }
}

/// Whole, in one line, and nothing in it that a terminal obeys: whatever it is
/// written to, a terminal may come behind. JSON has it as it is.
fn for_stdout(text: &str) -> SafeText {
    SafeText::whole(text)
}

/// Every key that was asked for, by config.yaml's spelling.
#[derive(Serialize)]
struct Values {
    values: Map<String, Value>,
}

fn get(vault: &Vault, key: &str, output: &Output) -> Result<(), Failure> {
    let path: Vec<&str> = key.split('.').collect();
    let config = vault.config()?;
    match config.leaves(&path).as_slice() {
        [] => Err(Failure::NotSet(SafeText::quoted(key))),
        [(found, value)] if found == key => print(
            &config,
            &path,
            || format!("{}\n", for_stdout(value)),
            output,
        ),
        several => print(&config, &path, || text(several), output),
    }
}

fn list(vault: &Vault, output: &Output) -> Result<(), Failure> {
    let config = vault.config()?;
    print(&config, &[], || text(&config.leaves(&[])), output)
}

fn print(
    config: &openpass_vault::Config,
    path: &[&str],
    text: impl FnOnce() -> String,
    output: &Output,
) -> Result<(), Failure> {
    let values = config.values(path).into_iter();
    let values = Values {
        values: values
            .map(|(key, value)| (key, json::stored(&value)))
            .collect(),
    };
    output.result(&values, text)
}

fn text(leaves: &[(String, String)]) -> String {
    leaves.iter().fold(String::new(), |mut text, (key, value)| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{} = {}", for_stdout(key), for_stdout(value));
        text
    })
}

fn set(
    vault: &Vault,
    (key, value): (&str, &str),
    (change, flags): (&Change, &PromptFlags),
    output: &Output,
) -> Result<(), Failure> {
    let done = |_: &Proposal| {
        format!(
            "✓ {} set to {}",
            SafeText::escape(key),
            SafeText::quoted(&openpass_vault::shown_value(key, value))
        )
    };
    let telling = Telling::plain(&done).with("key", key);
    change::run(vault, flags, change, &telling, output)
}

#[derive(Serialize)]
struct Validation {
    valid: bool,
    problems: Vec<String>,
    /// Keys that OpenPass passes over; they make nothing invalid.
    warnings: Vec<String>,
}

fn validate(vault: &Vault, output: &Output) -> Result<(), Failure> {
    let texts = |found: &[SafeText]| found.iter().map(ToString::to_string).collect();
    let problems: Vec<String> = texts(&vault.config_problems()?);
    let verdict = Validation {
        valid: problems.is_empty(),
        problems,
        warnings: texts(&vault.config_warnings()?),
    };
    output.result(&verdict, || {
        let mut text = String::new();
        for problem in &verdict.problems {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "config.yaml, {problem}");
        }
        for warning in &verdict.warnings {
            let _ = writeln!(text, "Warning: config.yaml, {warning}");
        }
        if verdict.valid {
            text += "config.yaml is fine.\n";
        }
        text
    })?;
    if verdict.valid {
        Ok(())
    } else {
        Err(Failure::SaidAlready(crate::failure::Code::Broken))
    }
}
