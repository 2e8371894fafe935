//! The process that asked, and those above it.

use openpass_auth::SafeText;
use serde::{Serialize, Serializer};

use super::{
    proc::{self, Seen},
    process::Process,
};

/// The most processes that are looked at.
const MOST: usize = 16;
/// The most processes that are named to a person.
const NAMED: usize = 4;
const UNKNOWN: &str = "unknown";
/// The names of the programs that take in processes whose parent has ended, beside the
/// first process. The kernel tells nobody which process does so, so the programs that are
/// started for it are known by their names.
const TAKE_IN: [&str; 6] = [
    "systemd",
    "init",
    "tini",
    "dumb-init",
    "docker-init",
    "catatonit",
];

/// The process that asked, and those above it, the nearest first. Without any, or if it
/// cannot be told what the first one runs, who asked is unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AskedBy(Vec<Process>);

impl AskedBy {
    /// Whether this system lets us tell at all.
    pub(crate) const CAN_BE_TOLD: bool = cfg!(target_os = "linux");

    /// Reads which processes have asked this one, as far as that can be told now: the
    /// process that started it, and those above.
    pub(crate) fn now() -> Self {
        proc::own_pid().map_or_else(Self::default, |pid| Self::above(pid, proc::read))
    }

    /// Returns the processes that are still as they were, up to the first that is not.
    ///
    /// A process is another if it has ended meanwhile, gave its children away, runs another
    /// file or had its file exchanged.
    pub(crate) fn still(&self) -> Self {
        self.that_is_in(&Self::now())
    }

    /// Reads all twice: a pid that was given again between two readings, and a parent
    /// that was another one meanwhile, do not come out the same.
    fn above(pid: u32, read: impl Fn(u32) -> Option<Seen>) -> Self {
        walk(pid, &read).that_is_in(&walk(pid, &read))
    }

    fn that_is_in(&self, now: &Self) -> Self {
        let both = self.0.iter().zip(&now.0);
        let same = both.take_while(|(before, now)| before == now);
        Self(same.map(|(before, _)| before.clone()).collect())
    }

    /// Every process, the nearest first.
    pub(super) fn processes(&self) -> &[Process] {
        &self.0
    }

    /// Returns the processes, or none if it is not known who asked, because the file of
    /// the first process cannot be seen.
    pub(super) fn known(&self) -> &[Process] {
        match self.0.first() {
            Some(first) if first.executable.is_some() => &self.0,
            _ => &[],
        }
    }

    /// `claude ← zsh ← tmux`.
    pub(crate) fn shown(&self) -> SafeText {
        shown(self.known())
    }
}

/// On the log it is the processes, or the word `unknown`.
impl Serialize for AskedBy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.known() {
            [] => serializer.serialize_str(UNKNOWN),
            known => known.serialize(serializer),
        }
    }
}

/// `processes` by their names, the nearest first.
pub(super) fn shown(processes: &[Process]) -> SafeText {
    if processes.is_empty() {
        return SafeText::literal(UNKNOWN);
    }
    let named = processes.iter().take(NAMED);
    let mut names: Vec<String> = named.map(|it| it.name().to_string()).collect();
    names.extend((processes.len() > NAMED).then(|| "…".to_owned()));
    SafeText::composed(&names.join(" ← "))
}

/// Returns the processes above `pid`, the nearest first. The walk ends before pid 1,
/// before a process that takes in strangers, cannot be read or cannot be the parent,
/// and after [`MOST`] processes.
fn walk(pid: u32, read: &impl Fn(u32) -> Option<Seen>) -> AskedBy {
    let mut above: Vec<Process> = Vec::new();
    let Some(mut below) = read(pid) else {
        return AskedBy(above);
    };
    while above.len() < MOST && below.parent > 1 {
        let Some(seen) = read(below.parent) else {
            break;
        };
        // Nothing starts before its parent does: the pid was given again.
        let is_older = seen.process.started <= below.process.started;
        let is_new = seen.process.pid != pid && above.iter().all(|it| it.pid != seen.process.pid);
        if !is_older || !is_new || takes_in(&seen.process) {
            break;
        }
        above.push(seen.process.clone());
        below = seen;
    }
    AskedBy(above)
}

fn takes_in(process: &Process) -> bool {
    process.file().is_some_and(|file| TAKE_IN.contains(&file))
}

#[cfg(test)]
mod tests {
    use core::cell::Cell;

