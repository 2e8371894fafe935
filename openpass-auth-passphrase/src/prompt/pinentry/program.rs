//! The programs that may be run as pinentry.

use std::{
    fs::{self, Metadata},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use openpass_auth::SafeText;

use super::PinentryError;

/// The usual paths of a pinentry with a dialog, best first. `PATH` and other variables
/// are never asked: the program that starts this one sets them.
#[cfg(not(target_os = "macos"))]
pub(super) const USUAL: &[&str] = &[
    "/usr/bin/pinentry-gnome3",
    "/usr/local/bin/pinentry-gnome3",
    "/usr/bin/pinentry-qt",
    "/usr/local/bin/pinentry-qt",
    "/usr/bin/pinentry-gtk-2",
    "/usr/local/bin/pinentry-gtk-2",
    "/usr/bin/pinentry-fltk",
    "/usr/local/bin/pinentry-fltk",
];
/// The usual paths of a pinentry with a dialog, best first.
#[cfg(target_os = "macos")]
pub(super) const USUAL: &[&str] = &[
    "/opt/homebrew/bin/pinentry-mac",
    "/usr/local/bin/pinentry-mac",
    "/usr/local/MacGPG2/libexec/pinentry-mac.app/Contents/MacOS/pinentry-mac",
];

const WRITE_BY_GROUP: u32 = 0o020;
const WRITE_BY_OTHERS: u32 = 0o002;
const STICKY: u32 = 0o1000;
const EXECUTE: u32 = 0o111;

/// The groups that may write what root may: nobody is in them but who is root by a
/// password of their own. On macOS those are wheel and admin; Homebrew's folders are
/// admin's (<https://docs.brew.sh/Installation>).
#[cfg(target_os = "macos")]
const ADMINISTRATORS: &[u32] = &[0, 80];
/// No group: elsewhere, root's own group may have members who are not root.
#[cfg(not(target_os = "macos"))]
const ADMINISTRATORS: &[u32] = &[];

/// The file to execute for `path`: links resolved, owned by root or the user,
/// in folders that are, and written by nobody else.
///
/// Modes are looked at, and no access control lists. On Linux, what a list of POSIX.1e
/// lets others write shows in the group's bits, which are its mask; on macOS and
/// FreeBSD, NFSv4 lists show nowhere.
pub(super) fn trusted(path: &Path) -> Result<PathBuf, PinentryError> {
    if !path.is_absolute() {
        return Err(PinentryError::NotAbsolute { path: shown(path) });
    }
    // The folder that holds a link is as good as the file: it says which.
    let parent = path.parent().unwrap_or(Path::new("/"));
    every_folder_from(&resolved(parent)?)?;
    let program = resolved(path)?;
    every_folder_from(program.parent().unwrap_or(Path::new("/")))?;
    let file = look(&program)?;
    ours(&program, &file)?;
    if is_open(file.mode(), file.gid(), ADMINISTRATORS) {
        return Err(PinentryError::Writable {
            path: shown(&program),
        });
    }
    if !file.is_file() || file.mode() & EXECUTE == 0 {
        return Err(PinentryError::NotAProgram {
            path: shown(&program),
        });
    }
    Ok(program)
}

fn every_folder_from(folder: &Path) -> Result<(), PinentryError> {
    for folder in folder.ancestors() {
        let found = look(folder)?;
        ours(folder, &found)?;
        // In a sticky folder (/tmp) nobody else can exchange what is ours, and
        // whatever lies on the way to the program was seen to be ours.
        let open = is_open(found.mode(), found.gid(), ADMINISTRATORS);
        if open && found.mode() & STICKY == 0 {
            return Err(PinentryError::Writable {
                path: shown(folder),
            });
        }
    }
    Ok(())
}

fn ours(path: &Path, found: &Metadata) -> Result<(), PinentryError> {
    if is_ours(found.uid(), rustix::process::geteuid().as_raw()) {
        return Ok(());
    }
    Err(PinentryError::NotOurs { path: shown(path) })
}

/// Whether others than the owner and `administrators` may write it.
fn is_open(mode: u32, group: u32, administrators: &[u32]) -> bool {
    let by_group = mode & WRITE_BY_GROUP != 0 && !administrators.contains(&group);
    by_group || mode & WRITE_BY_OTHERS != 0
}

/// Root can exchange whatever it likes anyway.
const fn is_ours(owner: u32, user: u32) -> bool {
    owner == 0 || owner == user
}

fn resolved(path: &Path) -> Result<PathBuf, PinentryError> {
    fs::canonicalize(path).map_err(|_| PinentryError::NotFound { path: shown(path) })
}

fn look(path: &Path) -> Result<Metadata, PinentryError> {
    fs::symlink_metadata(path).map_err(|_| PinentryError::NotFound { path: shown(path) })
}

fn shown(path: &Path) -> SafeText {
    SafeText::quoted(&path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_4_only_root_and_the_user_are_trusted() {
        assert!(is_ours(0, 1000));
        assert!(is_ours(1000, 1000));
        assert!(is_ours(0, 0));
        assert!(!is_ours(1001, 1000));
        assert!(!is_ours(1000, 0));
        // Above the largest signed number, and what would be -1 there.
        for large in [1 << 31, 3_000_000_000, u32::MAX - 1, u32::MAX] {
            assert!(is_ours(large, large) && is_ours(0, large));
            assert!(!is_ours(large, 0) && !is_ours(large, 1000) && !is_ours(1000, large));
        }
    }

    /// `/opt/homebrew/bin` is of the group admin, 80, with mode 775.
    #[test]
    fn a_folder_of_administrators_is_theirs_to_write() {
        let administrators = &[0, 80];
        assert!(!is_open(0o775, 80, administrators));
        assert!(!is_open(0o775, 0, administrators));
        assert!(is_open(0o775, 20, administrators));
        assert!(is_open(0o777, 80, administrators));
        assert!(is_open(0o775, 80, &[]));
        assert!(!is_open(0o755, 20, &[]));
    }
}
