//! The worker's process.

use std::{
    io,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::settings::Settings;

/// The time between two looks at whether a worker that closed its stdout has ended.
const LOOKS: Duration = Duration::from_millis(1);

/// A worker, in a process group of its own. Dropping it kills the group.
#[derive(Debug)]
pub(super) struct Worker(Child);

impl Worker {
    /// Starts this program again, to decide by `settings`.
    pub(super) fn start(settings: &Settings) -> io::Result<(Self, ChildStdin, ChildStdout)> {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args(["decide", "--worker", "--format", settings.adapter.name])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // What it says there is for nobody, and may hold what a terminal obeys.
            .stderr(Stdio::null());
        if let Some(policy) = &settings.place.policy {
            command.arg("--policy").arg(policy);
        }
        if let Some(agent) = &settings.place.agent {
            command.arg(format!("--agent={agent}"));
        }
        if let Some(file) = &settings.place.token_file {
            command.arg("--token-file").arg(file);
        }
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let worker = Self(child);
        let (stdin, stdout) = pipes.ok_or(io::ErrorKind::BrokenPipe)?;
        Ok((worker, stdin, stdout))
    }

    /// Whether it ends by itself before `until`, and says that all went well. Its stdout is
    /// closed already, so it is about to end.
    pub(super) fn ended_well(&mut self, until: Instant) -> bool {
        while Instant::now() < until {
            match success(&mut self.0) {
                Ok(Some(success)) => return success,
                Ok(None) => thread::sleep(LOOKS),
                Err(_) => return false,
            }
        }
        false
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        kill(&mut self.0);
        // Not waited for: where the kernel is in the middle of something for it, such as a disk
        // that does not answer, that takes for ever, and the agent waits for this process.
        drop(self.0.try_wait());
    }
}

/// Whether it has ended, and then whether it says that all went well.
///
/// Its end is not taken note of: until then its number is no other process's, and what it
/// has started and left behind can be killed by that number.
#[cfg(unix)]
fn success(child: &mut Child) -> io::Result<Option<bool>> {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    let looks = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    let ended = waitid(WaitId::Pid(Pid::from_child(child)), looks)?;
    Ok(ended.map(|status| status.exit_status() == Some(0)))
}

#[cfg(not(unix))]
fn success(child: &mut Child) -> io::Result<Option<bool>> {
    Ok(child.try_wait()?.map(|status| status.success()))
}

#[cfg(unix)]
fn kill(child: &mut Child) {
    use rustix::process::{Pid, Signal, kill_process_group};
    // It fails only if all of the group have ended.
    let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
}

#[cfg(not(unix))]
fn kill(child: &mut Child) {
    // It fails only if the worker has ended.
    drop(child.kill());
}

/// Ends this worker, and what it has started.
pub(super) fn end_with_the_group() -> ! {
    #[cfg(unix)]
    {
        use rustix::process::{Signal, getpgrp, getpid, kill_current_process_group};
        // Started by hand, it may be in the group of others.
        if getpgrp() == getpid() {
            let _ = kill_current_process_group(Signal::KILL);
        }
    }
    std::process::exit(1)
}
