//! A child that does not outlive this program, even if it is killed.
#![cfg_attr(
    target_os = "linux",
    expect(
        unsafe_code,
        reason = "no safe wrapper changes a child before it executes its program"
    )
)]

use std::process::Command;

/// Has what `command` starts killed when the thread that starts it ends: that
/// is at the latest when this program does, whatever ends it.
///
/// Only Linux can do that. Elsewhere a program that is killed (SIGKILL) leaves
/// its child behind.
pub(crate) fn ends_with_host(command: &mut Command) {
    #[cfg(target_os = "linux")]
    {
        use std::{io, os::unix::process::CommandExt as _};

        use rustix::process::{Signal, getpid, getppid, set_parent_process_death_signal};

        let host = getpid();
        let tie = move || {
            set_parent_process_death_signal(Some(Signal::KILL))?;
            // It may have been killed before.
            if getppid() == Some(host) {
                Ok(())
            } else {
                Err(io::Error::from(rustix::io::Errno::SRCH))
            }
        };
        // SAFETY: between fork and exec only two system calls are made, and
        // nothing is allocated or locked (prctl(2), getppid(2)).
        unsafe { command.pre_exec(tie) };
    }
    #[cfg(not(target_os = "linux"))]
    let _ = command;
}
