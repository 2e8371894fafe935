//! Words and flags.

use std::{ffi::OsString, path::PathBuf};

use anyhow::Result;
use lexopt::prelude::{Long, Value};
use vault_core::{Change, Method, Tier};

pub(crate) const HELP: &str = "\
vault: keeps secrets, and says which agents may use them

  vault [--vault DIR] init                                makes a vault; its passphrase is
                                                          the first line of stdin
  vault [--vault DIR] agent list                          shows each agent's tier
  vault [--vault DIR] agent upgrade NAME --tier T [--yes] another tier for an agent
  vault [--vault DIR] auth set METHOD [--yes]             another way to unlock
";

/// The words are no command.
#[derive(Debug, thiserror::Error)]
#[error("{0}; see `vault --help`")]
pub(crate) struct Usage(String);

/// A command that a user asks for.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Version,
    Init,
    List,
    Make { change: Change, yes: bool },
}

/// The vault's folder, and the command.
pub(crate) fn read() -> Result<(PathBuf, Command)> {
    let mut args = lexopt::Parser::from_env();
    let (mut words, mut folder, mut tier, mut yes) = (Vec::new(), None, None, false);
    while let Some(arg) = args.next()? {
        match arg {
            Long("help") => return Ok((PathBuf::new(), Command::Help)),
            Long("version") => return Ok((PathBuf::new(), Command::Version)),
            Long("vault") => folder = Some(PathBuf::from(args.value()?)),
            Long("tier") => tier = Some(text(args.value()?)?.parse::<Tier>()?),
            Long("yes") => yes = true,
            Value(word) => words.push(text(word)?),
            other => return Err(Usage(other.unexpected().to_string()).into()),
        }
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let command = match (words.as_slice(), tier) {
        (["init"], None) => Command::Init,
        (["agent", "list"], None) => Command::List,
        (["agent", "upgrade", name], Some(tier)) => {
            let agent = (*name).to_owned();
            let change = Change::Tier { agent, tier };
            Command::Make { change, yes }
        }
        (["auth", "set", method], None) => {
            let change = Change::Unlock(method.parse::<Method>()?);
            Command::Make { change, yes }
        }
        _ => return Err(Usage("that is no command".to_owned()).into()),
    };
    Ok((folder.unwrap_or_else(|| PathBuf::from("vault")), command))
}

fn text(word: OsString) -> Result<String> {
    let unreadable = |_| Usage("a word is not UTF-8".to_owned());
    Ok(word.into_string().map_err(unreadable)?)
}
