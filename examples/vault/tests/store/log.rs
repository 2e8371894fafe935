//! What the guard log shows of what was done to it.

use std::fs;

use openpass_policy::Tier;
use openpass_vault::{Change, Flaw, GuardLog, Verification};

use crate::{
    every::{edit, tier},
    sample::Sample,
};

/// A log of three changes, nine lines.
fn three_changes() -> Sample {
    let sample = Sample::new();
    sample.make(&tier(Tier::Standard)).unwrap();
    sample.make(&edit("canWrite", "true")).unwrap();
    sample.make(&tier(Tier::ReadOnly)).unwrap();
    let found = verify(&sample);
    assert!(found.is_whole());
    assert_eq!(found.genuine, 9);
    sample
}

fn verify(sample: &Sample) -> Verification {
    GuardLog::of(&sample.vault).verify().unwrap()
}

fn lines(sample: &Sample) -> Vec<String> {
    sample
        .read("guard/log.jsonl")
        .lines()
        .map(str::to_owned)
        .collect()
}

fn put(sample: &Sample, lines: &[String]) {
    sample.write("guard/log.jsonl", &format!("{}\n", lines.join("\n")));
}

/// The first bad line, and what is wrong with it.
fn first(sample: &Sample) -> (Option<u64>, Flaw) {
    let found = verify(sample);
    assert!(!found.is_whole());
    let first = found.problems.first().unwrap();
    (first.line, first.what)
}

#[test]
fn case_36_an_edited_line_is_the_first_bad_line() {
    let sample = three_changes();
    for number in 0..9 {
        let good = lines(&sample);
        let mut bad = good.clone();
        bad[number] = bad[number].replacen("codex", "c0dex", 1);
        if bad == good {
            bad[number] = bad[number].replacen("\"ts\":\"2", "\"ts\":\"1", 1);
        }
        put(&sample, &bad);
        assert_eq!(first(&sample), (Some(number as u64 + 1), Flaw::Altered));
        put(&sample, &good);
    }
    assert!(verify(&sample).is_whole());
}

#[test]
fn case_36_a_second_way_to_write_a_line_is_another_line() {
    let sample = three_changes();
    let mut changed = lines(&sample);
    changed[3] = changed[3].replacen("\"seq\":4", "\"seq\": 4", 1);
    put(&sample, &changed);
    assert_eq!(first(&sample), (Some(4), Flaw::Altered));
}

#[test]
fn case_36_a_line_that_is_there_again_is_counted_once() {
    let sample = three_changes();
    let mut changed = lines(&sample);
    changed.extend_from_within(3..6);
    put(&sample, &changed);
    assert_eq!(first(&sample), (Some(10), Flaw::Altered));
    assert_eq!(verify(&sample).genuine, 9);
}

#[test]
fn case_36_a_removed_line_leaves_a_gap() {
    let sample = three_changes();
    let mut short = lines(&sample);
    short.remove(4);
    put(&sample, &short);
    // The next line's code covers the one that is gone.
    assert_eq!(first(&sample), (Some(5), Flaw::Altered));
}

#[test]
fn case_36_lines_in_another_order_are_seen() {
    let sample = three_changes();
    let mut other = lines(&sample);
    other.swap(2, 3);
    put(&sample, &other);
    assert_eq!(first(&sample), (Some(3), Flaw::Altered));
}

#[test]
fn case_36_a_cut_tail_is_seen_and_stays_seen() {
    let sample = three_changes();
    let all = lines(&sample);
    put(&sample, &all[..7]);
    assert_eq!(first(&sample), (None, Flaw::Cut(2)));
    // Going on does not hide it.
    sample.make(&tier(Tier::Admin)).unwrap();
    // The next line is the first of a new file, the cut one was set aside.
    assert_eq!(first(&sample), (Some(1), Flaw::Missing(3)));
}

#[test]
fn case_36_a_log_that_is_gone_or_emptied_is_not_fine() {
    for text in [None, Some("")] {
        let sample = three_changes();
        let path = sample.dir().join("guard/log.jsonl");
        match text {
            None => fs::remove_file(path).unwrap(),
            Some(text) => fs::write(path, text).unwrap(),
        }
        assert_eq!(first(&sample).1, Flaw::Cut(9));
    }
}

#[test]
fn case_36_without_its_anchor_the_log_is_not_fine() {
    let sample = three_changes();
    let anchor = sample.read("guard/log.anchor");
    fs::remove_file(sample.dir().join("guard/log.anchor")).unwrap();
    assert_eq!(first(&sample), (None, Flaw::NoAnchor));
    sample.write(
        "guard/log.anchor",
        &anchor.replace("\"seq\":9", "\"seq\":8"),
    );
    assert_eq!(first(&sample), (None, Flaw::AnchorAltered));
}

