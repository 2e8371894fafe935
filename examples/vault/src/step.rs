//! The steps at which a test may kill the process.

/// A step of a commit or of a line on the log. The steps stand in the order in which they
/// come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Half of a line is on the log.
    LineHalfWritten,
    /// A line is on the log and synced; the anchor is not yet renewed.
    LineWritten,
    /// The vault's lock is held.
    Locked,
    /// The grant is used up.
    Redeemed,
    /// The first new file lies beside the old one.
    FirstPrepared,
    /// All new files lie beside the old ones.
    AllPrepared,
    /// The state that is approved from then on lies on the disk.
    ApprovedKept,
    /// The log says what is about to be replaced by what.
    Journaled,
    /// The first file is replaced or removed.
    FirstReplaced,
    /// All files are replaced or removed.
    AllReplaced,
    /// The folders are synced.
    Synced,
    /// The outcome is on the log.
    Recorded,
    /// The contents that were kept until then are gone.
    CleanedUp,
}

#[cfg(feature = "kill-points")]
impl Step {
    /// Every step.
    pub const ALL: [Self; 13] = [
        Self::LineHalfWritten,
        Self::LineWritten,
        Self::Locked,
        Self::Redeemed,
        Self::FirstPrepared,
        Self::AllPrepared,
        Self::ApprovedKept,
        Self::Journaled,
        Self::FirstReplaced,
        Self::AllReplaced,
        Self::Synced,
        Self::Recorded,
        Self::CleanedUp,
    ];

    /// The variable that names the step to die at, as `Journaled` or, for the
    /// second time that it comes, `LineWritten:2`.
    pub const VARIABLE: &str = "OPENPASS_TEST_KILL_AT";

    /// The variable that names a step to wait at, so that a test can do what
    /// another program might do at that moment. The step's name on stderr says
    /// that it is reached; the end of stdin lets it go on.
    pub const STOPPING: &str = "OPENPASS_TEST_STOP_AT";

    /// The variable that names a step at which the disk fails. Only
    /// [`Step::Synced`] and [`Step::LineWritten`] look at it.
    pub const FAILING: &str = "OPENPASS_TEST_FAIL_AT";

    /// The exit code of a process that died at a step, on Windows.
    #[cfg(windows)]
    pub const KILLED: i32 = 9;

    /// The value of [`Self::FAILING`] for a disk on which no folder can be synced.
    pub const FOLDERS: &str = "Folders";
}

/// Whether the disk does what `step` asks of it.
#[cfg(feature = "kill-points")]
pub(crate) fn disk_obeys(step: Step) -> std::io::Result<()> {
    match std::env::var(Step::FAILING) {
        Ok(failing) if failing == format!("{step:?}") => {
            Err(std::io::Error::other("a test's disk"))
        }
        _ => Ok(()),
    }
}

/// Whether the disk brings the names in a folder to where they survive a crash.
#[cfg(feature = "kill-points")]
pub(crate) fn folders_obey() -> std::io::Result<()> {
    match std::env::var(Step::FAILING) {
        Ok(failing) if failing == Step::FOLDERS => Err(std::io::Error::other("a test's disk")),
        _ => Ok(()),
    }
}

/// Returns `Ok`: only a test's disk fails.
#[cfg(not(feature = "kill-points"))]
#[expect(clippy::unnecessary_wraps, reason = "a test's disk may fail")]
pub(crate) const fn folders_obey() -> std::io::Result<()> {
    Ok(())
}

/// Returns `Ok`: only a test's disk fails.
#[cfg(not(feature = "kill-points"))]
#[expect(clippy::unnecessary_wraps, reason = "a test's disk may fail")]
pub(crate) const fn disk_obeys(_: Step) -> std::io::Result<()> {
    Ok(())
}

/// Says that `step` was reached.
#[cfg(feature = "kill-points")]
pub(crate) fn reached(step: Step) {
    use std::sync::Mutex;
    static SEEN: Mutex<Vec<Step>> = Mutex::new(Vec::new());
    if std::env::var(Step::STOPPING).is_ok_and(|name| name == format!("{step:?}")) {
        wait_for_the_test(step);
    }
    let Ok(wanted) = std::env::var(Step::VARIABLE) else {
        return;
    };
    let (name, count) = wanted.split_once(':').unwrap_or((&wanted, "1"));
    if name != format!("{step:?}") {
        return;
    }
    let mut seen = SEEN
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    seen.push(step);
    if count.parse() == Ok(seen.len()) {
        die();
    }
}

/// Ends the process. Nothing of ours runs after this: no drop, no flush.
#[cfg(all(feature = "kill-points", unix))]
fn die() {
    let this = rustix::process::getpid();
    let _ = rustix::process::kill_process(this, rustix::process::Signal::KILL);
}

/// Ends the process. Nothing of ours runs after this: no drop, no flush.
#[cfg(all(feature = "kill-points", windows))]
fn die() {
    crate::system::end_at_once(Step::KILLED.unsigned_abs());
}

/// Waits until the test closes stdin. SIGSTOP would not do: another thread that takes it
/// lets this one run on a while.
#[cfg(feature = "kill-points")]
fn wait_for_the_test(step: Step) {
    use std::io::{self, Write as _};
    drop(writeln!(io::stderr(), "{step:?}"));
    drop(io::copy(&mut io::stdin().lock(), &mut io::sink()));
}

/// Does nothing outside of tests.
#[cfg(not(feature = "kill-points"))]
pub(crate) const fn reached(_: Step) {}
