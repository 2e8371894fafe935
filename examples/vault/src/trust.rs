//! Whether a file says what its owner wrote: nobody else may write it.
//!
//! Modes are looked at, and no access control lists. On Linux, what a list of POSIX.1e
//! lets others do shows in the group's bits, which are its mask (acl(5)); on macOS and
//! FreeBSD, a list of NFSv4 shows in no mode.

use std::{fs::Metadata, io, os::unix::fs::MetadataExt as _, path::Path};

use nix::unistd::{Gid, Group, Uid, User};

use crate::{Vault, VaultError, error::shown, for_a_shell, policies};

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// Others may read it.
    Open,
    /// It is for its owner alone.
    Secret,
}

/// Refuses a file or folder that another user than this one and root owns, or
/// that others may write, or read where it is a secret. What is not there is
/// fine, and so is a link: who reads refuses those, or looks at their ends.
pub(crate) fn check(path: &Path, content: Content) -> Result<(), VaultError> {
    let found = match path.symlink_metadata() {
        // Nobody keeps a secret in what is no file: who reads says so.
        Ok(found) if found.is_symlink() || is_no_secret(&found, content) => return Ok(()),
        Ok(found) => found,
        // With something else in its folder's place, who reads names that.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(());
        }
        Err(error) => return Err(VaultError::unreadable(path, error)),
    };
    let Some((problem, cure)) = problem(&found, content) else {
        return Ok(());
    };
    Err(VaultError::Untrusted {
        path: shown(path),
        problem,
        cure: format!("{cure} {}", for_a_shell(&path.to_string_lossy())),
    })
}

fn is_no_secret(found: &Metadata, content: Content) -> bool {
    content == Content::Secret && !found.is_file()
}

/// Refuses the guard's memory where others may have written it: the vault's
/// folder, `guard/`, and what lies in it.
pub(crate) fn guard_of(vault: &Vault) -> Result<(), VaultError> {
    let guard = vault.guard_dir();
    check(vault.dir(), Content::Open)?;
    check(&guard, Content::Open)?;
    check(&guard.join("log.key"), Content::Secret)?;
    for name in ["log.jsonl", "log.anchor", "approved"] {
        check(&guard.join(name), Content::Open)?;
    }
    Ok(())
}

/// Refuses policies that others may have written.
pub(crate) fn policies_of(vault: &Vault, names: &[String]) -> Result<(), VaultError> {
    let folder = vault.dir().join(policies::FOLDER);
    check(vault.dir(), Content::Open)?;
    check(&folder, Content::Open)?;
    for name in names {
        check(&folder.join(name), Content::Open)?;
    }
    Ok(())
}

/// What is wrong, and the command against it.
fn problem(found: &Metadata, content: Content) -> Option<(String, &'static str)> {
    let ours = rustix::process::geteuid().as_raw();
    let (owner, mode) = (found.uid(), found.mode() & 0o7777);
    if owner != 0 && owner != ours {
        let cure = "run it as that user, or make it yours with `chown`:";
        return Some((format!("it belongs to user {owner}"), cure));
    }
    let alone = || is_owners(found.gid(), owner);
    let open_to = |others: u32, group: u32| mode & others != 0 || mode & group != 0 && !alone();
    if open_to(0o002, 0o020) {
        let problem = format!("its mode is {mode:o}, so that others may write it");
        return Some((problem, "chmod go-w"));
    }
    if content == Content::Secret && open_to(0o004, 0o040) {
        let problem = format!("its mode is {mode:o}, so that others may read it");
        return Some((problem, "chmod go-rw"));
    }
    None
}

/// Whether what a group may do, its owner may do alone.
fn is_owners(group: u32, owner: u32) -> bool {
    // Who is in admin or wheel there is root by a password of their own.
    let administrators = cfg!(target_os = "macos") && (group == 0 || group == 80);
    administrators || is_private(group, owner).unwrap_or(false)
}

/// Whether the group is the owner's private one: it has the owner's name, the
/// owner is in it by their account, and nobody else is, by the group's list or
/// by an account.
fn is_private(group: u32, owner: u32) -> Option<bool> {
    let user = User::from_uid(Uid::from_raw(owner)).ok()??;
    let group = Group::from_gid(Gid::from_raw(group)).ok()??;
    let listed = group.mem.iter().all(|member| *member == user.name);
    let named = group.name == user.name && user.gid == group.gid;
    Some(named && listed && !is_others_first(&user, group.gid))
}

/// Whether an account of this machine has the group as its first one. A list
/// that cannot be read says nothing.
fn is_others_first(user: &User, group: Gid) -> bool {
    let Ok(accounts) = std::fs::read_to_string("/etc/passwd") else {
        return true;
    };
    accounts.lines().any(|line| {
        let mut fields = line.split(':');
        let (name, gid) = (fields.next(), fields.nth(2));
        let same = gid.and_then(|gid| gid.parse().ok()) == Some(group.as_raw());
        same && name != Some(user.name.as_str())
    })
}
