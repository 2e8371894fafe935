//! The files of the vault that its identity has to open.

use std::{
    fs::{self, DirEntry},
    io::Read as _,
    path::{Path, PathBuf},
};

use openpass_auth_passphrase::OpenedIdentity;

use crate::{error::shown, files, system::Use};

const MANIFEST: &str = "manifest.age";
const FOLDER: &str = "entries";
/// The greatest length of a header, in bytes: a hundred recipients have 10,000.
const LONGEST_HEADER: u64 = 1 << 18;
/// The greatest depth of an entry below `entries`.
const DEEPEST: usize = 64;

/// The result of looking at every file.
#[derive(Debug, Default)]
pub(super) struct Looked {
    /// The number of files.
    pub(super) files: u64,
    /// The number of files that the identity does not open, and of folders that
    /// cannot be looked into.
    pub(super) problems: u64,
    /// The first of those and why, safe to show.
    pub(super) first_problem: Option<String>,
}

/// Looks whether `opened` opens manifest.age and every entry. One file is open
/// at a time, and its header alone is read.
pub(super) fn look(vault: &Path, opened: &OpenedIdentity) -> Looked {
    let mut looked = Looked::default();
    each(vault, &mut |found| {
        looked.note(vault, found, opened);
        true
    });
    looked
}

/// Whether there is anything that an identity could be tried on.
pub(super) fn are_there(vault: &Path) -> bool {
    let mut any = false;
    each(vault, &mut |_| {
        any = true;
        false
    });
    any
}

/// A file that the identity has to open, or a folder that cannot be read.
enum Found {
    File(PathBuf),
    Unreadable(PathBuf, String),
}

impl Looked {
    fn note(&mut self, vault: &Path, found: Found, opened: &OpenedIdentity) {
        self.files = self.files.saturating_add(1);
        let (path, problem) = match found {
            Found::File(path) => {
                let problem = problem_with(&path, opened);
                (path, problem)
            }
            Found::Unreadable(path, problem) => (path, Some(problem)),
        };
        let Some(problem) = problem else { return };
        self.problems = self.problems.saturating_add(1);
        let name = shown(path.strip_prefix(vault).unwrap_or(&path));
        self.first_problem
            .get_or_insert_with(|| format!("{name} ({problem})"));
    }
}

fn problem_with(path: &Path, opened: &OpenedIdentity) -> Option<String> {
    let file = match files::open_own(path, Use::Read) {
        Ok(file) => file,
        Err(error) => return Some(error.to_string()),
    };
    match opened.opens(file.take(LONGEST_HEADER)) {
        Ok(true) => None,
        Ok(false) => Some("encrypted to another key".to_owned()),
        Err(error) => Some(error.to_string()),
    }
}

/// Gives `take` everything, until it wants no more.
fn each(vault: &Path, take: &mut dyn FnMut(Found) -> bool) {
    let manifest = vault.join(MANIFEST);
    if manifest.symlink_metadata().is_ok() && !take(Found::File(manifest)) {
        return;
    }
    let mut folders = vec![(vault.join(FOLDER), 0_usize)];
    while let Some((folder, depth)) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            // A vault without entries need not have the folder.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && depth == 0 => return,
            Err(error) => {
                if !take(Found::Unreadable(folder, error.to_string())) {
                    return;
                }
                continue;
            }
        };
        for entry in entries {
            let found = entry.map_or_else(
                |error| Some(Found::Unreadable(folder.clone(), error.to_string())),
                |entry| sort(&entry, depth, &mut folders),
            );
            if found.is_some_and(|found| !take(found)) {
                return;
            }
        }
    }
}

/// Sorts `entry`: returns a file to be opened or an entry that cannot be read,
/// puts a folder into `folders` for later, and passes over the rest.
fn sort(entry: &DirEntry, depth: usize, folders: &mut Vec<(PathBuf, usize)>) -> Option<Found> {
    let path = entry.path();
    match entry.file_type() {
        Err(error) => Some(Found::Unreadable(path, error.to_string())),
        Ok(kind) if kind.is_dir() && depth >= DEEPEST => {
            let problem = "the folders in it are too deep".to_owned();
            Some(Found::Unreadable(path, problem))
        }
        Ok(kind) if kind.is_dir() => {
            folders.push((path, depth.saturating_add(1)));
            None
        }
        // What lies behind a link could be entries, and is not looked at.
        Ok(kind) if kind.is_symlink() => {
            let problem = "a link, which is not followed".to_owned();
            Some(Found::Unreadable(path, problem))
        }
        // A pipe by an entry's name is refused when it is opened. On some file
        // systems a name is the same in any case of letters.
        Ok(_) => path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("age"))
            .then_some(Found::File(path)),
    }
}
