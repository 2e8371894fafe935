//! A process group of Unix.

use std::time::Duration;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use tokio::{
    process::{Child, Command},
    time::sleep,
};

/// The time between two looks at whether the server runs.
const LOOK: Duration = Duration::from_millis(50);

/// Puts the process that is started into a group of its own.
pub(super) fn apart(command: &mut Command) {
    command.process_group(0);
}

/// The group of a process that nobody has waited for.
#[derive(Debug)]
pub(super) struct Group(Option<Pid>);

impl Group {
    pub(super) fn of(process: &Child) -> Self {
        let id = process.id().and_then(|id| i32::try_from(id).ok());
        Self(id.and_then(Pid::from_raw))
    }

    /// Waits until the process has ended, and leaves it to be waited for: its
    /// number, which is the group's, must not become another's.
    pub(super) async fn exited(&self, _: &mut Child) {
        let Some(pid) = self.0 else { return };
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        while let Ok(None) = waitid(WaitId::Pid(pid), look) {
            sleep(LOOK).await;
        }
    }

    pub(super) fn tell_to_end(&self) {
        self.signal(Signal::TERM);
    }

    pub(super) fn kill(&self) {
        self.signal(Signal::KILL);
    }

    /// Sends no more signals.
    pub(super) fn forget(&mut self) {
        self.0 = None;
    }

    fn signal(&self, signal: Signal) {
        if let Some(pid) = self.0 {
            // A group that is empty has nothing to end.
            let _ = kill_process_group(pid, signal);
        }
    }
}
