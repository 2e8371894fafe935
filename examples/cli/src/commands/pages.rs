//! Completions and manual pages, from the flags themselves.

use std::path::Path;

use clap::CommandFactory as _;
use openpass_auth::SafeText;
use serde::Serialize;

use crate::{args::Args, failure::Failure, output::Output};

#[derive(Serialize)]
struct Completions {
    shell: String,
    script: String,
}

#[derive(Serialize)]
struct Manual {
    folder: String,
    /// The files that were written.
    pages: Vec<String>,
}

/// Prints the completions for a shell.
pub(super) fn completions(shell: clap_complete::Shell, output: &Output) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "openpass", &mut script);
    let completions = Completions {
        shell: shell.to_string(),
        script: String::from_utf8_lossy(&script).into_owned(),
    };
    output.result(&completions, || completions.script.clone())
}

/// Writes a manual page for each command into `dir`.
pub(super) fn manual(dir: &Path, output: &Output) -> Result<(), Failure> {
    written(dir).map_err(|why| {
        let dir = SafeText::escape(&dir.to_string_lossy());
        Failure::File {
            is_missing: why.kind() == std::io::ErrorKind::NotFound,
            problem: format!("{dir}: {why}; name a folder that exists"),
        }
    })?;
    let mut pages: Vec<String> = names(&Args::command(), "openpass");
    pages.sort();
    let manual = Manual {
        folder: dir.to_string_lossy().into_owned(),
        pages,
    };
    output.result(&manual, String::new)
}

fn written(dir: &Path) -> std::io::Result<()> {
    clap_mangen::generate_to(Args::command(), dir)
}

/// The pages of `command` and of every command below it.
fn names(command: &clap::Command, name: &str) -> Vec<String> {
    let below = command.get_subcommands().filter(|it| !it.is_hide_set());
    let below = below.flat_map(|it| names(it, &format!("{name}-{}", it.get_name())));
    core::iter::once(format!("{name}.1")).chain(below).collect()
}
