//! The steps of a program: its system calls that write, as strace lists them.

use core::fmt;
use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    fs,
    path::Path,
    process::{Command, Stdio},
};

/// The calls that change files. A question mark lets strace go on where an architecture
/// has no such call.
const CALLS: &str = "write,writev,pwrite64,pwritev,ftruncate,fsync,fdatasync,?rename,?renameat,\
                     ?renameat2,?link,linkat,?unlink,unlinkat,?copy_file_range";
const STRACE: &str = "strace";

/// One step: the so-manieth call of that name by one thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    /// Whether it is a step of the thread that the program began with.
    main: bool,
    call: String,
    number: usize,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { main, call, number } = self;
        let thread = if *main {
            "the first thread"
        } else {
            "another thread"
        };
        write!(f, "`{call}` number {number} of {thread}")
    }
}

/// Whether strace is there, and may trace.
pub(super) fn can_trace() -> bool {
    let mut command = Command::new(STRACE);
    command.args(["-qq", "-o", "/dev/null", STRACE, "-V"]);
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null());
    quiet
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// A command of strace that lists the steps in `list`.
pub(super) fn listing(list: &Path) -> (&'static str, Vec<OsString>) {
    (STRACE, flags(list, &["-f"]))
}

/// A command of strace that kills at `step`.
///
/// strace counts the calls of each thread by itself, and kills when any thread comes to the
/// number. So for a step of the first thread it follows no other.
pub(super) fn killing(step: &Step, list: &Path) -> (&'static str, Vec<OsString>) {
    let Step { main, call, number } = step;
    let inject = format!("inject={call}:signal=KILL:when={number}");
    let mut more = vec!["-e", &inject];
    if !main {
        more.push("-f");
    }
    (STRACE, flags(list, &more))
}

fn flags(list: &Path, more: &[&str]) -> Vec<OsString> {
    let mut all: Vec<OsString> = ["-y", "-qq", "-o"].map(OsString::from).into();
    all.push(list.into());
    all.push("-e".into());
    all.push(format!("trace=execve,{CALLS}").into());
    all.extend(more.iter().map(OsString::from));
    all.push("--".into());
    all
}

/// The steps in a list of strace, in their order, without those that only write to a
/// terminal or a pipe, and without those of other threads that cannot be told apart.
pub(super) fn steps(list: &Path) -> Vec<Step> {
    let text = fs::read(list).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let mut calls = text.lines().filter_map(call_in);
    // The first call of all starts the program.
    let Some((first, ..)) = calls.next() else {
        return Vec::new();
    };
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut reached = BTreeSet::new();
    let mut steps = Vec::new();
    for (thread, call, arguments) in calls {
        let count = counts.entry((thread, call)).or_default();
        *count += 1;
        let main = thread == first;
        let is_first_to_come = reached.insert((call, *count));
        if !shows_only(arguments) && (main || is_first_to_come) {
            steps.push(Step {
                main,
                call: call.to_owned(),
                number: *count,
            });
        }
    }
    steps
}

/// The thread, the name of the call and the rest, if a line is the start of a call.
fn call_in(line: &str) -> Option<(&str, &str, &str)> {
    let (thread, call) = line.split_once(' ')?;
    let (name, arguments) = call.trim_start().split_once('(')?;
    let is_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
    name.chars()
        .all(is_name)
        .then_some((thread, name, arguments))
}

/// Whether a call writes to a terminal, a pipe or a socket, by the descriptor's name.
fn shows_only(arguments: &str) -> bool {
    let descriptor = arguments.split([',', ')']).next().unwrap_or_default();
    [
        "</dev/pts/",
        "</dev/tty",
        "</dev/ptmx",
        "</dev/null",
        "<pipe:",
        "<socket:",
        "<anon_inode:",
    ]
    .iter()
    .any(|kind| descriptor.contains(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_counted_by_thread_and_call_and_only_those_of_files_are_kept() {
        let list = tempfile::NamedTempFile::new().unwrap();
        let text = "7 execve(\"host\", [\"host\"], 0x7 /* 3 vars */) = 0\n\
                    7 write(1</dev/pts/3>, \"a\", 1) = 1\n\
                    8 write(5</tmp/f>, \"no step: the first thread came to it before\", 1) = 1\n\
                    8 write(5</tmp/f>, \"b\", 1 <unfinished ...>\n\
                    7 write(5</tmp/f>, \"c\", 1) = 1\n\
                    8 <... write resumed>) = 1\n\
                    7 rename(\"/tmp/f\", \"/tmp/g\") = 0\n\
                    7 +++ exited with 0 +++\n";
        std::io::Write::write_all(&mut list.as_file(), text.as_bytes()).unwrap();
        let step = |main, call: &str, number| Step {
            main,
            call: call.to_owned(),
            number,
        };
        let wanted = [
            step(false, "write", 2),
            step(true, "write", 2),
            step(true, "rename", 1),
        ];
        assert_eq!(steps(list.path()), wanted);
    }
}
