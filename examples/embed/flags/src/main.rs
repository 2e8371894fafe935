//! Feature flags of a team, with a guard in front of what reaches production.

mod change;
mod commands;
mod failure;
mod rules;
mod state;
mod store;

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use clap::Parser as _;

fn main() -> ExitCode {
    match commands::run(commands::Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nobody may be there to read it.
            drop(writeln!(io::stderr(), "flags: {failure}"));
            ExitCode::from(failure.exit_code())
        }
    }
}
