//! What other programs of the same user get of the process.

use std::{
    os::unix::{fs::lchown, process::CommandExt as _},
    path::Path,
    process::Command,
};

use crate::server::Start;

/// nobody, on Debian and elsewhere.
const NOBODY: u32 = 65534;

/// Has it run by a user who is not root: whoever tests, or else nobody, who is
/// given the vault and a copy of the program.
#[expect(clippy::disallowed_methods, reason = "a test puts a program there")]
fn by_a_user(start: &mut Start) {
    if !is_root() {
        return;
    }
    let folder = start.vault().parent().unwrap().to_owned();
    let copy = folder.join("openpass-mcp");
    give(&folder);
    // A link, where it can be had: the program is large. It stays root's.
    let program = start.command.get_program();
    if std::fs::hard_link(program, &copy).is_err() {
        std::fs::copy(program, &copy).unwrap();
    }
    start.runs(&copy);
    start.command.uid(NOBODY).gid(NOBODY);
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

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

/// Whether a program of that user may look into the memory of `process`. The
/// environment takes the same right (proc(5)).
fn can_be_read(process: u32) -> bool {
    let mut looks = Command::new("cat");
    looks.arg(format!("/proc/{process}/environ"));
    if is_root() {
        looks.uid(NOBODY).gid(NOBODY);
    }
    looks.output().unwrap().status.success()
}

#[test]
fn case_55_no_program_of_the_user_reads_the_servers_memory_and_no_core_is_left() {
    let mut start = Start::as_agent("boss");
    by_a_user(&mut start);
    let server = start.serves();
    assert!(!can_be_read(server.child.id()));
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.child.id())).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    let words: Vec<&str> = core.split_whitespace().collect();
    assert_eq!(words[4..6], ["0", "0"], "{core}");
    server.left();
}
