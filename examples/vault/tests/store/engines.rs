//! One engine for many calls, and never one that is older than its files.

use std::{fs::File, sync::Arc};

use crate::sample::Sample;

const POLICY: &str = "policies/mine.cedar";
const FORBIDS: &str = "forbid (principal is OpenPass::Agent, action, resource);\n";
/// As long as the other.
const OTHER: &str = "forbid (principal is OpenPass::User,  action, resource);\n";

#[test]
fn m9_the_same_files_make_one_engine_for_every_clone_of_a_vault() {
    let sample = Sample::new();
    let first = sample.vault.engine().unwrap();
    assert!(Arc::ptr_eq(&first, &sample.vault.engine().unwrap()));
    assert!(Arc::ptr_eq(&first, &sample.vault.clone().engine().unwrap()));
    // What is no policy makes no other.
    sample.write("policies/README", "hello");
    assert!(Arc::ptr_eq(&first, &sample.vault.engine().unwrap()));
}

#[test]
fn m9_a_file_of_the_same_length_and_time_makes_another_engine() {
    assert_eq!(FORBIDS.len(), OTHER.len());
    let sample = Sample::new();
    let without = sample.vault.engine().unwrap();
    sample.write(POLICY, FORBIDS);
    let path = sample.dir().join(POLICY);
    let time = path.metadata().unwrap().modified().unwrap();
    let one = sample.vault.engine().unwrap();
    assert!(!Arc::ptr_eq(&without, &one));
    sample.write(POLICY, OTHER);
    let file = File::options().write(true).open(&path).unwrap();
    file.set_modified(time).unwrap();
    assert!(!Arc::ptr_eq(&one, &sample.vault.engine().unwrap()));
    // And back: what is in force counts, not when it was seen first.
    sample.write(POLICY, FORBIDS);
    assert!(Arc::ptr_eq(&one, &sample.vault.engine().unwrap()));
}

#[test]
fn m9_a_file_that_breaks_is_no_engine_whatever_was_built_before() {
    let sample = Sample::new();
    sample.write(POLICY, FORBIDS);
    drop(sample.vault.engine().unwrap());
    sample.write(POLICY, "permit (");
    sample.vault.engine().unwrap_err();
    sample.write(POLICY, FORBIDS);
    sample.vault.engine().unwrap();
}
