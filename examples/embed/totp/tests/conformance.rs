//! The abuse cases of the conformance kit, played on the built program.
#![expect(clippy::unwrap_used, reason = "a test")]

mod code;

use std::{fs, io::Write as _};

use openpass_conformance::Program;
use tempfile::{NamedTempFile, TempDir, tempdir};

fn put(folder: &TempDir, name: &str, text: &str) {
    let mut file = NamedTempFile::new_in(folder.path()).unwrap();
    write!(file, "{text}").unwrap();
    file.persist(folder.path().join(name)).unwrap();
}

fn text(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap_or_default()
}

fn folder() -> TempDir {
    let folder = tempdir().unwrap();
    put(&folder, "totp.key", code::KEY);
    put(&folder, "motd", "open from nine");
    folder
}

#[test]
fn totp_holds_every_case_that_applies() {
    let look = |folder: &TempDir| text(folder, "motd");
    let report = Program::new(env!("CARGO_BIN_EXE_embed-totp"), folder, look)
        .arguments(|folder| vec![folder.path().to_owned()])
        .change(["closed on Friday"], "closed on Friday".to_owned())
        .other_change(["on strike"])
        .change_to(|text| vec![text.to_owned()])
        .asks("Code: ")
        .approved_by(|_| format!("{}\r", code::of_now()))
        .wrong_answer("000000\r")
        .shows(["owner", "motd", "open from nine", "closed on Friday"])
        .meanwhile(|folder| put(folder, "motd", "on holiday"))
        .log(|folder| text(folder, "guard.log"))
        .exit_where_nobody_is(1)
        .run();
    report.assert_holds();
}
