//! Runs of the program.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread,
    time::SystemTime,
};

/// The built program.
pub(crate) const GUARD: &str = env!("CARGO_BIN_EXE_openpass-guard");

/// The program whose judge obeys `SCRIPTED`. Cargo builds it with the tests, unless it is
/// told to build one of them alone.
pub(crate) fn scripted() -> PathBuf {
    let folder = PathBuf::from(GUARD).parent().unwrap().join("examples");
    let program = folder.join("scripted-decide");
    let how = "build it with: cargo build -p openpass-guard --example scripted-decide";
    let shown = program.display();
    assert!(program.is_file(), "{shown} is not there; {how}");
    let built = modified(&program);
    // Cargo writes there which files the program is made of.
    let sources = fs::read_to_string(program.with_extension("d")).unwrap();
    let (_, sources) = sources.split_once(": ").unwrap();
    for source in sources.replace("\\ ", "\0").split_whitespace() {
        let source = PathBuf::from(source.replace('\0', " "));
        assert!(
            modified(&source) <= built,
            "{shown} is older than its code; {how}"
        );
    }
    program
}

fn modified(file: &Path) -> SystemTime {
    fs::metadata(file).unwrap().modified().unwrap()
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

/// Gives `command` this on stdin, all of which it reads, and waits for its end.
pub(crate) fn told(command: Command, stdin: impl AsRef<[u8]>) -> Output {
    let (output, read) = offered(command, stdin);
    read.unwrap();
    output
}

/// Offers `command` this on stdin, and waits for its end. Also tells whether it read it.
pub(crate) fn offered(mut command: Command, stdin: impl AsRef<[u8]>) -> (Output, io::Result<()>) {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let bytes = stdin.as_ref().to_owned();
    let writer = thread::spawn(move || pipe.write_all(&bytes));
    let output = child.wait_with_output().unwrap();
    (output, writer.join().unwrap())
}
