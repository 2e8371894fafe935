//! A process, and what a person is shown of it.

use openpass_auth::SafeText;
use serde::{Deserialize, Serialize};

use super::chain;
use crate::approved::shown_name;

/// The mark that the kernel puts behind the path of an executable that is there no more.
const GONE: &str = " (deleted)";
/// The number of characters of a path that are kept: its end, with the whole file name.
const KEPT: usize = 300;
/// The number of characters of a name that are shown: a prompt may lack the room.
const SHOWN: usize = 32;

/// A process, known by its number, its start and its file.
///
/// INVARIANT: these three together are one identity. A pid is given again, processes
/// start at the same moment, and any file can be called anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Process {
    /// The process's number.
    pub pid: u32,
    /// The start of the process, in the kernel's ticks since the machine started.
    pub started: u64,
    /// The file that it runs, or the end of a long path. `None` where the kernel does
    /// not let us see it.
    pub executable: Option<String>,
}

impl Process {
    pub(super) fn new(pid: u32, started: u64, executable: Option<&str>) -> Self {
        Self {
            pid,
            started,
            executable: executable.map(end),
        }
    }

    /// `claude ← zsh ← tmux`: the names of `processes`, the nearest first, or `unknown`.
    #[must_use]
    pub fn chain(processes: &[Self]) -> SafeText {
        chain::shown(processes)
    }

    /// Returns the name of the executable's file, never what the process calls itself.
    pub(super) fn name(&self) -> SafeText {
        let name = self.file().map(shortened);
        match name {
            None => SafeText::literal("?"),
            Some(name) if self.is_gone() => SafeText::fill("{} (deleted)", &[&name]),
            Some(name) => name,
        }
    }

    /// The file name of its executable.
    pub(super) fn file(&self) -> Option<&str> {
        let path = self.executable.as_deref()?;
        let path = path.strip_suffix(GONE).unwrap_or(path);
        path.rsplit('/').next()
    }

    /// Whether that file was removed or exchanged since.
    fn is_gone(&self) -> bool {
        self.executable
            .as_ref()
            .is_some_and(|path| path.ends_with(GONE))
    }

    /// Whether it is `other`. A process whose executable we may not see is known by the
    /// rest: ours makes itself one before it holds a passphrase.
    pub(super) fn is(&self, other: &Self) -> bool {
        let same_file = match (&self.executable, &other.executable) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        };
        (self.pid, self.started) == (other.pid, other.started) && same_file
    }
}

/// A name in quotes where it is not plain, and cut where it is long: the mark of the cut
/// stands outside the quotes.
fn shortened(name: &str) -> SafeText {
    let start: String = name.chars().take(SHOWN).collect();
    if start == name {
        return SafeText::composed(&shown_name(name));
    }
    SafeText::fill("{}…", &[&SafeText::quoted_whole(&start)])
}

fn end(path: &str) -> String {
    let beyond = path.chars().count().saturating_sub(KEPT);
    match beyond {
        0 => path.to_owned(),
        _ => core::iter::once('…')
            .chain(path.chars().skip(beyond))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(executable: &str) -> String {
        Process::new(7, 7, Some(executable)).name().to_string()
    }

    #[test]
    fn case_70_a_name_is_a_files_name_and_a_file_that_is_gone_is_said() {
        assert_eq!(name("/usr/bin/zsh"), "zsh");
        assert_eq!(name("/opt/claude (deleted)"), "claude (deleted)");
        assert_eq!(name("/memfd:x (deleted)"), "\"memfd:x\" (deleted)");
        assert_eq!(Process::new(7, 7, None).name().as_str(), "?");
    }

    #[test]
    fn case_22_a_name_cannot_pass_for_more_than_one() {
        assert_eq!(name("/x/a ← zsh"), "\"a ← zsh\"");
        assert_eq!(name("/x/?"), "\"?\"");
        assert!(!name("/x/a\u{1b}[2J\n").contains(['\u{1b}', '\n']));
        let long = "x".repeat(255);
        assert_eq!(
            name(&format!("/{long}")),
            format!("\"{}\"…", "x".repeat(32))
        );
    }

    #[test]
    fn a_long_path_keeps_its_end() {
        let path = format!("{}/claude", "/deep".repeat(800));
        let kept = Process::new(7, 7, Some(&path)).executable.unwrap();
        assert_eq!(kept.chars().count(), KEPT + 1);
        assert!(kept.ends_with("/claude"));
    }
}
