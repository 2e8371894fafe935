//! Looks at the marks, modes, owners and attributes of a file.

use std::{io, os::unix::fs::MetadataExt as _, path::Path};

use rustix::fs::{Access, access};

use crate::error::shown;

/// Whether this user may make and rename files in `folder`.
pub(super) fn can_be_written_to(folder: &Path) -> io::Result<()> {
    Ok(access(folder, Access::WRITE_OK)?)
}

/// The reason why nobody can change a file, or a folder's entries, if there is
/// one.
#[cfg(target_os = "linux")]
pub(super) fn held_by_the_system(path: &Path, is_folder: bool) -> Option<&'static str> {
    use rustix::fs::{AtFlags, CWD, StatxFlags, statx};
    let flags = AtFlags::SYMLINK_NOFOLLOW;
    let found = statx(CWD, path, flags, StatxFlags::BASIC_STATS).ok()?;
    held_by(found.stx_attributes & found.stx_attributes_mask, is_folder)
}

#[cfg(target_os = "linux")]
fn held_by(set: rustix::fs::StatxAttributes, is_folder: bool) -> Option<&'static str> {
    use rustix::fs::StatxAttributes;
    if set.contains(StatxAttributes::IMMUTABLE) {
        return Some("it is marked as immutable; take the mark away with `chattr -i`");
    }
    if set.contains(StatxAttributes::APPEND) {
        return Some("it is marked as append-only; take the mark away with `chattr -a`");
    }
    // Of a folder it is its own affair where it is mounted.
    if !is_folder && set.contains(StatxAttributes::MOUNT_ROOT) {
        return Some(
            "it is mounted there as a file of its own, and no other can take its name; mount the \
             whole folder instead",
        );
    }
    None
}

/// The marks of other systems show when the file is written.
#[cfg(not(target_os = "linux"))]
pub(super) const fn held_by_the_system(_: &Path, _: bool) -> Option<&'static str> {
    None
}

pub(super) fn lost_by_a_replacement(path: &Path) -> Vec<String> {
    let Ok(found) = path.symlink_metadata() else {
        return Vec::new();
    };
    let shown = shown(path);
    let mut lost = Vec::new();
    // Each folder has several names.
    if found.is_file() && found.nlink() > 1 {
        lost.push(format!(
            "{shown} has another name too (a hard link), under which the old content stays"
        ));
    }
    let ours = rustix::process::geteuid().as_raw();
    if found.uid() != ours {
        lost.push(format!(
            "{shown} belongs to user {}, and will belong to user {ours}",
            found.uid()
        ));
    }
    let attributes = attributes(path);
    if !attributes.is_empty() {
        let named: Vec<String> = attributes
            .iter()
            .map(|name| openpass_auth::SafeText::quoted(name).to_string())
            .collect();
        lost.push(format!(
            "{shown} has attributes that the new file will not have: {}",
            named.join(", ")
        ));
    }
    lost
}

/// The names of a file's own attributes. What the system gives each file of the
/// folder (`security.*`, `com.apple.*`) is not lost.
#[cfg(not(target_os = "freebsd"))]
fn attributes(path: &Path) -> Vec<String> {
    let mut names = Vec::with_capacity(64 * 1024);
    if rustix::fs::llistxattr(path, rustix::buffer::spare_capacity(&mut names)).is_err() {
        return Vec::new();
    }
    let names = names.split(|byte| *byte == 0);
    names
        .filter(|name| name.starts_with(b"user.") || name.starts_with(b"system.posix_acl"))
        .map(|name| String::from_utf8_lossy(name).into_owned())
        .collect()
}

/// Not told: FreeBSD has calls of its own for them, extattr(2), which rustix lacks.
#[cfg(target_os = "freebsd")]
fn attributes(_: &Path) -> Vec<String> {
    Vec::new()
}

#[cfg(all(test, target_os = "linux"))]
#[expect(clippy::disallowed_methods, reason = "files of a throw-away folder")]
mod tests {
    use rustix::fs::StatxAttributes;

    use super::*;

    #[test]
    fn p21_a_mark_or_a_mount_of_its_own_holds_a_file() {
        for mark in [
            StatxAttributes::IMMUTABLE,
            StatxAttributes::APPEND,
            StatxAttributes::MOUNT_ROOT,
        ] {
            assert!(held_by(mark, false).is_some(), "{mark:?}");
        }
        assert!(held_by(StatxAttributes::IMMUTABLE, true).is_some());
        assert!(held_by(StatxAttributes::MOUNT_ROOT, true).is_none());
        assert!(held_by(StatxAttributes::empty(), false).is_none());
    }

    #[test]
    fn p21_what_is_mounted_is_seen_to_be() {
        // Every container and every machine has a mount of its own there.
        assert!(held_by_the_system(Path::new("/proc"), false).is_some());
        assert!(held_by_the_system(Path::new("/proc/self/status"), false).is_none());
    }

    #[test]
    fn p22_what_a_replacement_loses_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.yaml");
        std::fs::write(&path, "a: 1\n").unwrap();
        assert_eq!(lost_by_a_replacement(&path), Vec::<String>::new());
        std::fs::hard_link(&path, folder.path().join("other")).unwrap();
        assert_eq!(lost_by_a_replacement(&path).len(), 1);
        let flags = rustix::fs::XattrFlags::empty();
        // Not every file system keeps any.
        if rustix::fs::setxattr(&path, "user.note", b"x", flags).is_ok() {
            let lost = lost_by_a_replacement(&path);
            assert!(
                lost.iter().any(|it| it.contains("\"user.note\"")),
                "{lost:?}"
            );
        }
    }
}
