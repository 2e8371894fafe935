//! The key of the log is damaged or gone.

use std::fs;

use openpass_policy::Tier;
use openpass_vault::Flaw;

use crate::{
    damaged::{LOG, aside, known, verify},
    every::{edit, tier},
};

#[test]
fn case_57_a_key_that_is_damaged_or_lost_locks_nobody_out() {
    for key in [Some("garbage"), Some(""), Some(&"f".repeat(2 << 20)), None] {
        let sample = known();
        let path = sample.dir().join("guard/log.key");
        match key {
            Some(text) => fs::write(&path, text).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        // What cannot be checked is said, and is no clean slate.
        let found = verify(&sample);
        assert_eq!((found.genuine, found.unchecked), (0, 3));
        assert!(sample.vault.drift().unwrap().log_is_damaged);
        let notice = sample.vault.log_notice().unwrap();
        assert!(
            notice
                .as_str()
                .ends_with("`openpass guard accept` shows them.")
        );
        sample.vault.settle().unwrap();
        sample.make(&tier(Tier::Admin)).unwrap();
        assert!(!verify(&sample).is_whole());
        assert_eq!(aside(&sample).len(), 1);
        sample.make(&edit("max_reads_per_day", "7")).unwrap();
        let damaged = sample.dir().join("guard/log.key.damaged");
        assert_eq!(damaged.exists(), key.is_some());
    }
}

#[test]
fn case_57_a_key_without_a_log_says_that_lines_are_missing() {
    let sample = known();
    for name in [LOG, "guard/log.anchor"] {
        fs::remove_file(sample.dir().join(name)).unwrap();
    }
    let found = verify(&sample);
    assert_eq!(found.problems[0].what, Flaw::Gone);
    assert!(sample.vault.drift().unwrap().log_is_damaged);
    // Going on does not hide it.
    sample.make(&tier(Tier::ReadOnly)).unwrap();
    assert!(!verify(&sample).is_whole());
    sample.make(&tier(Tier::Standard)).unwrap();
    assert!(!verify(&sample).is_whole());
}
