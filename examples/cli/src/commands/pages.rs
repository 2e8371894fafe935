//! Completions and manual pages, from the flags themselves.

use std::{io::Write as _, path::Path};

use clap::CommandFactory as _;
use openpass_auth::SafeText;

use crate::{args::Args, failure::Failure};

/// Prints the completions for a shell.
pub(super) fn completions(shell: clap_complete::Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "openpass", &mut script);
    let mut out = std::io::stdout().lock();
    out.write_all(&script)?;
    out.flush()?;
    Ok(())
}

/// Writes a manual page for each command into `dir`.
pub(super) fn manual(dir: &Path) -> Result<(), Failure> {
    clap_mangen::generate_to(Args::command(), dir).map_err(|why| {
        let dir = SafeText::escape(&dir.to_string_lossy());
        Failure::File {
            is_missing: why.kind() == std::io::ErrorKind::NotFound,
            problem: format!("{dir}: {why}; name a folder that is there"),
        }
    })
}
