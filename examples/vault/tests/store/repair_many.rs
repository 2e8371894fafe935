//! Repair whatever the number and size of the policy files.

use openpass_policy::PolicySource;
use openpass_vault::{Change, Proposal};

use crate::{
    repair::{RESTORE, known, restored},
    sample::Sample,
};

/// A known vault in which somebody leaves `count` files of `bytes` bytes.
fn with_files(count: usize, bytes: usize) -> Sample {
    let sample = known();
    for file in 0..count {
        let mut text = String::new();
        let mut number = 0;
        while text.len() < bytes {
            let id = format!("f{file}x{number}");
            text.push_str(&format!(
                "@id(\"{id}\") forbid (principal == OpenPass::Agent::\"{id}\", action, resource);\n"
            ));
            number += 1;
        }
        text.truncate(bytes);
        sample.write(&format!("policies/f{file}.cedar"), &text);
    }
    sample
}

/// How many lines a person is shown of what comes and goes.
fn lines(proposal: &Proposal) -> usize {
    let changes = proposal.operation().changes().iter();
    let lines = |change: &openpass_policy::FieldChange| {
        let difference = &change.difference;
        difference.added().chain(difference.removed()).count()
    };
    changes.map(lines).sum()
}

fn is_repaired(count: usize, bytes: usize, refused_for: &str) {
    let sample = with_files(count, bytes);
    // Each file ends in the middle of a policy, so that a parser would complain of each.
    let refused = sample.vault.engine().unwrap_err().to_string();
    assert!(refused.contains(refused_for), "{refused}");
    assert!(refused.contains("policies"), "{refused}");
    let name = "f0.cedar".to_owned();
    sample.make(&Change::RemovePolicy { name }).unwrap();
    let proposal = sample.propose(&RESTORE).unwrap();
    // Every file is named, and as many lines are shown as somebody reads.
    assert_eq!(proposal.file_names().count(), count - 1);
    assert!(lines(&proposal) <= 1_000, "{}", lines(&proposal));
    restored(&sample);
    assert!(!sample.dir().join("policies/f1.cedar").exists());
}

#[test]
fn c7_a_hundred_policy_files_of_20_kb_never_keep_a_person_from_repair() {
    is_repaired(100, 20 << 10, "policy files");
}

#[test]
fn c7_more_and_longer_files_than_are_read_are_not_even_parsed_for_it() {
    is_repaired(
        PolicySource::MAX_FILES + 1,
        64 << 10,
        "policy files, and no more than 100",
    );
    is_repaired(9, PolicySource::MAX_BYTES, "bytes together");
}
