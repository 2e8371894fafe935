//! The running pinentry, which does not outlive its prompt.

use std::{
    io,
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use openpass_auth::{AuthError, BackendError};
use rustix::process::{Pid, Signal, kill_process_group};

use super::session::Variables;
use crate::{Cancel, ends_with_host::ends_with_host};

/// A child process in a group of its own. Dropping it kills the group, so a
/// script's children too, and waits for the end. A host that is killed takes
/// pinentry with it, on Linux.
#[derive(Debug)]
pub(super) struct Process {
    child: Slot,
    stdin: ChildStdin,
    stdout: ChildStdout,
}

/// The place in which a cancel finds the child. It is empty once somebody has waited
/// for the child's end.
#[derive(Debug, Clone, Default)]
struct Slot(Arc<Mutex<Option<Child>>>);

impl Process {
    /// Starts `program`; a cancel kills it before it returns.
    pub(super) fn start(
        program: &Path,
        variables: &Variables,
        cancel: &Cancel,
    ) -> Result<Self, AuthError> {
        let mut command = Command::new(program);
        command
            .env_clear()
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        ends_with_host(&mut command);
        let mut child = command
            .spawn()
            .map_err(|error| BackendError::caused_by("pinentry could not be started", error))?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let slot = Slot(Arc::new(Mutex::new(Some(child))));
        let hook = slot.clone();
        cancel.on_cancel(move || hook.kill());
        let Some((stdin, stdout)) = pipes else {
            slot.kill_and_wait();
            return Err(BackendError::new("pinentry could not be started").into());
        };
        let process = Self {
            child: slot,
            stdin,
            stdout,
        };
        process.never_block().map_err(|error| {
            BackendError::caused_by("pinentry's pipes could not be set up", error)
        })?;
        Ok(process)
    }

    /// Writes what fits now, or says that nothing does (EAGAIN).
    pub(super) fn write(&self, bytes: &[u8]) -> rustix::io::Result<usize> {
        rustix::io::write(&self.stdin, bytes)
    }

    /// Reads what is there now, or says that nothing is (EAGAIN); 0 at the end.
    pub(super) fn read(&self, into: &mut [u8]) -> rustix::io::Result<usize> {
        rustix::io::read(&self.stdout, into)
    }

    pub(super) const fn stdout(&self) -> &ChildStdout {
        &self.stdout
    }

    fn never_block(&self) -> io::Result<()> {
        rustix::io::ioctl_fionbio(&self.stdin, true)?;
        rustix::io::ioctl_fionbio(&self.stdout, true)?;
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill_and_wait();
    }
}

impl Slot {
    /// Kills the child's group, unless somebody has waited for the child's end: from
    /// then on its number may be another process's.
    fn kill(&self) {
        if let Some(child) = self.lock().as_ref() {
            kill_group_of(child);
        }
    }

    fn kill_and_wait(&self) {
        if let Some(mut child) = self.lock().take() {
            kill_group_of(&child);
            // SIGKILL cannot be caught, so this does not take long.
            drop(child.wait());
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Child>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn kill_group_of(child: &Child) {
    // It fails only if all of the group have ended.
    let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
}
