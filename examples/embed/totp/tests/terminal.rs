//! The built program, as a person runs it: at a terminal, and without one.
#![expect(clippy::unwrap_used, reason = "a test")]

mod code;

use std::{fs, io::Write as _, path::Path};

use openpass_testkit::Run;

openpass_testkit::leave_the_terminal!();

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut key = tempfile::NamedTempFile::new_in(folder.path()).unwrap();
    writeln!(key, "{}", code::KEY).unwrap();
    key.persist(folder.path().join("totp.key")).unwrap();
    folder
}

fn run(folder: &Path, text: &str) -> Run {
    let arguments = [folder.to_str().unwrap(), text];
    Run::of(env!("CARGO_BIN_EXE_embed-totp"), folder, &arguments)
}

#[test]
fn a_code_sets_the_text_once() {
    let folder = folder();
    let mut person = run(folder.path(), "closed on Friday").at_a_terminal();
    person.sees("set text \"motd\"").sees("closed on Friday");
    let code = code::of_now();
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
