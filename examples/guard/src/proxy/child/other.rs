//! A process where there are no process groups.

use tokio::process::{Child, Command};

pub(super) fn apart(_: &mut Command) {}

/// The processes that the server started: none of them is known here.
#[derive(Debug)]
pub(super) struct Group;

impl Group {
    pub(super) fn of(_: &Child) -> Self {
        Self
    }

    pub(super) async fn exited(&self, process: &mut Child) {
        // A process that cannot be waited for is gone.
        drop(process.wait().await);
    }

    pub(super) fn tell_to_end(&self) {}

    pub(super) fn kill(&self) {}

    pub(super) fn forget(&mut self) {}
}
