//! A program's stack of a size that is known.

use std::{panic::resume_unwind, process::ExitCode, thread};

/// The size of the first thread's stack where nothing else is said, on Linux and
/// macOS, in bytes.
const STACK: usize = 8 << 20;

/// Runs a program's `main` on a thread with 8 MiB of stack, and waits for its end.
///
/// The first thread has what `ulimit -s` left, and reading a command line alone takes
/// more than 256 KiB of it in a build that is not optimised. Where no thread can be
/// started, `main` runs here.
#[must_use]
pub fn with_known_stack(main: fn() -> ExitCode) -> ExitCode {
    let builder = thread::Builder::new().name("main".to_owned());
    match builder.stack_size(STACK).spawn(main) {
        Ok(running) => running.join().unwrap_or_else(|panic| resume_unwind(panic)),
        Err(_) => main(),
    }
}
