//! A folder with the fake pinentry in it.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// So long is waited for what must come; then the test fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// The fake, which does what `control` says.
pub(crate) struct Fake(TempDir);

impl Fake {
    /// One that answers with the right passphrase.
    pub(crate) fn right() -> Self {
        Self::that(&format!("pin='{}'", crate::RIGHT))
    }

    pub(crate) fn that(control: &str) -> Self {
        let fake = Self(folder());
        let source = "tests/fixtures/pinentry-fake";
        copy(Path::new(source), &fake.program());
        fake.does(control);
        fake
    }

    #[expect(clippy::disallowed_methods, reason = "a throw-away folder")]
    pub(crate) fn does(&self, control: &str) {
        fs::write(self.path("control"), control).unwrap();
    }

    pub(crate) fn folder(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn program(&self) -> PathBuf {
        self.path("pinentry-fake")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// What it was sent.
    pub(crate) fn transcript(&self) -> String {
        fs::read_to_string(self.path("transcript")).unwrap_or_default()
    }

    /// Its variables.
    pub(crate) fn environment(&self) -> String {
        fs::read_to_string(self.path("environment")).unwrap()
    }

    /// Whether it was run at all.
    pub(crate) fn was_run(&self) -> bool {
        self.path("pid").exists()
    }

    /// Waits until it is to ask.
    pub(crate) fn asks(&self) {
        let end = Instant::now() + PATIENCE;
        while !self.path("asking").exists() {
            assert!(Instant::now() < end, "it was never told to ask");
            thread::yield_now();
        }
    }

    /// Has the one that was asked last answer, where it waits for that.
    #[expect(clippy::disallowed_methods, reason = "a throw-away folder")]
    pub(crate) fn answers_now(&self) {
        // Where none was started, there is nobody to answer.
        if let Ok(pid) = fs::read_to_string(self.path("pid")) {
            fs::write(self.path(&format!("answer-{}", pid.trim())), "").unwrap();
        }
    }

    /// Whether it, or a zombie of it, is still there.
    pub(crate) fn lives(&self) -> bool {
        let Ok(pid) = fs::read_to_string(self.path("pid")) else {
            return false;
        };
        let pid = pid
            .trim()
            .parse()
            .ok()
            .and_then(rustix::process::Pid::from_raw);
        pid.is_some_and(|pid| rustix::process::test_kill_process(pid).is_ok())
    }

    /// Waits until it runs no more; its children may.
    #[cfg(target_os = "linux")]
    pub(crate) fn is_gone(&self) -> bool {
        let pid = fs::read_to_string(self.path("pid")).unwrap();
        let stat = format!("/proc/{}/stat", pid.trim());
        let runs = || fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z "));
        let end = Instant::now() + PATIENCE;
        while runs() {
            if Instant::now() > end {
                return false;
            }
            thread::yield_now();
        }
        true
    }

    /// Ends what a killed one has left: it is a script, and no dialog.
    #[cfg(target_os = "linux")]
    pub(crate) fn ends_its_children(&self) {
        use rustix::process::{Pid, Signal, kill_process_group};
        let group = fs::read_to_string(self.path("pid")).unwrap();
        let group = Pid::from_raw(group.trim().parse().unwrap()).unwrap();
        let _ = kill_process_group(group, Signal::KILL);
    }

    /// Waits until nothing of its group runs, its children too. Zombies count
    /// for nothing: they are left to a system that may never wait for them.
    pub(crate) fn is_gone_with_its_children(&self) -> bool {
        let group = fs::read_to_string(self.path("pid")).unwrap();
        let end = Instant::now() + PATIENCE;
        while group_runs(group.trim()) {
            if Instant::now() > end {
                return false;
            }
            thread::yield_now();
        }
        true
    }
}

/// Whether a process of that group runs (proc(5): pid, name, state, parent,
/// group).
#[cfg(target_os = "linux")]
fn group_runs(group: &str) -> bool {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let stats =
        processes.filter_map(|process| fs::read_to_string(process.path().join("stat")).ok());
    stats.into_iter().any(|stat| {
        let (_, rest) = stat.rsplit_once(')').unwrap();
        let mut fields = rest.split_whitespace();
        let (state, _, its_group) = (fields.next(), fields.next(), fields.next());
        its_group == Some(group) && state != Some("Z")
    })
}

#[cfg(not(target_os = "linux"))]
fn group_runs(group: &str) -> bool {
    let group = rustix::process::Pid::from_raw(group.parse().unwrap()).unwrap();
    rustix::process::test_kill_process_group(group).is_ok()
}

/// A folder that is nobody else's, whatever the umask.
pub(crate) fn folder() -> TempDir {
    let mode = fs::Permissions::from_mode(0o700);
    tempfile::Builder::new()
        .permissions(mode)
        .tempdir()
        .unwrap()
}

#[expect(clippy::disallowed_methods, reason = "a throw-away folder")]
pub(crate) fn copy(from: &Path, to: &Path) {
    // By a program of the system: a file that this process has open for
    // writing while another thread forks cannot be executed (ETXTBSY).
    let copied = std::process::Command::new("/bin/cp")
        .arg(from)
        .arg(to)
        .status();
    assert!(copied.unwrap().success());
    fs::set_permissions(to, fs::Permissions::from_mode(0o755)).unwrap();
}
