//! The server is told to end by the events of its console: ^C, ^Break, a closed window, a
//! logoff, a shutdown (<https://learn.microsoft.com/windows/console/handlerroutine>). After
//! the last three the system ends the process within seconds, whatever it does.

use std::io;

use tokio::signal::windows::{
    CtrlBreak, CtrlC, CtrlClose, CtrlLogoff, CtrlShutdown, ctrl_break, ctrl_c, ctrl_close,
    ctrl_logoff, ctrl_shutdown,
};

/// The events by which the system tells the server to end.
#[derive(Debug)]
pub struct ToldToEnd {
    c: CtrlC,
    r#break: CtrlBreak,
    close: CtrlClose,
    logoff: CtrlLogoff,
    shutdown: CtrlShutdown,
}

impl ToldToEnd {
    /// Listens from now on. It needs a runtime of tokio's, with its I/O.
    ///
    /// # Errors
    ///
    /// That the system does not say when to end.
    pub fn heard() -> io::Result<Self> {
        Ok(Self {
            c: ctrl_c()?,
            r#break: ctrl_break()?,
            close: ctrl_close()?,
            logoff: ctrl_logoff()?,
            shutdown: ctrl_shutdown()?,
        })
    }

    /// Waits until the server is to end.
    pub async fn wait(&mut self) {
        tokio::select! {
            _ = self.c.recv() => {}
            _ = self.r#break.recv() => {}
            _ = self.close.recv() => {}
            _ = self.logoff.recv() => {}
            _ = self.shutdown.recv() => {}
        }
    }
}
