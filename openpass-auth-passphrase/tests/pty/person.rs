//! The person at the terminal: starts a child on a pty, looks and types.
//!
//! `examples/testkit` has a person as well, who runs a built program to its end. This one
//! talks with a part of the test, in a process that goes on; and a library's tests do not
//! depend on an example.

use std::{
    env,
    fs::File,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    os::fd::{AsFd as _, OwnedFd},
    process::{Child, ChildStdin, Stdio},
    sync::{Arc, Condvar, Mutex, mpsc},
    thread,
    time::{Duration, Instant},
};

use pty_process::{
    Size,
    blocking::{Command, Pty},
};
use rustix::fs::{Mode, OFlags};
use rustix::termios::{LocalModes, Termios, tcgetattr};

/// So long is waited for what must come; then the test fails.
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) struct Person {
    pty: Pty,
    child: Child,
    stdin: Option<ChildStdin>,
    keyboard: mpsc::Sender<Vec<u8>>,
    stdout: mpsc::Receiver<String>,
    /// The child opens its end for moments only: held open, it never hangs up.
    other_end: OwnedFd,
    screen: Arc<Screen>,
    looked: usize,
    before: Termios,
}

#[derive(Default)]
struct Screen {
    text: Mutex<Vec<u8>>,
    changed: Condvar,
}

impl Person {
    /// Sits down at a terminal of 80 columns, where a child plays `role`.
    pub(crate) fn at(role: &str) -> Self {
        Self::at_columns(role, 80)
    }

    pub(crate) fn at_columns(role: &str, columns: u16) -> Self {
        Self::with(role, columns, &[])
    }

    /// As `at`, with variables that the role reads.
    pub(crate) fn with(role: &str, columns: u16, variables: &[(&str, &str)]) -> Self {
        Self::with_size(role, (24, columns), variables)
    }

    /// As `at`, on a screen of so many rows and columns.
    pub(crate) fn at_size(role: &str, rows: u16, columns: u16) -> Self {
        Self::with_size(role, (rows, columns), &[])
    }

