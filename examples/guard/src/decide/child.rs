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
            match self.0.try_wait() {
                Ok(Some(status)) => return status.success(),
                Ok(None) => thread::sleep(LOOKS),
                Err(_) => return false,
            }
        }
        false
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Once its end was seen, its number may be another process's.
        if !matches!(self.0.try_wait(), Ok(None)) {
            return;
        }
        kill(&mut self.0);
        // SIGKILL cannot be caught, so this does not take long.
        drop(self.0.wait());
    }
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
    let _ = child.kill();
}
