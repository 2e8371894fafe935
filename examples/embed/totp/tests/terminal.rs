//! The built program, as a person runs it: at a terminal, and without one.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::{
    fs,
    io::Write as _,
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use openpass_testkit::Run;
use totp_rs::{Builder, Secret};

openpass_testkit::leave_the_terminal!();

const KEY: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut key = tempfile::NamedTempFile::new_in(folder.path()).unwrap();
    writeln!(key, "{KEY}").unwrap();
    key.persist(folder.path().join("totp.key")).unwrap();
    folder
}

fn run(folder: &Path, text: &str) -> Run {
    let arguments = [folder.to_str().unwrap(), text];
    Run::of(env!("CARGO_BIN_EXE_embed-totp"), folder, &arguments)
}

/// The code of now, which counts for half a minute more: no slow machine is in time for
/// nothing.
fn code() -> String {
    let secret = Secret::try_from_base32(KEY).unwrap();
    let totp = Builder::new().with_secret(secret).with_digits(6);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    totp.build().unwrap().generate(now.as_secs()).to_string()
}

#[test]
fn a_code_sets_the_text_once() {
    let folder = folder();
    let mut person = run(folder.path(), "closed on Friday").at_a_terminal();
    person.sees("set text \"motd\"").sees("closed on Friday");
    let code = code();
    person.sees("Code: ").types(format!("{code}\r"));
    person.leaves().with(0);
    let text = || fs::read_to_string(folder.path().join("motd")).unwrap();
    assert_eq!(text(), "closed on Friday");

    let mut again = run(folder.path(), "open").at_a_terminal();
    again.sees("Code: ").types(format!("{code}\r"));
    again.leaves().with(1).showing("the answer was wrong");
    assert_eq!(text(), "closed on Friday");
}

#[test]
fn without_a_terminal_or_a_key_it_says_what_is_missing() {
    let folder = folder();
    run(folder.path(), "x")
        .without_a_terminal()
        .with(1)
        .saying("there is no terminal to ask on");
    let empty = tempfile::tempdir().unwrap();
    run(empty.path(), "x")
        .without_a_terminal()
        .with(1)
        .saying("put the key there");
}
