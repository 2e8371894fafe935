//! Questions to the person who runs the command.

use std::io::{self, BufRead as _, Write as _};

/// Shows `what`, and reads whether it is to happen. No answer is a no.
pub(crate) fn confirmed(what: &str) -> io::Result<bool> {
    eprint!("{what}? [y/N] ");
    io::stderr().flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// The passphrase of a new vault: the first line of stdin.
pub(crate) fn new_passphrase() -> io::Result<String> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
