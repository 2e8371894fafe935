//! The program's output: results go to stdout, everything else to stderr.

use std::io::{self, Write as _};

/// Prints a result.
pub(crate) fn result(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

/// Says something to the person. Where stderr takes nothing, nobody is there to read it.
pub(crate) fn say(text: &str) {
    let mut stderr = io::stderr().lock();
    drop(writeln!(stderr, "{text}"));
}
