//! Runs of the program.

use std::{
    io::Write as _,
    path::PathBuf,
    process::{Command, Output, Stdio},
    thread,
};

/// The built program.
pub(crate) const GUARD: &str = env!("CARGO_BIN_EXE_openpass-guard");

/// The program whose judge obeys `SCRIPTED`. Cargo builds it with the tests, unless it is
/// told to build one of them alone.
pub(crate) fn scripted() -> PathBuf {
    let folder = PathBuf::from(GUARD).parent().unwrap().join("examples");
    let program = folder.join("scripted-decide");
    let how = "build it with: cargo build -p openpass-guard --example scripted-decide";
    assert!(
        program.is_file(),
        "{} is not there; {how}",
        program.display()
    );
    program
}

/// `program`, in an environment without anything of the tester's.
pub(crate) fn bare(program: impl Into<PathBuf>) -> Command {
    let mut command = Command::new(program.into());
    command.env_clear().env("PATH", "/usr/bin:/bin");
    command
}

/// `decide` in `format`, by a judge that does as `scripted`.
pub(crate) fn decide(format: &str, script: &str) -> Command {
    let mut command = bare(scripted());
    command
        .args(["decide", "--format", format])
        .env("SCRIPTED", script);
    command
}

/// Gives `command` this on stdin, and waits for its end.
pub(crate) fn told(mut command: Command, stdin: impl AsRef<[u8]>) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let bytes = stdin.as_ref().to_owned();
    // A write that nobody reads to its end fails the test.
    let writer = thread::spawn(move || pipe.write_all(&bytes));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    output
}
