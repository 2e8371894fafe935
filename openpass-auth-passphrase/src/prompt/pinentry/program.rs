//! Which program may be run as pinentry.

use std::{
    fs::{self, Metadata},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use openpass_auth::SafeText;

use super::PinentryError;

/// Where a pinentry with a dialog usually lies, best first. `PATH` and other
/// variables are never asked: whoever starts the program sets them.
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
/// Where a pinentry with a dialog usually lies, best first.
#[cfg(target_os = "macos")]
pub(super) const USUAL: &[&str] = &[
    "/opt/homebrew/bin/pinentry-mac",
    "/usr/local/bin/pinentry-mac",
    "/usr/local/MacGPG2/libexec/pinentry-mac.app/Contents/MacOS/pinentry-mac",
];

const WRITE_BY_OTHERS: u32 = 0o022;
const STICKY: u32 = 0o1000;
const EXECUTE: u32 = 0o111;

/// The file to execute for `path`: links resolved, owned by root or the user,
/// in folders that are, and written by nobody else.
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
    if file.mode() & WRITE_BY_OTHERS != 0 {
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
        if found.mode() & WRITE_BY_OTHERS != 0 && found.mode() & STICKY == 0 {
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
    }
}
