//! A shell with job control, as small as one can be, and who sits at it.
//!
//! The kernel stops no process group that has no shell above it, and clears
//! the terminal's mode when its session ends: a job of its own in a session
//! that goes on shows what a person's shell would find.

use std::{
    fs::File,
    io::BufRead as _,
    os::unix::process::CommandExt as _,
    process::{Child, Stdio},
};

use nix::sys::signal::{SigSet, Signal};
use rustix::{
    process::{Pid, WaitOptions, WaitStatus, kill_process, waitpid},
    termios::{OptionalActions, Termios, tcgetattr, tcgetpgrp, tcsetattr, tcsetpgrp},
};

use crate::{
    child::{another, report},
    person::Person,
};

/// What a role begins with that is to run as a job.
pub(crate) const WITH_JOB: &str = "shell with job: ";

/// What a job's role begins with: it waits until the shell has put it in front.
pub(crate) const IN_FRONT: &str = "in front: ";

/// A person at a shell, and the job that asks them.
pub(crate) struct AtShell {
    pub(crate) person: Person,
    job: Pid,
}

impl AtShell {
    /// A shell that runs `role` in its foreground.
    pub(crate) fn with_job(role: &str) -> Self {
        let person = Person::at(&format!("{WITH_JOB}{role}"));
        let job = person.hears();
        let job = job.strip_prefix("job ").unwrap().parse().unwrap();
        Self {
            person,
            job: Pid::from_raw(job).unwrap(),
        }
    }

    pub(crate) fn sends(&self, signal: rustix::process::Signal) {
        kill_process(self.job, signal).unwrap();
    }

    /// Types a command for the shell: fg or bg.
    pub(crate) fn tells_the_shell(&mut self, command: &str) {
        self.person.pipes(&format!("{command}\n"));
    }
}

/// The shell's part.
#[expect(
    clippy::zombie_processes,
    reason = "waitpid(2) waits for the job, and tells of its stops too"
)]
pub(crate) fn run(role: &str) {
    // A shell that takes the terminal back does it from the background.
    SigSet::from(Signal::SIGTTOU).thread_block().unwrap();
    let tty = File::open("/dev/tty").unwrap();
    let mode = tcgetattr(&tty).unwrap();
    let job = start(role);
    let group = Pid::from_child(&job);
    tcsetpgrp(&tty, group).unwrap();
    report(&format!("job {}", job.id()));
    loop {
        let status = next(group);
        tcsetpgrp(&tty, rustix::process::getpgrp()).unwrap();
        let left = as_it_was(&tty, &mode);
        if !status.stopped() {
            return report(&format!("{}, {left}", ended(status)));
        }
        // As bash does, whatever the job left.
        tcsetattr(&tty, OptionalActions::Now, &mode).unwrap();
        report(&format!("stopped, {left}"));
        if command() == "fg" {
            tcsetpgrp(&tty, group).unwrap();
        }
        kill_process(group, rustix::process::Signal::CONT).unwrap();
    }
}

/// Waits until the shell has given this job the terminal.
pub(crate) fn wait_for_the_foreground() {
    let Ok(tty) = File::open("/dev/tty") else {
        return;
    };
    while tcgetpgrp(&tty).unwrap() != rustix::process::getpgrp() {
        std::thread::yield_now();
    }
}

fn start(role: &str) -> Child {
    another(&format!("{IN_FRONT}{role}"))
        .process_group(0)
        .stdin(Stdio::null())
        .spawn()
        .unwrap()
}

fn next(job: Pid) -> WaitStatus {
    let (_, status) = waitpid(Some(job), WaitOptions::UNTRACED).unwrap().unwrap();
    status
}

fn as_it_was(tty: &File, mode: &Termios) -> &'static str {
    if format!("{:?}", tcgetattr(tty).unwrap()) == format!("{mode:?}") {
        "the terminal as it was"
    } else {
        "the terminal changed"
    }
}

fn ended(status: WaitStatus) -> String {
    match status.terminating_signal() {
        Some(signal) => format!("ended by signal {signal}"),
        None => "ended by itself".to_owned(),
    }
}

fn command() -> String {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).unwrap();
    line.trim().to_owned()
}
