//! Errors at system calls, put there by strace.

use std::{
    collections::BTreeMap,
    fmt, fs,
    io::{self, Write as _},
    process::Command,
    time::Duration,
};

use crate::support::{Ended, Run};

/// The calls that change something on a disk, or that the store relies on. A `?` stands
/// before one that not every machine has.
const CALLS: &str = "?open,openat,write,writev,pwrite64,fsync,fdatasync,?rename,renameat,renameat2,\
                     ?mkdir,mkdirat,?unlink,unlinkat,?link,linkat,ftruncate,flock,getrandom,\
                     ?chmod,fchmod";

/// Not an error: the process is killed at the call.
pub(crate) const KILL: &str = "SIGKILL";

/// One call of a run.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    name: String,
    /// Its number, from 1, among those of its name in its thread.
    number: usize,
    /// The call as strace shows it.
    pub(crate) text: String,
}

/// One error at one call.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(crate) call: Call,
    pub(crate) error: &'static str,
    /// Whether every later call of that name fails too.
    pub(crate) lasting: bool,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Call { name, number, .. } = &self.call;
        let lasting = if self.lasting {
            " and from then on"
        } else {
            ""
        };
        write!(f, "{} at {name} {number}{lasting}", self.error)
    }
}

/// A run with a fault.
#[derive(Debug)]
pub(crate) struct Faulty {
    pub(crate) ended: Ended,
    /// The calls that failed, as strace shows them.
    pub(crate) failed: Vec<String>,
}

/// Whether strace can put faults in here. If not, it says that nothing is checked.
pub(crate) fn can_be_put_in() -> bool {
    let mut strace = Command::new("strace");
    let tried = strace
        .args(["-f", "-qq", "-e", "trace=none", "true"])
        .output();
    let works = tried.is_ok_and(|it| it.status.success());
    checked(
        "faults of the system: strace is not installed, or may not trace",
        works,
    )
}

/// Says past the test runner that `what` is not checked, unless it is.
pub(crate) fn checked(what: &str, is_checked: bool) -> bool {
    if !is_checked {
        // The runner keeps what a macro prints.
        let said = format!("NOT CHECKED: {what}\n");
        io::stderr().write_all(said.as_bytes()).unwrap();
    }
    is_checked
}

/// Runs what `run` makes of a script that starts its arguments, with `fault`.
pub(crate) fn with(run: impl FnOnce(&str) -> Run, fault: &Fault) -> Faulty {
    let Fault {
        call: Call { name, number, .. },
        error,
        lasting,
    } = fault;
    let later = if *lasting { "+" } else { "" };
    let kind = if *error == KILL { "signal" } else { "error" };
    let inject = format!("inject={name}:{kind}={error}:when={number}{later}");
    let (ended, lines) = traced(run, name, &inject);
    let failed = lines.into_iter().filter(|line| line.contains("(INJECTED)"));
    Faulty {
        ended,
        failed: failed.collect(),
    }
}

/// Runs what `run` makes of a script with each of the calls `call` taking so much longer.
pub(crate) fn slowed(run: impl FnOnce(&str) -> Run, call: &str, by: Duration) -> Ended {
    let inject = format!("inject={call}:delay_enter={}", by.as_micros());
    traced(run, call, &inject).0
}

/// The calls by which a run without faults changes something below `folder`.
pub(crate) fn calls(folder: &str, run: impl FnOnce(&str) -> Run) -> (Ended, Vec<Call>) {
    let (ended, lines) = traced(run, CALLS, "signal=none");
    let mut numbers: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut calls: Vec<Call> = Vec::new();
    for line in lines {
        let (process, text) = line.split_once(' ').unwrap();
        let text = text.trim_start();
        let Some((name, _)) = text.split_once('(') else {
            continue;
        };
        let thread = (process.to_owned(), name.to_owned());
        let number = numbers.entry(thread).or_default();
        *number += 1;
        let is_seen = |call: &Call| call.name == name && call.number == *number;
        if changes_something(text, folder) && !calls.iter().any(is_seen) {
            calls.push(Call {
                name: name.to_owned(),
                number: *number,
                text: text.to_owned(),
            });
        }
    }
    (ended, calls)
}

/// Whether a call makes, changes or syncs what is below `folder`.
fn changes_something(call: &str, folder: &str) -> bool {
    let opens = call.starts_with("open");
    // A folder is opened to be synced, or else with O_DIRECTORY to be listed.
    let is_for_a_change = call.contains("O_CREAT") || call.contains("O_RDONLY|O_CLOEXEC)");
    call.starts_with("getrandom") || call.contains(folder) && (!opens || is_for_a_change)
}

fn traced(run: impl FnOnce(&str) -> Run, trace: &str, more: &str) -> (Ended, Vec<String>) {
    let written = tempfile::NamedTempFile::new().unwrap();
    let out = written.path().display();
    let script = format!(
        "exec strace -f --seccomp-bpf -qq -y -s 40 -o '{out}' -e trace='{trace}' -e '{more}' -- \
         \"$@\""
    );
    let ended = run(&script).without_a_terminal();
    let text = fs::read_to_string(written.path()).unwrap();
    (ended, text.lines().map(str::to_owned).collect())
}
