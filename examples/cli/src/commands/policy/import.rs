//! `openpass policy import`: OpenPass's YAML rules as Cedar.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

use openpass_auth::SafeText;
use openpass_policy::{Decision, Effect, Operation, PolicyEngine, StateDigest};
use openpass_policy_yaml::{ImportOptions, Imported, YamlSource, data_schema, import};
use openpass_vault::{Change, Proposal, Requester, Vault};
use serde::Serialize;

use super::notes;
use crate::{
    args::PromptFlags,
    commands::change::{self, Telling},
    door,
    failure::Failure,
    output::Output,
};

/// The file of policies that an import makes. All YAML files that count
/// together are one import: their rules are ordered together.
const NAME: &str = "imported-rules.cedar";

/// The arguments of `policy import`.
#[derive(Debug, clap::Args)]
pub(crate) struct Import {
    /// All the YAML files that count together
    #[arg(required = true, value_name = "FILE.yaml")]
    files: Vec<PathBuf>,
    /// Replace a rule that a policy cannot say exactly with a stricter one
    #[arg(long)]
    allow_narrower: bool,
    /// Let the rules that name no agent bind persons too
    #[arg(long)]
    persons_too: bool,
    /// Put the policies in force, in place of those of an earlier import
    #[arg(long)]
    pub(crate) apply: bool,
    #[command(flatten)]
    flags: PromptFlags,
}

#[derive(Serialize)]
struct Report<'a> {
    policies: &'a str,
    notes: &'a [String],
    rules: usize,
    environment: Vec<&'a str>,
}

/// Imports the files and prints the policies, or puts them in force.
pub(super) fn run(
    vault: impl Fn() -> Result<Vault, Failure>,
    args: &Import,
    output: &Output,
) -> Result<(), Failure> {
    if !args.apply && args.flags != PromptFlags::default() {
        return Err(Failure::Usage(
            "without `--apply` nothing is changed, so nobody is asked; add `--apply`, or \
             leave out the flags about asking"
                .to_owned(),
        ));
    }
    let mut imported = read_and_import(args)?;
    let source = imported.source(NAME);
    // Whole and without an error, before anybody is asked to approve it.
    let engine = PolicyEngine::builder()
        .host(data_schema())
        .policies(core::slice::from_ref(&source))
        .build()?;
    if args.apply {
        let vault = vault()?;
        imported.notes.extend(notes::of(&engine, Some(&vault)));
        tell_no_way_back(&vault, &engine, output);
        return apply(&vault, args, imported, output);
    }
    imported.notes.extend(notes::of(&engine, None));
    tell_notes(&imported, output);
    let report = Report {
        policies: &imported.text,
        notes: &imported.notes,
        rules: imported.rules,
        environment: imported.environment.iter().map(String::as_str).collect(),
    };
    output.result(&report, || imported.text.clone())
}

fn tell_notes(imported: &Imported, output: &Output) {
    for note in &imported.notes {
        output.note(&format!("note: {note}"));
    }
}

/// Rules for persons, too, can forbid what would correct them. Removing them is
/// repair, and stays possible.
fn tell_no_way_back(vault: &Vault, engine: &PolicyEngine, output: &Output) {
    let nothing = Effect::new(Vec::new(), StateDigest::of(&[]));
    let correction = Operation::apply_policy(vault.request(), NAME, nothing);
    if let Decision::Deny(denial) = engine.decide(&correction) {
        output.note(&format!(
            "Warning: with these rules nobody can apply a policy through the guard: {denial}; \
             `openpass policy remove {NAME}` stays possible"
        ));
    }
}

/// An import replaces the one before it, and so drops what it leaves out.
fn tell_left_out(vault: &Vault, args: &Import, output: &Output) -> Result<(), Failure> {
    let named = |name: &str| {
        let mut files = args.files.iter();
        files.any(|path| path.file_name().is_some_and(|file| file == name))
    };
    let files = vault.policy_files()?;
    for file in files
        .iter()
        .filter(|file| !file.is_cedar() && !named(&file.name))
    {
        output.note(&format!(
            "note: {} lies in policies/ and is not part of this import, which replaces an \
             earlier one",
            file.shown()
        ));
    }
    Ok(())
}

/// Puts the policies in force, through the guard: the same change as applying
/// the printed text by hand.
fn apply(vault: &Vault, args: &Import, imported: Imported, output: &Output) -> Result<(), Failure> {
    tell_notes(&imported, output);
    // An agent may be one that policy keeps from listing files.
    if door::requester() == Requester::Person {
        tell_left_out(vault, args, output)?;
    }
    let rules = match imported.rules {
        1 => "1 rule".to_owned(),
        count => format!("{count} rules"),
    };
    let files: Vec<String> = args.files.iter().map(|path| quoted(path)).collect();
    let bound = match args.persons_too {
        true => "agents and persons",
        false => "agents",
    };
    output.note(&format!(
        "To put {rules} in force for {bound}, from {}",
        files.join(", ")
    ));
    let done = |_: &Proposal| format!("✓ {rules} imported as policies/{NAME}");
    let telling = Telling::plain(&done)
        .with("policy", NAME)
        .with("rules", imported.rules)
        .with("notes", imported.notes)
        .with(
            "environment",
            imported.environment.into_iter().collect::<Vec<_>>(),
        );
    let change = application(imported.text);
    change::run(vault, &args.flags, &change, &telling, output)
}

/// Returns the change that `policy import --apply` asks for, to explain it.
pub(super) fn change(args: &Import) -> Result<(Change, &PromptFlags), Failure> {
    Ok((application(read_and_import(args)?.text), &args.flags))
}

fn application(text: String) -> Change {
    Change::ApplyPolicy {
        name: NAME.to_owned(),
        text,
    }
}

fn read_and_import(args: &Import) -> Result<Imported, Failure> {
    let mut files = Vec::new();
    for path in &args.files {
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| unusable(path, "its name is not UTF-8 text"))?;
        files.push((name.to_owned(), read(path)?));
    }
    let sources: Vec<YamlSource<'_>> = files
        .iter()
        .map(|(name, bytes)| YamlSource::new(name, bytes))
        .collect();
    let options = ImportOptions::new()
        .allow_narrower(args.allow_narrower)
        .persons_too(args.persons_too);
    Ok(import(&sources, options)?)
}

/// The file's bytes, one more than is taken at most.
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let refuse = |why: std::io::Error| Failure::File {
        is_missing: why.kind() == std::io::ErrorKind::NotFound,
        problem: format!("{} cannot be imported: {why}", quoted(path)),
    };
    // Opening a pipe or a device could hang.
    if !std::fs::metadata(path).map_err(refuse)?.is_file() {
        return Err(unusable(path, "it is not a regular file"));
    }
    let file = File::open(path).map_err(refuse)?;
    let mut bytes = Vec::new();
    let limit = YamlSource::MAX_BYTES as u64 + 1;
    file.take(limit).read_to_end(&mut bytes).map_err(refuse)?;
    Ok(bytes)
}

fn unusable(path: &Path, why: &str) -> Failure {
    Failure::Usage(format!("{} cannot be imported: {why}", quoted(path)))
}

fn quoted(path: &Path) -> String {
    SafeText::quoted(&path.to_string_lossy()).to_string()
}