#[test]
fn case_36_what_is_left_of_a_log_without_its_anchor_is_not_fine() {
    let left = |lines: usize| {
        let sample = three_changes();
        let log = sample.read("guard/log.jsonl");
        let lines: String = log.split_inclusive('\n').take(lines).collect();
        sample.write("guard/log.jsonl", &lines);
        fs::remove_file(sample.dir().join("guard/log.anchor")).unwrap();
        sample
    };
    assert_eq!(first(&left(0)), (None, Flaw::Gone));
    assert_eq!(first(&left(1)), (None, Flaw::NoAnchor));
    // The next change takes no number that a line had, so it stays to be seen.
    let emptied = left(0);
    assert!(emptied.vault.drift().unwrap().log_is_damaged);
    emptied.make(&tier(Tier::Admin)).unwrap();
    assert!(emptied.vault.drift().unwrap().log_is_damaged);
}

#[test]
fn case_36_an_old_anchor_does_not_cover_a_newer_log() {
    let sample = three_changes();
    let old = sample.read("guard/log.anchor");
    sample.make(&tier(Tier::Admin)).unwrap();
    sample.write("guard/log.anchor", &old);
    assert_eq!(first(&sample), (None, Flaw::AnchorAltered));
}

#[test]
fn case_36_what_another_key_signed_cannot_be_checked_and_is_no_success() {
    let sample = three_changes();
    fs::remove_file(sample.dir().join("guard/log.key")).unwrap();
    let found = verify(&sample);
    assert_eq!((found.genuine, found.unchecked), (0, 9));
    assert_eq!(first(&sample), (Some(1), Flaw::OtherKey));
    // The next change makes a new key; the old lines stay unchecked.
    sample.make(&tier(Tier::Admin)).unwrap();
    let found = verify(&sample);
    // Beside its three lines, one that says that the old file was set aside.
    assert_eq!((found.genuine, found.unchecked), (4, 9));
    assert!(!found.is_whole());
}

#[test]
fn case_36_a_line_that_somebody_appended_is_no_line_of_the_log() {
    let sample = three_changes();
    let mut more = lines(&sample);
    more.push("{\"seq\":10,\"event\":{\"event\":\"refused\"}}".to_owned());
    put(&sample, &more);
    assert_eq!(first(&sample), (Some(10), Flaw::NotALine));
    sample.make(&tier(Tier::Admin)).unwrap();
    assert_eq!(verify(&sample).problems.len(), 1);
}

#[test]
fn a_log_that_is_full_goes_on_in_a_new_file_with_the_same_chain() {
    let sample = three_changes();
    // Records of many entries, in every list of a profile.
    let entries: Vec<String> = (0..200).map(|number| format!("entry-{number}")).collect();
    let lists = [
        "allowedPaths",
        "allowedExecutables",
        "allowedEnvVars",
        "allowed_tools",
        "redactFields",
    ];
    let edits = lists.map(|field| openpass_vault::FieldEdit {
        field: field.to_owned(),
        value: entries.join(","),
    });
    let many = Change::EditAgent {
        agent: "codex".to_owned(),
        edits: edits.to_vec(),
    };
    let proposal = sample.propose(&many).unwrap();
    for _ in 0..60 {
        drop(crate::sample::grant(&sample.vault, &proposal));
    }
    let files = fs::read_dir(sample.dir().join("guard")).unwrap();
    let names: Vec<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    let older: Vec<&String> = names
        .iter()
        .filter(|name| name.starts_with("log-"))
        .collect();
    assert!(!older.is_empty(), "{names:?}");
    assert!(verify(&sample).is_whole(), "{:?}", verify(&sample).problems);
    // What the changes left is still known.
    assert!(
        sample
            .vault
            .drift()
            .unwrap()
            .items
            .iter()
            .all(|item| item.name.starts_with("policies/"))
    );
    fs::remove_file(sample.dir().join("guard").join(older[0])).unwrap();
    assert!(matches!(first(&sample).1, Flaw::Missing(_)));
}

#[test]
fn the_guards_folder_is_for_its_owner_and_not_for_git() {
    let sample = three_changes();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |name: &str| {
            let metadata = fs::metadata(sample.dir().join(name)).unwrap();
            metadata.permissions().mode() & 0o777
        };
        assert_eq!(mode("guard"), 0o700);
        for name in ["log.jsonl", "log.key", "log.anchor"] {
            assert_eq!(mode(&format!("guard/{name}")), 0o600, "{name}");
        }
    }
    assert_eq!(sample.read("guard/.gitignore"), "*\n");
}
