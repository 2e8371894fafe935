//! No command is forgotten: those that clap knows are those that are tested.

use std::{collections::BTreeSet, fs, process::Command};

use crate::every::commands;

/// Commands that change nothing of a vault.
const LOOK: [&str; 26] = [
    "agent list",
    "agent show",
    "agent token list",
    "approver list",
    "audit export",
    "audit head",
    "audit list",
    "audit verify",
    "auth status",
    "completions",
    "config get",
    "config validate",
    "demo",
    "guard status",
    "help",
    "man",
    "policy check",
    "policy explain",
    "policy list",
    "policy matrix",
    "policy new",
    "policy schema",
    "policy show",
    "policy test",
    "policy verify",
    // Not a command, but what all of them are in.
    "",
];

/// Commands that change something and have tests of their own: the identity
/// takes two passphrases, a denial takes none, a new vault has no guard yet, an
/// import writes with `--apply` only (`imported.rs`), repair is a person's alone
/// (`repair.rs`), approvers have keys to make (`approvers.rs`), a state that is signed takes no seal
/// (`seals.rs`).
const APART: [&str; 12] = [
    "approver add passphrase",
    "approver add security-key",
    "approver add touch-id",
    "approver remove",
    "auth rotate-passphrase",
    "deny",
    "guard reset",
    "guard restore",
    "guard seal",
    "guard set-log-aside",
    "init",
    "policy import",
];

/// Each command that has no commands of its own, with its manual page.
fn leaves() -> Vec<(String, String)> {
    let folder = tempfile::tempdir().unwrap();
    let made = Command::new(env!("CARGO_BIN_EXE_openpass"))
        .arg("man")
        .arg(folder.path())
        .status()
        .unwrap();
    assert!(made.success());
    let pages: Vec<(String, String)> = fs::read_dir(folder.path())
        .unwrap()
        .map(|page| page.unwrap().path())
        .map(|page| {
            let name = page.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(page).unwrap())
        })
        .collect();
    let has_own = |name: &str| {
        let below = format!("{name}-");
        let text = &pages.iter().find(|(page, _)| page == name).unwrap().1;
        text.contains("SUBCOMMANDS") && pages.iter().any(|(page, _)| page.starts_with(&below))
    };
    let leaf = |(name, _): &&(String, String)| !has_own(name);
    let found = pages.iter().filter(leaf).cloned();
    let found: Vec<(String, String)> = found.collect();
    assert!(found.len() > 25, "{found:?}");
    found
}

/// The page's name of a command.
fn page(words: &[&str]) -> String {
    ["openpass"]
        .iter()
        .chain(words)
        .copied()
        .collect::<Vec<_>>()
        .join("-")
}

#[test]
fn every_command_that_changes_something_is_among_those_that_are_tested() {
    let looks: BTreeSet<String> = LOOK
        .iter()
        .map(|name| page(&name.split_whitespace().collect::<Vec<_>>()))
        .collect();
    let apart: BTreeSet<String> = APART
        .iter()
        .map(|name| page(&name.split_whitespace().collect::<Vec<_>>()))
        .collect();
    let tested: BTreeSet<String> = commands()
        .iter()
        .flat_map(|(words, ..)| (1..=words.len()).map(|length| page(&words[..length])))
        .collect();
    for (name, text) in leaves() {
        // Each operation that can be explained is a command below `explain`.
        let explains = name.starts_with("openpass-policy-explain-");
        if looks.contains(&name) || explains {
            assert!(!text.contains("dry\\-run"), "{name} only looks?");
            continue;
        }
        assert!(text.contains("dry\\-run"), "{name} has no --dry-run");
        let is_tested = tested.contains(&name) || apart.contains(&name);
        assert!(is_tested, "{name} changes something, and no test runs it");
    }
}

#[test]
fn every_command_has_output_json() {
    let text = |words: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_openpass"))
            .args(words)
            .arg("--help")
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    for (words, ..) in commands() {
        let depth = words.len().min(2);
        assert!(text(&words[..depth]).contains("--output"), "{words:?}");
    }
}
