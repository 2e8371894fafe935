//! A program in a session without a terminal, as a daemon, a script or an agent runs it.

use std::{
    io::Write as _,
    os::unix::process::CommandExt as _,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal};

use crate::report::{Played, broken};
use crate::start::Start;

/// The program's stdin.
pub(super) enum Input<'a> {
    /// A pipe that nobody writes to or closes.
    Silent,
    /// These bytes, and then the end.
    Bytes(&'a str),
}

/// Runs it to its end; `None` if it does not end in time, and then it is killed.
pub(super) fn run_alone(
    start: &Start,
    input: &Input<'_>,
    patience: Duration,
) -> Played<Option<ExitStatus>> {
    let mut child = match spawned(start) {
        Ok(child) => child,
        Err(error) => return broken(format!("the program does not start: {error}")),
    };
    let mut stdin = child.stdin.take();
    if let (Input::Bytes(text), Some(pipe)) = (input, &mut stdin) {
        // Whether it reads them is its own affair.
        drop(pipe.write_all(text.as_bytes()));
        stdin = None;
    }
    let ended = waited(child, patience);
    drop(stdin);
    Ok(ended)
}

/// Starts it as the leader of a session of its own, which has no terminal.
#[expect(unsafe_code, reason = "no safe call of std begins a session")]
fn spawned(start: &Start) -> std::io::Result<Child> {
    let mut command = Command::new(&start.program);
    command
        .args(&start.arguments)
        .env_clear()
        .envs(start.variables())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let begin_a_session = || {
        rustix::process::setsid()?;
        Ok(())
    };
    // SAFETY: between fork and exec the closure makes one system call. It allocates
    // nothing, takes no lock, and setsid(2) is async-signal-safe.
    unsafe { command.pre_exec(begin_a_session) }.spawn()
}

fn waited(mut child: Child, patience: Duration) -> Option<ExitStatus> {
    let pid = Pid::from_child(&child);
    let (tell, told) = mpsc::channel();
    let waiting = thread::spawn(move || {
        let _ = tell.send(child.wait().ok());
    });
    let ended = told.recv_timeout(patience).ok().flatten();
    if ended.is_none() {
        let _ = rustix::process::kill_process(pid, Signal::KILL);
    }
    drop(waiting.join());
    ended
}
