//! The file on a real disk, with several hands on it.
#![expect(clippy::disallowed_methods, reason = "a test breaks the file")]

use std::fs;

use openpass_auth::Moment;

use super::*;

fn store() -> (tempfile::TempDir, AttemptFile) {
    let folder = tempfile::tempdir().unwrap();
    let store = AttemptFile::in_folder(folder.path().join("guard"));
    (folder, store)
}

fn count_one(store: &AttemptFile) -> Result<u32, BackendError> {
    let mut count = 0;
    store.update(&mut |attempts| {
        attempts.failures.count += 1;
        attempts.failures.last = Some(Moment {
            wall: Duration::from_secs(1),
            boot: None,
        });
        count = attempts.failures.count;
    })?;
    Ok(count)
}

#[test]
fn attempts_are_kept_for_the_next_process_and_for_the_owner_alone() {
    let (folder, store) = store();
    assert_eq!(count_one(&store).unwrap(), 1);
    let again = AttemptFile::in_folder(folder.path().join("guard"));
    assert_eq!(count_one(&again).unwrap(), 2);
    #[cfg(unix)]
    for name in ["attempts", "attempts.lock"] {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(store.guard_dir.join(name))
            .unwrap()
            .permissions();
        assert_eq!(mode.mode() & 0o777, 0o600, "{name}");
    }
    let ignored = fs::read_to_string(store.guard_dir.join(".gitignore")).unwrap();
    assert_eq!(ignored, "*\n");
}

#[test]
fn what_is_only_looked_at_is_not_written() {
    let (_folder, store) = store();
    store.update(&mut |_| {}).unwrap();
    assert!(!store.path.exists());
}

#[test]
fn case_11_a_file_that_cannot_be_understood_is_refused_and_left_as_it_is() {
    let (_folder, store) = store();
    count_one(&store).unwrap();
    for broken in [
        "",
        "{}",
        "\u{1b}[2J",
        &"x".repeat(10_000),
        &" ".repeat(2 << 20),
    ] {
        fs::write(&store.path, broken).unwrap();
        let refused = count_one(&store).unwrap_err().to_string();
        assert!(refused.contains("nobody is asked"), "{refused}");
        assert!(refused.contains("docs/lockout.md"), "{refused}");
        assert!(
            refused.is_ascii() && !refused.contains('\u{1b}'),
            "{refused}"
        );
        assert_eq!(fs::read_to_string(&store.path).unwrap(), broken);
    }
}

#[test]
fn case_11_something_else_in_the_files_place_is_refused() {
    let (_folder, store) = store();
    count_one(&store).unwrap();
    fs::remove_file(&store.path).unwrap();
    fs::create_dir(&store.path).unwrap();
    assert!(count_one(&store).is_err());
    fs::remove_dir(&store.path).unwrap();
    #[cfg(unix)]
    for target in ["/dev/zero", "/nowhere/at/all"] {
        std::os::unix::fs::symlink(target, &store.path).unwrap();
        assert!(count_one(&store).is_err(), "{target}");
        fs::remove_file(&store.path).unwrap();
    }
    // What locks nothing is moved aside: the count goes on.
    let lock = store.guard_dir.join("attempts.lock");
    fs::remove_file(&lock).unwrap();
    fs::create_dir(&lock).unwrap();
    assert_eq!(count_one(&store).unwrap(), 1);
    assert!(store.guard_dir.join("attempts.lock.aside-0").is_dir());
}

#[test]
fn a_lock_that_is_held_too_long_is_an_error_and_no_hang() {
    let (_folder, mut store) = store();
    store.patience = Duration::from_millis(100);
    count_one(&store).unwrap();
    let lock = files::open_lock(&store.guard_dir.join("attempts.lock")).unwrap();
    lock.lock().unwrap();
    let refused = count_one(&store).unwrap_err().to_string();
    assert!(refused.contains("another program holds"), "{refused}");
    drop(lock);
    assert_eq!(count_one(&store).unwrap(), 2);
}

#[test]
fn updates_at_the_same_time_lose_none() {
    let (_folder, store) = store();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..25 {
                    count_one(&store).unwrap();
                }
            });
        }
    });
    assert_eq!(count_one(&store).unwrap(), 101);
}

#[test]
fn what_a_killed_process_left_behind_is_swept_up() {
    let (_folder, store) = store();
    count_one(&store).unwrap();
    let left = store.guard_dir.join(".attempts-Ab12Cd");
    fs::write(&left, "half").unwrap();
    assert_eq!(count_one(&store).unwrap(), 2);
    assert!(!left.exists());
}