    use super::*;

    /// A process of the table: pid, parent, start, file.
    type Row = (u32, u32, u64, &'static str);

    const TREE: [Row; 5] = [
        (90, 80, 900, "/bin/openpass"),
        (80, 70, 800, "/bin/claude"),
        (70, 60, 700, "/bin/zsh"),
        (60, 1, 600, "/bin/tmux"),
        (1, 0, 0, "/bin/first"),
    ];

    fn look(rows: &[Row], pid: u32) -> Option<Seen> {
        let (pid, parent, started, file) = *rows.iter().find(|row| row.0 == pid)?;
        let process = Process::new(pid, started, Some(file));
        Some(Seen { process, parent })
    }

    fn above(rows: &[Row]) -> AskedBy {
        AskedBy::above(90, |pid| look(rows, pid))
    }

    fn with(row: Row) -> Vec<Row> {
        let mut rows = TREE.to_vec();
        rows.retain(|it| it.0 != row.0);
        rows.push(row);
        rows
    }

    #[test]
    fn the_nearest_comes_first_and_the_first_process_of_all_not_at_all() {
        assert_eq!(above(&TREE).shown().as_str(), "claude ← zsh ← tmux");
    }

    #[test]
    fn case_70_a_reparented_asker_is_unknown() {
        for row in [
            (90, 1, 900, "/bin/openpass"),
            (80, 1, 800, "/usr/lib/systemd/systemd"),
            (90, 0, 900, "/bin/openpass"),
        ] {
            let found = above(&with(row));
            assert_eq!(found.shown().as_str(), "unknown", "{row:?}");
            assert_eq!(serde_json::to_value(&found).unwrap(), "unknown");
        }
    }

    #[test]
    fn case_70_another_process_file_or_parent_is_another_asker() {
        let before = above(&TREE);
        for (row, left) in [
            ((80, 70, 850, "/bin/claude"), "unknown"),
            ((80, 70, 800, "/tmp/claude"), "unknown"),
            ((80, 70, 800, "/bin/claude (deleted)"), "unknown"),
            ((90, 70, 900, "/bin/openpass"), "unknown"),
            ((70, 60, 750, "/bin/zsh"), "claude"),
        ] {
            let now = before.that_is_in(&above(&with(row)));
            assert_eq!(now.shown().as_str(), left, "{row:?}");
        }
        assert_eq!(before.that_is_in(&above(&TREE)), before);
    }

    #[test]
    fn case_70_a_pid_that_is_given_again_between_two_readings_is_noticed() {
        let reads = Cell::new(0);
        let exchanged = with((80, 70, 850, "/bin/claude"));
        let found = AskedBy::above(90, |pid| {
            reads.set(reads.get() + usize::from(pid == 80));
            let rows: &[Row] = if reads.get() > 1 { &exchanged } else { &TREE };
            look(rows, pid)
        });
        assert_eq!(found, AskedBy::default());
        // One that started after its child is no parent of it.
        assert_eq!(
            above(&with((80, 70, 901, "/bin/claude"))),
            AskedBy::default()
        );
    }

    #[test]
    fn loops_and_long_chains_end() {
        let round = above(&with((60, 80, 600, "/bin/tmux")));
        assert_eq!(round.0.len(), 3);
        let endless = AskedBy::above(1000, |pid| {
            let process = Process::new(pid, u64::from(pid), Some("/bin/sh"));
            Some(Seen {
                process,
                parent: pid - 1,
            })
        });
        assert_eq!(endless.0.len(), MOST);
        assert_eq!(endless.shown().as_str(), "sh ← sh ← sh ← sh ← …");
    }

    #[test]
    fn one_whose_file_cannot_be_seen_is_no_known_asker() {
        let hidden = |hides| {
            let found = AskedBy::above(90, |pid| {
                let mut seen = look(&TREE, pid)?;
                seen.process.executable = seen.process.executable.filter(|_| pid != hides);
                Some(seen)
            });
            found.shown().to_string()
        };
        assert_eq!(hidden(80), "unknown");
        assert_eq!(hidden(70), "claude ← ? ← tmux");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_very_process_was_started_by_one_that_is_there() {
        let now = AskedBy::now();
        let first = now.processes().first().unwrap();
        assert_eq!(first.pid, std::os::unix::process::parent_id());
        assert_eq!(now.still().processes().first(), Some(first));
    }
}