    fn with_size(role: &str, (rows, columns): (u16, u16), variables: &[(&str, &str)]) -> Self {
        let (pty, pts) = pty_process::blocking::open().unwrap();
        pty.resize(Size::new(rows, columns)).unwrap();
        let before = tcgetattr(pty.as_fd()).unwrap();
        let other_end = other_end(&pty);
        crate::inherited::default_in_children();
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["child::role", "--exact", "--nocapture"])
            .env(crate::child::ROLE, role)
            .env("LC_ALL", "C.UTF-8")
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn(pts)
            .unwrap();
        let screen = Arc::new(Screen::default());
        watch(&pty, Arc::clone(&screen));
        Self {
            stdin: child.stdin.take(),
            keyboard: keyboard(&pty),
            stdout: lines(child.stdout.take().unwrap()),
            pty,
            child,
            other_end,
            screen,
            looked: 0,
            before,
        }
    }

    /// Waits until `text` appears behind what was looked at before.
    pub(crate) fn sees(&mut self, text: &str) {
        let shown = self.screen.text.lock().unwrap();
        let find = |shown: &[u8]| {
            let new = shown.get(self.looked..).unwrap();
            new.windows(text.len()).position(|w| w == text.as_bytes())
        };
        let (shown, _) = self
            .screen
            .changed
            .wait_timeout_while(shown, PATIENCE, |shown| find(shown).is_none())
            .unwrap();
        let Some(at) = find(&shown) else {
            let shown = String::from_utf8_lossy(&shown).into_owned();
            panic!("{text:?} did not appear on the terminal:\n{shown}");
        };
        self.looked += at + text.len();
    }

    /// Types, in order, without waiting for anybody to read it.
    pub(crate) fn types(&self, keys: impl AsRef<[u8]>) {
        self.keyboard.send(keys.as_ref().to_vec()).unwrap();
    }

    /// Types, and returns once all of it is there to be read.
    pub(crate) fn types_ahead(&self, keys: &str) {
        (&self.pty).write_all(keys.as_bytes()).unwrap();
    }

    /// Types, and waits until all of it was read or thrown away.
    pub(crate) fn types_to_the_end(&self, keys: &str) {
        self.types_ahead(keys);
        let end = Instant::now() + PATIENCE;
        while rustix::io::ioctl_fionread(&self.other_end).unwrap() > 0 {
            assert!(Instant::now() < end, "nobody reads what is typed");
            thread::yield_now();
        }
    }

    #[cfg(target_os = "linux")]
    pub(crate) fn child_id(&self) -> u32 {
        self.child.id()
    }

    /// Changes the window's width.
    pub(crate) fn resizes_to(&self, columns: u16) {
        self.resizes_to_size(24, columns);
    }

    /// Changes the window's size.
    pub(crate) fn resizes_to_size(&self, rows: u16, columns: u16) {
        self.pty.resize(Size::new(rows, columns)).unwrap();
    }

    /// Sends bytes to the child's stdin, which is no terminal.
    pub(crate) fn pipes(&mut self, bytes: &str) {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(bytes.as_bytes()).unwrap();
        stdin.flush().unwrap();
    }

    /// Everything that was ever on the terminal, up to now: a mark is sent
    /// after it and waited for.
    pub(crate) fn screen(&mut self) -> String {
        const MARK: &str = "[so far]";
        let mut other_end = File::from(self.other_end.try_clone().unwrap());
        other_end.write_all(MARK.as_bytes()).unwrap();
        self.sees(MARK);
        self.shown().replace(MARK, "")
    }

    fn shown(&self) -> String {
        String::from_utf8_lossy(&self.screen.text.lock().unwrap()).into_owned()
    }

    pub(crate) fn echo_is_on(&self) -> bool {
        let modes = tcgetattr(self.pty.as_fd()).unwrap().local_modes;
        modes.contains(LocalModes::ECHO)
    }

    /// Whether the terminal's mode is to the bit what it was at the start.
    pub(crate) fn terminal_is_as_it_was(&self) -> bool {
        let now = tcgetattr(self.pty.as_fd()).unwrap();
        format!("{now:?}") == format!("{:?}", self.before)
    }

    /// Waits for the next thing that the child reports.
    pub(crate) fn hears(&self) -> String {
        match self.stdout.recv_timeout(PATIENCE) {
            Ok(line) => line,
            Err(_) => panic!(
                "the child reported nothing; on the terminal:\n{}",
                self.shown()
            ),
        }
    }

    /// Checks that the child reports `result` and left the terminal as it was.
    pub(crate) fn ends_with(&mut self, result: &str) {
        assert_eq!(self.hears(), result, "on the terminal:\n{}", self.shown());
        assert!(
            self.terminal_is_as_it_was(),
            "the terminal was not restored"
        );
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        // The child waits for the end of its stdin, so that its terminal stays.
        drop(self.stdin.take());
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn other_end(pty: &Pty) -> OwnedFd {
    let name = rustix::pty::ptsname(pty.as_fd(), Vec::new()).unwrap();
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    rustix::fs::open(name, flags, Mode::empty()).unwrap()
}

/// Notes what appears on the terminal.
fn watch(pty: &Pty, screen: Arc<Screen>) {
    let mut master = File::from(rustix::io::dup(pty.as_fd()).unwrap());
    thread::spawn(move || {
        let mut bytes = [0; 4096];
        // At the end, Linux answers with an error, macOS with 0 bytes.
        while let Ok(count @ 1..) = master.read(&mut bytes) {
            let new = bytes.get(..count).unwrap();
            screen.text.lock().unwrap().extend_from_slice(new);
            screen.changed.notify_all();
        }
    });
}

/// What is sent here is typed.
fn keyboard(pty: &Pty) -> mpsc::Sender<Vec<u8>> {
    let mut master = File::from(rustix::io::dup(pty.as_fd()).unwrap());
    let (sender, receiver) = mpsc::channel::<Vec<u8>>();
    thread::spawn(move || {
        for keys in receiver {
            // It may be the end of the test that nobody reads any more.
            if master.write_all(&keys).is_err() {
                return;
            }
        }
    });
    sender
}

/// The reports among the lines of the child's stdout.
fn lines(stdout: impl std::io::Read + Send + 'static) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let report = match line.split_once(crate::child::REPORT) {
                Some((_, report)) => Some(report),
                // A part of the prompt, where none of it may come out.
                None => line.contains("Passphrase").then_some(line.as_str()),
            };
            if let Some(report) = report {
                // The test may have ended already.
                drop(sender.send(report.to_owned()));
            }
        }
    });
    receiver
}
