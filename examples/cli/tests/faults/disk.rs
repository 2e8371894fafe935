//! A disk that is full, slow or read-only, as the system makes it.

use std::{fs, process::Command, time::Duration};

use crate::{
    fault::{self, Faulty, checked},
    judge::{Seen, holds},
    made::Made,
    support::{ASKS, Openpass, TestVault, code, files},
};

/// Whether a folder can be mounted a second time by a program, which takes its time.
fn can_mount_slowly() -> bool {
    let tried = Command::new("bindfs").arg("--version").output();
    let is_there = tried.is_ok_and(|it| it.status.success()) && fs::exists("/dev/fuse").unwrap();
    checked(
        "a slow file system: bindfs or FUSE is not there",
        is_there && can_mount(),
    )
}

/// Runs `made` on a file system of a program's own that writes and reads no more than so
/// many bytes a second.
fn at_a_rate(made: Made, bytes: usize) -> Result<(), String> {
    let vault = made.vault("nothing");
    let before = files(vault.dir());
    let (dir, under) = (vault.dir_text(), vault.home().join("under"));
    fs::rename(vault.dir(), &under).unwrap();
    fs::create_dir(vault.dir()).unwrap();
    let script = format!(
        "exec unshare -m sh -c 'bindfs --read-rate={bytes} --write-rate={bytes} {} {dir} || exit 99
         \"$@\"; code=$?
         umount {dir} || exit 98
         exit $code' sh \"$@\"",
        under.display()
    );
    let ended = made.run(&vault, &script).without_a_terminal();
    fs::remove_dir(vault.dir()).unwrap();
    fs::rename(&under, vault.dir()).unwrap();
    let failed = Vec::new();
    let ended = ended.with(match made.done() {
        Seen::After => code::DONE,
        _ => code::NOT_AUTHENTICATED,
    });
    holds(made, &vault, &before, &Faulty { ended, failed })
}

#[test]
fn on_a_slow_file_system_each_change_is_made_whole_and_each_refusal_changes_nothing() {
    if !can_mount_slowly() {
        return;
    }
    let all = [
        Made::Critical,
        Made::Narrowing,
        Made::SeveralFiles,
        Made::Refused,
    ];
    for made in all {
        if let Err(why) = at_a_rate(made, 100 * 1024) {
            panic!("{why}");
        }
    }
}

/// Whether this user may mount something where nobody else sees it.
fn can_mount() -> bool {
    let tried = Command::new("unshare").args(["-m", "true"]).output();
    let can = tried.is_ok_and(|it| it.status.success());
    checked(
        "a disk that is full or becomes read-only: only root may mount one",
        can,
    )
}

/// Runs `made` on a disk of its own with so many free pages of 4 KiB: what does not fit into
/// these is written in part.
fn with_pages(made: Made, pages: usize) -> Result<(), String> {
    let vault = made.vault("ENOSPC");
    let before = files(vault.dir());
    let (home, dir) = (vault.home().display(), vault.dir_text());
    let bytes = pages * 4096;
    let script = format!(
        "exec unshare -m sh -c 'cp -a {dir} {home}/copy && mkdir {home}/after || exit 99
         mount -t tmpfs -o size=256k,mode=700 none {dir} && cp -a {home}/copy/. {dir}/ || exit 98
         dd if=/dev/zero of={dir}/fill bs=4k 2>/dev/null
         truncate -s -{bytes} {dir}/fill || exit 97
         \"$@\"; code=$?
         rm {dir}/fill && cp -a {dir}/. {home}/after/ || exit 96
         exit $code' sh \"$@\""
    );
    let ended = made.run(&vault, &script).without_a_terminal();
    fs::remove_dir_all(vault.dir()).unwrap();
    fs::rename(vault.home().join("after"), vault.dir()).unwrap();
    let failed = vec![format!("{pages} pages are free")];
    holds(made, &vault, &before, &Faulty { ended, failed })
}

#[test]
fn a_disk_with_room_for_a_part_leaves_the_state_before_or_after() {
    if !can_mount() {
        return;
    }
    for pages in [0, 1, 3, 6, 10, 15] {
        if let Err(why) = with_pages(Made::Critical, pages) {
            panic!("{why}");
        }
    }
}

#[test]
fn a_vault_that_becomes_read_only_while_the_prompt_is_up_stays_as_it_is() {
    if !can_mount() {
        return;
    }
    let vault = TestVault::new();
    let before = files(vault.dir());
    let (home, dir) = (vault.home().display(), vault.dir_text());
    let script = format!(
        "exec unshare -m sh -c 'echo $$ >{home}/process; mount --bind {dir} {dir}; exec \"$@\"' \
         sh \"$@\""
    );
    let raise = ["agent", "upgrade", "codex", "--tier", "admin"];
    let mut person = Openpass::on(&vault, &raise)
        .by_shell(&script)
        .at_a_terminal();
    person.sees(ASKS);
    let process = fs::read_to_string(vault.home().join("process")).unwrap();
    let namespace = format!("--mount=/proc/{}/ns/mnt", process.trim());
    let remounted = Command::new("nsenter")
        .args([&namespace, "mount", "-o", "remount,bind,ro", dir])
        .output()
        .unwrap();
    assert!(remounted.status.success(), "{remounted:?}");
    person.answers_what_was_asked();
    let ended = person.leaves();
    assert_ne!(ended.code(), code::DONE, "{ended:#?}");
    assert!(ended.stderr.contains("Read-only file system"), "{ended:#?}");
    let failed = Vec::new();
    holds(Made::Critical, &vault, &before, &Faulty { ended, failed }).unwrap();
}

#[test]
fn on_a_slow_disk_a_change_is_made_all_the_same() {
    if !fault::can_be_put_in() {
        return;
    }
    let vault = TestVault::new();
    let before = files(vault.dir());
    let slow = Duration::from_millis(30);
    let ended = fault::slowed(|script| Made::Critical.run(&vault, script), "fsync", slow);
    // It waited for far more calls than these.
    assert!(ended.took >= slow * 10, "{:?}", ended.took);
    let failed = Vec::new();
    let run = Faulty {
        ended: ended.with(code::DONE),
        failed,
    };
    holds(Made::Critical, &vault, &before, &run).unwrap();
}
