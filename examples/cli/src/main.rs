//! The `openpass` command.
//!
//! `args` says what can be asked, `commands` does it, `asking` builds the
//! guard that each change goes through, `failure` turns every error into an
//! exit code.
#![forbid(unsafe_code)]

mod args;
mod asking;
mod commands;
mod failure;
mod output;

use std::process::ExitCode;

use clap::Parser as _;

use crate::{
    args::{Args, Format},
    output::Output,
};

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return failure::usage(&error, &Output::new(Format::asked_for())),
    };
    let output = Output::new(args.output);
    match commands::run(&args, &output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(&output),
    }
}
