//! What a commit keeps of the files that it replaces, until its outcome.

use std::fs;

use openpass_policy::Tier;

use crate::{
    kill::{killed_at, says_done},
    sample::Sample,
};

#[test]
fn case_46_other_bytes_than_were_there_are_not_put_back() {
    let sample = Sample::new();
    killed_at(&sample, "tier", "AllReplaced");
    let made = sample.read("config.yaml");
    sample.write("guard/kept/0", "agents: {}\n");
    let settled = sample.vault.settle().unwrap();
    assert!(settled.iter().all(|one| !one.done), "{settled:?}");
    assert_eq!(sample.read("config.yaml"), made);
    assert!(!says_done(&sample));
}

#[test]
fn case_46_what_is_kept_is_for_its_owner_alone_and_goes_with_the_outcome() {
    let sample = Sample::new();
    let config = sample.read("config.yaml");
    killed_at(&sample, "tier", "Journaled");
    let kept = sample.dir().join("guard/kept");
    assert_eq!(sample.read("guard/kept/0"), config);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&kept), 0o700);
        assert_eq!(mode(&kept.join("0")), 0o600);
    }
    sample.vault.settle().unwrap();
    assert_eq!(fs::read_dir(&kept).unwrap().count(), 0);
    sample.make(&crate::every::tier(Tier::Admin)).unwrap();
    assert_eq!(fs::read_dir(&kept).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn case_46_what_is_kept_is_never_removed_through_a_link() {
    let sample = Sample::new();
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(elsewhere.path().join("0"), "a person's").unwrap();
    fs::create_dir_all(sample.dir().join("guard")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), sample.dir().join("guard/kept")).unwrap();
    drop(sample.vault.settle());
    sample.make(&crate::every::tier(Tier::Admin)).unwrap();
    drop(sample.vault.settle());
    let aside = sample.dir().join("guard/kept.aside-0");
    assert!(aside.symlink_metadata().unwrap().is_symlink());
    assert!(elsewhere.path().join("0").exists());
}
