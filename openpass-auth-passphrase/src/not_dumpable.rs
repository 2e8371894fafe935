//! Keeps the process's memory from other programs of the same user.

use std::io;

/// Keeps other programs of the same user from reading this process's memory, and the
/// system from writing it to a core file.
///
/// A passphrase lies in memory while it is typed and verified. On Linux the process
/// becomes not dumpable (`PR_SET_DUMPABLE`): a program without `CAP_SYS_PTRACE` can
/// neither attach to it nor read `/proc/PID/mem`, and its files in `/proc` belong to
/// root. Everywhere but on Windows the limit for core files becomes 0 and stays so,
/// also for the programs that the process starts. Both last until the process runs
/// another program or ends. On Windows the function does nothing: no process there is
/// closed to other programs of its user.
///
/// Every buffer for a passphrase calls this function before there is anything in the
/// buffer, and goes on if it fails; so a host need not call it. A host calls it first
/// of all things, so that there is no moment before, and to hear of a failure.
///
/// # Errors
///
/// The system's own error, for instance in a sandbox that filters system calls. A host
/// says so and goes on. The passphrase is then as safe as with any other program of
/// this user. If the guard refused instead, an attacker who can put a program into such
/// a sandbox could lock the owner out of every change.
///
/// Source: prctl(2), `PR_SET_DUMPABLE`; setrlimit(2); core(5).
pub fn not_dumpable() -> io::Result<()> {
    let no_core = no_core_file();
    // The one is tried even if the other fails.
    unreadable()?;
    no_core
}

#[cfg(unix)]
fn no_core_file() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    Ok(setrlimit(Resource::Core, none)?)
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it can fail on Unix")]
const fn no_core_file() -> io::Result<()> {
    Ok(())
}

#[cfg(target_os = "linux")]
fn unreadable() -> io::Result<()> {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    Ok(set_dumpable_behavior(DumpableBehavior::NotDumpable)?)
}

/// macOS keeps other programs out by the hardened runtime (docs/macos.md), Windows
/// never those of the same user (docs/windows.md).
#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "it can fail on Linux")]
const fn unreadable() -> io::Result<()> {
    Ok(())
}
