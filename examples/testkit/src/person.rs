//! The person at the terminal: looks, types, and notices what is left behind.

use std::{
    fmt,
    io::Write as _,
    os::fd::{AsFd, OwnedFd},
    process::{Child, ExitStatus, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use pty_process::{
    Size,
    blocking::{Command, Pty},
};
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::{Mode, OFlags},
    process::{Pid, Signal},
    termios::{LocalModes, Termios, tcgetattr},
};
use tempfile::TempDir;

use crate::{
    ASKS, Ended, RIGHT, Run,
    heard::{Heard, read_what_is_there},
};

/// The longest wait for what must come; then the test fails.
const PATIENCE: Duration = Duration::from_secs(120);
const TICK: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 5_000_000,
};
/// The text that a test writes last to the terminal, to know that it has seen it all.
pub const LAST: &str = "(the test looked away)";

/// Someone at a terminal, which is the controlling one of the program. Its stdout and
/// stderr are pipes, unless [`Run::all_on_terminal`] says otherwise: nothing of a prompt
/// may come out there.
pub struct Person {
    pty: Option<Pty>,
    /// The child opens its end for moments only: held open, it never hangs up.
    held_open: Option<OwnedFd>,
    child: Child,
    stdout: Heard,
    stderr: Heard,
    screen: Vec<u8>,
    looked: usize,
    before: Termios,
    start: Instant,
    /// For as long as the program may read them.
    _files: Option<Arc<TempDir>>,
}

/// The end of what stands below each page but the last.
const TURNS: &str = "refuses. ";

