//! The `openpass` command.
//!
//! `args` says what can be asked, `commands` does it, `door` builds the
//! guard that each change goes through, `failure` turns every error into an
//! exit code.
#![forbid(unsafe_code)]

mod args;
mod commands;
mod door;
mod failure;
mod json;
mod output;
mod table;

use std::process::ExitCode;

use clap::Parser as _;
use openpass_auth_passphrase::not_dumpable;
use openpass_vault::with_known_stack;

use crate::{
    args::{Args, Format},
    output::Output,
};

/// The `openpass` command, with the arguments of this process.
#[must_use]
pub fn main() -> ExitCode {
    with_known_stack(command)
}

fn command() -> ExitCode {
    let dumpable = not_dumpable();
    let args = match Args::try_parse() {
        Ok(args) => args.with_what_is_explained(),
        Err(error) => return failure::usage(&error, &Output::new(Format::asked_for())),
    };
    let output = Output::new(args.output)
        .quiet(args.quiet)
        .coloured(args.color);
    if let Err(error) = dumpable {
        output.note(&format!(
            "Warning: other programs of this user may read this one's memory, and a passphrase in \
             it: {error}."
        ));
    }
    match commands::run(&args, &output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(&output),
    }
}
