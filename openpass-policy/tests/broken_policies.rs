//! What a person reads who made a mistake in a policy: one page of it, kept in
//! step. `UPDATE_DOCS=1 cargo test` writes it anew.
#![expect(clippy::disallowed_methods, reason = "the page is no vault file")]
#![expect(clippy::unwrap_used, reason = "a test")]

use std::{fmt::Write as _, path::Path};

use openpass_policy::{PolicyEngine, PolicySource};

fn page() -> String {
    let mut files: Vec<_> = std::fs::read_dir("tests/broken")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    // 100 stands behind 99.
    files.sort_by_key(|file| {
        let name = file.file_name().unwrap().to_str().unwrap();
        name.split('-').next().unwrap().parse::<u32>().unwrap()
    });
    let mut page = "# What a broken policy is told\n\n\
        Made by `openpass-policy/tests/broken_policies.rs` from the files in \
        `openpass-policy/tests/broken`.\nNone of them loads, and nor does any other file \
        beside them.\n"
        .to_owned();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let name = file.file_name().unwrap().to_str().unwrap();
        let error = PolicyEngine::with_policies(&[PolicySource::new(name, text)]).unwrap_err();
        writeln!(
            page,
            "\n## {name}\n\n```text\n{}\n```",
            error.report().trim_end()
        )
        .unwrap();
    }
    page
}

#[test]
fn case_18_every_broken_policy_is_told_where_and_what_to_do() {
    let path = Path::new("../docs/policy/errors.md");
    let now = page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, now).unwrap();
        return;
    }
    assert_eq!(now, std::fs::read_to_string(path).unwrap());
}