impl Person {
    pub(crate) fn starts(run: Run) -> Self {
        let (pty, pts) = pty_process::blocking::open().unwrap();
        pty.resize(Size::new(run.rows, 100)).unwrap();
        let before = tcgetattr(pty.as_fd()).unwrap();
        let held_open = other_end(&pty);
        rustix::io::ioctl_fionbio(&pty, true).unwrap();
        let (program, arguments) = run.program.split_first().unwrap();
        let mut command = Command::new(program)
            .args(arguments)
            .env_clear()
            .env("TERM", "xterm")
            .env("LANG", "C.UTF-8")
            .envs(run.variables.iter().map(|(name, value)| (name, value)));
        if !run.all_on_terminal {
            command = command
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped());
        }
        crate::signals::default_in_children();
        let start = Instant::now();
        let mut child = command.spawn(pts).unwrap();
        // Whether it reads its stdin is its own affair.
        drop(
            child
                .stdin
                .take()
                .map(|mut pipe| pipe.write_all(&run.stdin)),
        );
        Self {
            stdout: Heard::from(child.stdout.take().map(Into::into)),
            stderr: Heard::from(child.stderr.take().map(Into::into)),
            pty: Some(pty),
            held_open: Some(held_open),
            child,
            screen: Vec::new(),
            looked: 0,
            before,
            start,
            _files: run.files,
        }
    }

    /// Waits until `text` appears behind what was looked at before.
    #[track_caller]
    pub fn sees(&mut self, text: &str) -> &mut Self {
        let mut found = None;
        self.until(text, |person| {
            let new = person.screen.get(person.looked..).unwrap();
            found = new.windows(text.len()).position(|w| w == text.as_bytes());
            found.is_some()
        });
        self.looked += found.unwrap() + text.len();
        self
    }

    /// Waits for the prompt, which is there when echo is off.
    #[track_caller]
    pub fn is_asked(&mut self) {
        self.sees(ASKS);
        assert!(!self.echo_is_on(), "what is typed would be shown");
    }

    /// Types, whether or not anybody reads it.
    pub fn types(&mut self, keys: impl AsRef<[u8]>) -> &mut Self {
        let pty = self.pty.as_mut().unwrap();
        pty.write_all(keys.as_ref()).unwrap();
        self
    }

    /// Turns so many pages, each once it is there.
    #[track_caller]
    pub fn turns_pages(&mut self, count: usize) -> &mut Self {
        for number in 1..=count {
            self.sees(&format!("Page {number} of {count}. "));
            self.sees(TURNS).types(" ");
        }
        self
    }

    /// Turns every page that comes, waits for the prompt behind the last, and types the
    /// right passphrase.
    #[track_caller]
    pub fn reads_and_answers(&mut self) {
        loop {
            let mut asked = false;
            self.until("a page or the prompt", |person| {
                let unseen = person.unseen();
                asked = unseen.contains(ASKS);
                asked || unseen.contains(TURNS)
            });
            if asked {
                return self.answers();
            }
            self.sees(TURNS).types(" ");
        }
    }

    /// Returns the text on the terminal behind what was looked at.
    pub fn unseen(&self) -> String {
        String::from_utf8_lossy(self.screen.get(self.looked..).unwrap()).into_owned()
    }

    /// Waits for the prompt and types the right passphrase.
    #[track_caller]
    pub fn answers(&mut self) {
        self.is_asked();
        self.answers_what_was_asked();
    }

    /// Types the right passphrase to a prompt that was waited for.
    pub fn answers_what_was_asked(&mut self) {
        self.types(format!("{RIGHT}\r"));
    }

    /// Waits for the prompt, types `keys`, and waits for the end.
    #[track_caller]
    pub fn answers_by(mut self, keys: impl AsRef<[u8]>) -> Ended {
        self.is_asked();
        self.types(keys);
        self.leaves()
    }

    /// Everything that was on the terminal so far.
    pub fn screen(&self) -> String {
        String::from_utf8_lossy(&self.screen).into_owned()
    }

    /// Whether the program has ended.
    pub fn has_left(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Closes the terminal's window.
    pub fn hangs_up(&mut self) {
        drop(self.held_open.take());
        drop(self.pty.take());
    }

    /// Kills the program in a way that it cannot notice.
    pub fn kills(&mut self) {
        self.child.kill().unwrap();
    }

    /// Sends the program a signal.
    pub fn signals(&self, signal: Signal) {
        let pid = Pid::from_child(&self.child);
        rustix::process::kill_process(pid, signal).unwrap();
    }

    /// Waits for the end, and checks that the terminal is as it was.
    #[track_caller]
    pub fn leaves(self) -> Ended {
        let (ended, restored) = self.ends();
        assert!(restored, "the terminal was not restored: {ended:#?}");
        ended
    }

    /// Waits for the end, and says whether the terminal is as it was.
    #[track_caller]
    pub fn ends(mut self) -> (Ended, bool) {
        let mut status: Option<ExitStatus> = None;
        self.until("the end", |person| {
            status = status.or_else(|| person.child.try_wait().unwrap());
            status.is_some() && person.stdout.is_over() && person.stderr.is_over()
        });
        let took = self.start.elapsed();
        self.sees_the_rest();
        let restored = self.pty.as_ref().is_none_or(|pty| {
            let now = tcgetattr(pty.as_fd()).unwrap();
            format!("{now:?}") == format!("{:?}", self.before)
        });
        let screen = self.screen().replace(LAST, "");
        let streams = [self.stdout.text(), self.stderr.text(), screen];
        (Ended::new(status.unwrap(), streams, took), restored)
    }

    /// Looks at the rest of the terminal. A program's text may come a moment after its
    /// end, but never after the text that is then written to the terminal behind it.
    fn sees_the_rest(&mut self) {
        if let Some(other_end) = &self.held_open {
            rustix::io::write(other_end, LAST.as_bytes()).unwrap();
            self.sees(LAST);
        }
    }

    fn echo_is_on(&self) -> bool {
        let pty = self.pty.as_ref().unwrap();
        let modes = tcgetattr(pty.as_fd()).unwrap().local_modes;
        modes.contains(LocalModes::ECHO)
    }

    /// Looks and listens until `is_so`, or fails the test when it takes too
    /// long.
    #[track_caller]
    pub fn until(&mut self, what: &str, mut is_so: impl FnMut(&mut Self) -> bool) {
        let end = Instant::now() + PATIENCE;
        loop {
            self.look();
            if is_so(self) {
                return;
            }
            if Instant::now() >= end {
                drop(self.child.kill());
                panic!(
                    "{what:?} did not come; on the terminal:\n{}\non stdout:\n{}\non stderr:\n{}",
                    self.screen(),
                    self.stdout.text(),
                    self.stderr.text()
                );
            }
            self.wait();
        }
    }

    fn look(&mut self) {
        self.stdout.listen();
        self.stderr.listen();
        if let Some(pty) = &mut self.pty {
            // At the end, Linux answers with an error, macOS with 0 bytes.
            let _ = read_what_is_there(pty, &mut self.screen);
        }
    }

    /// Waits a moment, less if there is something to see or to hear.
    fn wait(&self) {
        let open = [
            self.pty.as_ref().map(AsFd::as_fd),
            self.stdout.pipe(),
            self.stderr.pipe(),
        ];
        let mut open: Vec<PollFd<'_>> = open
            .iter()
            .flatten()
            .map(|fd| PollFd::new(fd, PollFlags::IN))
            .collect();
        // Whatever comes of it, the next look tells.
        let _ = poll(&mut open, Some(&TICK));
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Person").field(&self.screen()).finish()
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The program's end of `pty`, opened once more, so that the terminal never hangs up.
pub fn other_end(pty: &Pty) -> OwnedFd {
    let name = rustix::pty::ptsname(pty.as_fd(), Vec::new()).unwrap();
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    rustix::fs::open(name, flags, Mode::empty()).unwrap()
}
