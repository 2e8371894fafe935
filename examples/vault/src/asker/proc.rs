//! Reads the kernel's facts about a process from `/proc`, where there is one.

use super::process::Process;

/// A process, and its parent's pid.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) process: Process,
    pub(super) parent: u32,
}

/// The process `pid`, unless it is gone or hidden.
///
/// Only `/proc` is read, which never waits: the executable's own place is not looked
/// at, since it may be on a file system that hangs.
pub(super) fn read(pid: u32) -> Option<Seen> {
    let stat = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
    let (parent, started) = super::stat::parse(&stat)?;
    let executable = std::fs::read_link(format!("/proc/{pid}/exe")).ok();
    let executable = executable.as_ref().map(|path| path.to_string_lossy());
    Some(Seen {
        process: Process::new(pid, started, executable.as_deref()),
        parent,
    })
}

/// Our own pid, if `/proc` is that of our own pids: another one's numbers are those of
/// other processes.
///
/// `None` on Windows, where anybody may make a folder `\proc`.
pub(super) fn own_pid() -> Option<u32> {
    if cfg!(windows) {
        return None;
    }
    let named = std::fs::read_link("/proc/self").ok()?;
    let named: u32 = named.to_str()?.parse().ok()?;
    (named == std::process::id()).then_some(named)
}
