//! By owner and mode.

use std::{fs::Metadata, io, os::unix::fs::MetadataExt as _, path::Path};

use nix::unistd::{Gid, Group, Uid, User};

use super::Content;
use crate::for_a_shell;

/// The reason not to trust the file, and the command against it.
#[expect(clippy::unnecessary_wraps, reason = "it can fail on Windows")]
pub(super) fn problem(
    path: &Path,
    found: &Metadata,
    content: Content,
) -> io::Result<Option<(String, String)>> {
    let of_path = |cure| format!("{cure} {}", for_a_shell(&path.to_string_lossy()));
    Ok(by_mode(found, content).map(|(problem, cure)| (problem, of_path(cure))))
}

fn by_mode(found: &Metadata, content: Content) -> Option<(String, &'static str)> {
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
