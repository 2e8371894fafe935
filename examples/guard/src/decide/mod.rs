//! `openpass-guard decide`: one request of a coding agent's hook on stdin, one answer on
//! stdout, in the agent's own format.
//!
//! ```text
//! agent ─► supervisor ─► worker: Adapter::read ─► Judge::judge
//!            │              └─► one frame with the verdict
//!            └─► Adapter::answer, in one write
//! ```
//!
//! # What it does not do
//!
//! An agent asks only where it is configured to, and tools that it runs without its hook
//! are not seen here. All three agents let a tool run when a hook does not answer in time,
//! so the supervisor answers before that. When the agent's own time-out comes first, only
//! Claude Code's `"onFailure": "block"` blocks; Codex and Gemini CLI run the tool.
//!
//! # Guarantees
//!
//! - (3) A worker that panics, aborts, is killed, writes anything but one whole verdict or
//!   is not done in time is answered with the format's block.
//! - stdout has an answer of the format or nothing: never other text, which the agents
//!   take for "no decision".

mod adapters;
mod answer;
mod child;
mod frame;
mod judge;
mod settings;
mod strict;
mod supervisor;
mod table;
mod worker;

use std::{path::PathBuf, process::ExitCode, time::Instant};

use clap::builder::PossibleValuesParser;

pub use judge::{Asked, Judge, Place, Verdict};
pub(crate) use settings::{FORMAT, POLICY};
pub(crate) use table::{Adapter, named};

use settings::Settings;

/// The longest request in bytes.
const MAX_REQUEST: usize = 1024 * 1024;

/// The flags of `decide`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The format of the request and the answer [env: OPENPASS_GUARD_FORMAT]
    #[arg(long, value_name = "FORMAT", value_parser = PossibleValuesParser::new(table::names()))]
    format: Option<String>,
    /// The policy folder [env: OPENPASS_GUARD_POLICY]
    #[arg(long, value_name = "DIR")]
    policy: Option<PathBuf>,
    /// The seconds after which the answer is a block; without it, less than the agent
    /// waits by default
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    timeout: Option<u64>,
    /// The agent that asks; nothing proves that it is
    #[arg(long, value_name = "NAME", conflicts_with = "token_file")]
    agent: Option<String>,
    /// Take the agent from the vault's token in this file
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Decide, and tell the supervisor that started this process
    #[arg(long, hide = true)]
    worker: bool,
}

/// Answers the request on stdin.
#[must_use]
pub fn run(args: &Args) -> ExitCode {
    run_with(args, judge::of)
}

/// Answers the request on stdin, with a verdict of the judge that `judge` makes of the
/// policy folder. `judge` is called in the worker alone, which is the same program, started
/// with the same subcommand.
#[must_use]
pub fn run_with(args: &Args, judge: impl FnOnce(&Place) -> Box<dyn Judge>) -> ExitCode {
    // The clock of the deadline begins before anything is read.
    let start = Instant::now();
    let settings = match Settings::of(args) {
        Ok(settings) => settings,
        Err(answer) => return answer.write(),
    };
    match args.worker {
        true => worker::work(&settings, judge),
        false => supervisor::supervise(&settings, start),
    }
}
