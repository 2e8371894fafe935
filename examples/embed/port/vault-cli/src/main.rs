//! The command for vaults.

mod args;
mod ask;

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use anyhow::{Result, bail};
use args::{Command, Usage};
use vault_core::{Change, Store, UnknownWord};

/// scrypt at this work factor takes a second and 256 MiB.
const WORK_FACTOR: u8 = 18;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("vault: {error}");
            let usage = error.is::<Usage>() || error.is::<UnknownWord>();
            ExitCode::from(if usage { 2 } else { 1 })
        }
    }
}

fn run() -> Result<()> {
    let (folder, command) = args::read()?;
    let store = Store::at(folder);
    let mut out = io::stdout().lock();
    match command {
        Command::Help => write!(out, "{}", args::HELP)?,
        Command::Version => writeln!(out, "vault {}", env!("CARGO_PKG_VERSION"))?,
        Command::Init => store.init(&ask::new_passphrase()?, WORK_FACTOR)?,
        Command::List => {
            for (name, agent) in store.settings()?.agents {
                writeln!(out, "{name}  {}", agent.tier)?;
            }
        }
        Command::Make { change, yes } => {
            let done = make(&store, &change, yes)?;
            writeln!(out, "done: {done}")?;
        }
    }
    Ok(())
}

/// From what is asked for to what is done.
fn make(store: &Store, change: &Change, yes: bool) -> Result<String> {
    let plan = store.plan(change)?;
    if !yes && !ask::confirmed(&plan.summary)? {
        bail!("nothing was changed: nobody said yes");
    }
    store.commit(change)?;
    Ok(plan.summary)
}
