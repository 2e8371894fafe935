//! A user who is not root, for what root may always do.

use std::{
    os::unix::fs::lchown,
    path::Path,
    process::{Child, Command, Stdio},
};

use crate::support::{Run, TestVault};

/// nobody, on Debian and elsewhere.
const NOBODY: u32 = 65534;

const BECOMES: [&str; 4] = [
    "setpriv",
    "--reuid=65534",
    "--regid=65534",
    "--clear-groups",
];

/// The words before a program that goes on as nobody; none where the test's
/// own user is not root.
fn becomes() -> &'static [&'static str] {
    if rustix::process::geteuid().is_root() {
        &BECOMES
    } else {
        &[]
    }
}

/// Has a user who is not root run `run`: whoever tests, or else nobody, who is
/// given the vault and a copy of the program. `script` is a shell's, and gets
/// the command as its arguments.
pub(crate) fn as_a_user(run: Run, vault: &TestVault, script: &str) -> Run {
    assert!(!script.contains('\''));
    let home = vault.home().display();
    let copy = vault.home().join("openpass");
    if !becomes().is_empty() {
        give(vault.home());
    }
    // A link, where it can be had: the program is large. It stays root's.
    let program = env!("CARGO_BIN_EXE_openpass");
    if std::fs::hard_link(program, &copy).is_err() {
        std::fs::copy(program, &copy).unwrap();
    }
    let becomes = becomes().join(" ");
    run.by_shell(&format!(
        "shift; exec {becomes} sh -c 'echo $$ >{home}/process; {script}' sh {home}/openpass \"$@\""
    ))
}

/// The process that [`as_a_user`] started.
pub(crate) fn process(vault: &TestVault) -> u32 {
    let noted = std::fs::read_to_string(vault.home().join("process")).unwrap();
    noted.trim().parse().unwrap()
}

/// Gives a folder, and all that is in it, to that user.
fn give(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.symlink_metadata().unwrap().is_dir() {
            give(&path);
        }
        lchown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    lchown(folder, Some(NOBODY), Some(NOBODY)).unwrap();
}

/// A program of the same user, or what that user reads of `process`.
fn as_the_user(program: &[&str]) -> Command {
    let all = [becomes(), program].concat();
    let mut command = Command::new(all.first().unwrap());
    command.args(all.iter().skip(1));
    command
}

/// Whether a program of the same user may look into the memory of `process`.
///
/// The environment takes the same right as the memory does (proc(5)), and
/// some systems keep the memory itself from every program but a debugger.
pub(crate) fn can_be_read(process: u32) -> bool {
    let path = format!("/proc/{process}/environ");
    let looks = as_the_user(&["cat", &path]).output().unwrap();
    looks.status.success()
}

/// Whether a program of the same user can open the memory of `process`.
pub(crate) fn memory_opens(process: u32) -> bool {
    let path = format!("if=/proc/{process}/mem");
    let looks = as_the_user(&["dd", &path, "count=0"]).output().unwrap();
    looks.status.success()
}

/// The soft and the hard limit of `process` for core files.
pub(crate) fn core_limits(process: u32) -> [String; 2] {
    let limits = std::fs::read_to_string(format!("/proc/{process}/limits")).unwrap();
    let core = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max core file size"))
        .unwrap();
    let mut words = core.split_whitespace().map(str::to_owned);
    [words.next().unwrap(), words.next().unwrap()]
}

/// A program of that user like any other, which waits until it is killed.
#[derive(Debug)]
pub(crate) struct Ordinary(Child);

impl Ordinary {
    pub(crate) fn starts() -> Self {
        let mut waits = as_the_user(&["cat"]);
        Self(waits.stdin(Stdio::piped()).spawn().unwrap())
    }

    pub(crate) fn process(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Ordinary {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
