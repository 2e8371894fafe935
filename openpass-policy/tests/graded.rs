//! Each beginner's mistake in `tests/broken`, graded: the message says where, names what
//! is wrong, and what it says to write makes a file that loads.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod mistakes;

use std::{collections::BTreeMap, sync::LazyLock};

use mistakes::{Mistake, Put, TABLE};
use openpass_policy::{PolicyEngine, PolicyProblem, PolicySource};

fn text(file: &str) -> String {
    std::fs::read_to_string(format!("tests/broken/{file}.cedar")).unwrap()
}

fn problems(text: &str) -> Vec<PolicyProblem> {
    let source = PolicySource::new("own.cedar", text);
    match PolicyEngine::with_policies(&[source]) {
        Ok(_) => Vec::new(),
        Err(error) => error.problems().to_vec(),
    }
}

/// What each file is told.
static TOLD: LazyLock<BTreeMap<&str, Vec<PolicyProblem>>> = LazyLock::new(|| {
    let told = |file| (file, problems(&text(file)));
    files().into_iter().map(told).collect()
});

fn rows(file: &str) -> Vec<&'static Mistake> {
    TABLE.iter().filter(|row| row.file == file).collect()
}

fn files() -> Vec<&'static str> {
    let mut files: Vec<&str> = TABLE.iter().map(|row| row.file).collect();
    files.dedup();
    files
}

/// The byte at a line and a character, both from 1.
fn offset(text: &str, (line, column): (usize, usize)) -> usize {
    let mut lines = text.split_inclusive('\n');
    let before: usize = lines.by_ref().take(line - 1).map(str::len).sum();
    let line = lines.next().unwrap_or_default();
    let characters = line.chars().take(column - 1);
    before + characters.map(char::len_utf8).sum::<usize>()
}

/// `text` with what the row's message says to write.
fn put(text: &str, row: &Mistake) -> String {
    match row.put {
        Put::Here(from) => {
            let at = offset(text, row.at.unwrap());
            let (before, behind) = text.split_at(at);
            let Some(rest) = behind.strip_prefix(from) else {
                panic!("{}: no {from} at the place", row.file);
            };
            format!("{before}{}{rest}", row.write)
        }
        Put::There(from) => {
            assert!(text.contains(from), "{}: no {from}", row.file);
            text.replacen(from, row.write, 1)
        }
        Put::Out(from) => text.replacen(from, "", 1),
        Put::Whole => row.write.to_owned(),
        Put::Nothing => text.to_owned(),
    }
}

#[test]
fn a8_every_mistake_is_in_the_table() {
    let mut there: Vec<String> = std::fs::read_dir("tests/broken")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let mut told = files();
    there.sort();
    told.sort_unstable();
    assert_eq!(there, told);
    assert!(there.len() >= 40, "{}", there.len());
}

#[test]
fn a8_each_message_says_where_and_names_what_is_wrong() {
    for file in files() {
        let problems = TOLD.get(file).unwrap();
        let rows = rows(file);
        let places: Vec<_> = problems.iter().map(|it| it.line.zip(it.column)).collect();
        let expected: Vec<_> = rows.iter().map(|row| row.at).collect();
        assert_eq!(places, expected, "{file}: {problems:#?}");
        for (problem, row) in problems.iter().zip(rows) {
            assert!(problem.message.contains(row.word), "{file}: {problem}");
        }
    }
}

#[test]
fn a8_what_each_message_says_to_write_makes_a_file_that_loads() {
    for file in files() {
        let broken = text(file);
        let rows = rows(file);
        for (problem, row) in TOLD.get(file).unwrap().iter().zip(&rows) {
            let help = problem.help.as_deref().unwrap_or_default();
            assert!(help.contains(row.write), "{file}: {problem}");
        }
        // From the end, so that the places before stay where they are.
        let mended = rows.iter().rev().fold(broken, |text, row| put(&text, row));
        let left = problems(&mended);
        let is_hopeless = rows.iter().any(|row| matches!(row.put, Put::Nothing));
        assert_eq!(left.is_empty(), !is_hopeless, "{file}\n{mended}\n{left:#?}");
    }
}

#[test]
fn a7_no_message_asks_whether_something_else_was_meant() {
    for problem in TOLD.values().flatten() {
        let said = problem.to_string();
        assert!(!said.contains("did you mean"), "{said}");
    }
}
