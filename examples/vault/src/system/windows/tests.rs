use std::{fs, os::windows::fs::OpenOptionsExt as _};

use super::*;
use crate::durable;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn a_file_of_ours_is_for_its_owner_alone_and_so_is_what_a_folder_of_ours_has() {
    let place = folder();
    let own = place.path().join("guard");
    make_folder(&own).unwrap();
    durable::replace_own(&own, "settings.yaml", b"a: 1\n").unwrap();
    create_new(&own.join("log.key")).unwrap();
    drop(open_own(&own.join("lock"), Use::WriteOrMake).unwrap());
    for name in ["settings.yaml", "log.key", "lock", ""] {
        let found = acl::of(&open_as_it_is(&own.join(name)).unwrap()).unwrap();
        assert!(found.is_trusted(), "{name}: {found:?}");
        assert_eq!(
            (found.readers.len(), found.writers.len()),
            (0, 0),
            "{name}: {found:?}"
        );
    }
}

#[test]
fn a_file_that_everybody_may_read_is_not_private() {
    let place = folder();
    let path = place.path().join("identity.age");
    drop(create_new(&path).unwrap());
    assert_eq!(is_private(&File::open(&path).unwrap()).unwrap(), Ok(()));
    acl::set(&path, "D:P(A;;FA;;;BA)(A;;FR;;;WD)").unwrap();
    let refused = is_private(&File::open(&path).unwrap())
        .unwrap()
        .unwrap_err();
    assert!(
        refused.problem.contains("is open to S-1-1-0"),
        "{refused:?}"
    );
    assert!(refused.cure.contains("icacls"), "{refused:?}");
}

#[test]
fn a_folder_is_no_file() {
    let place = folder();
    let refused = open_own(place.path(), Use::Read).unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::InvalidInput);
}

#[test]
#[ignore = "Wine 8 makes no links, and Windows makes them in its developer mode"]
fn a_reparse_point_is_refused_and_nothing_is_written_through_it() {
    let place = folder();
    let (target, link) = (
        place.path().join("elsewhere"),
        place.path().join("log.jsonl"),
    );
    drop(create_new(&target).unwrap());
    std::os::windows::fs::symlink_file(&target, &link).unwrap();
    for purpose in [Use::Read, Use::Write, Use::WriteOrMake, Use::AppendOrMake] {
        let refused = open_own(&link, purpose).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::InvalidInput, "{purpose:?}");
    }
    durable::replace_own(place.path(), "log.jsonl", b"x").unwrap();
    assert_eq!(fs::read(&target).unwrap(), b"");
}

#[test]
fn two_files_are_told_apart_and_two_names_of_one_are_not() {
    let place = folder();
    let path = |name| place.path().join(name);
    for name in ["a", "b"] {
        drop(create_new(&path(name)).unwrap());
    }
    let a = File::open(path("a")).unwrap();
    assert!(leads_to(&path("a"), &a).unwrap());
    assert!(!leads_to(&path("b"), &a).unwrap());
}

/// Opens a file as a program does that shares it with nobody.
#[expect(clippy::disallowed_methods, reason = "a throw-away folder")]
fn held_by_another(path: &Path) -> File {
    let mut options = File::options();
    options.read(true).share_mode(0).open(path).unwrap()
}

#[test]
fn a_file_that_another_program_holds_is_not_replaced_and_the_reason_is_told() {
    let place = folder();
    let name = "config.yaml";
    let path = place.path().join(name);
    durable::create(place.path(), name, b"old").unwrap();
    let held = held_by_another(&path);
    let new = durable::prepare(place.path(), b"new", private()).unwrap();
    let refused = durable::rename(new, &path).unwrap_err().to_string();
    assert!(refused.contains("another program has it open"), "{refused}");
    drop(held);
    assert_eq!(fs::read(&path).unwrap(), b"old");
    // Nothing is left beside it.
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    let new = durable::prepare(place.path(), b"new", private()).unwrap();
    durable::rename(new, &path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
}

#[test]
fn what_is_appended_stands_behind_what_was_there() {
    use io::Write as _;
    let place = folder();
    let path = place.path().join("log.jsonl");
    for line in ["one\n", "two\n"] {
        let mut file = open_own(&path, Use::AppendOrMake).unwrap();
        file.write_all(line.as_bytes()).unwrap();
    }
    let mut file = open_own(&path, Use::AppendOrMake).unwrap();
    cut(&mut file, 4).unwrap();
    file.write_all(b"three\n").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"one\nthree\n");
}

#[test]
fn a_file_that_another_program_holds_is_not_removed_either() {
    let place = folder();
    let name = "mine.cedar";
    let path = place.path().join(name);
    durable::create(place.path(), name, b"old").unwrap();
    let held = held_by_another(&path);
    let refused = remove(&path).unwrap_err().to_string();
    assert!(refused.contains("another program has it open"), "{refused}");
    drop(held);
    remove(&path).unwrap();
    assert!(!path.exists());
}

/// What is behind a `:`, and a dot or a blank at the end, make no name of its own.
#[test]
fn a_stream_and_a_trailing_dot_are_never_names_of_files_of_ours() {
    for name in ["mine.cedar:x", "mine.cedar.", "mine.cedar ", "nul.cedar"] {
        assert!(crate::names::policy(name).is_err(), "{name}");
        assert!(!crate::names::can_be_there(name), "{name}");
    }
}
