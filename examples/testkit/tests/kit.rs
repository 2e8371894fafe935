//! What the kit promises to the tests that use it.
#![cfg(unix)]

use std::{fs, path::Path};

use openpass_testkit::{Run, TestVault, changed, files};

/// This program declares no `leave_the_terminal!()`: nothing is started, and the test
/// runner that stands in for it ends well.
#[test]
#[should_panic(expected = "the program was not started")]
fn a_run_that_was_never_started_is_no_success() {
    let home = tempfile::tempdir().unwrap();
    let run = Run::of("/bin/sh", home.path(), &["-c", "exit 0"]);
    run.without_a_terminal();
}

#[test]
#[should_panic(expected = "the terminal was not restored")]
fn a_program_that_leaves_the_terminal_changed_is_noticed() {
    let home = tempfile::tempdir().unwrap();
    let run = Run::of("/bin/sh", home.path(), &["-c", "stty -echo"]);
    run.all_on_terminal().unattended();
}

#[test]
#[should_panic(expected = "the passphrase shows")]
fn a_program_that_shows_the_passphrase_is_noticed() {
    let home = tempfile::tempdir().unwrap();
    let echo = ["-c", "echo correct horse battery staple >/dev/tty"];
    Run::of("/bin/sh", home.path(), &echo).unattended();
}

#[test]
fn what_is_given_by_descriptor_is_read_and_what_is_said_is_heard() {
    let home = tempfile::tempdir().unwrap();
    let run = Run::of(
        "/bin/sh",
        home.path(),
        &["-c", "cat <&4; cat <&3 >&2; exit 3"],
    );
    let ended = run.with_files(&["one", "two"]).unattended().with(3);
    assert_eq!((&*ended.stdout, &*ended.stderr), ("two", "one"));
}

#[test]
fn the_whole_sample_is_every_file_of_the_folder() {
    let mut kept = files(Path::new("sample-vault"));
    let ignored = kept.remove(Path::new("gitignore")).unwrap();
    kept.insert(".gitignore".into(), ignored);
    let vault = TestVault::whole();
    assert_eq!(changed(&kept, &files(vault.dir())), [""; 0]);
    assert!(fs::exists(vault.path(".lock")).unwrap());
}
