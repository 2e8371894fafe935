//! `openpass policy import`: OpenPass's YAML rules as Cedar.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

use openpass_policy::PolicyEngine;
use openpass_policy_yaml::{ImportOptions, Imported, YamlSource, data_schema, import};
use serde::Serialize;

use crate::{failure::Failure, output::Output};

/// The file of policies that an import makes. All YAML files that count
/// together are one import: their rules are ordered together.
const NAME: &str = "imported-rules.cedar";

/// What `policy import` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Import {
    /// The YAML files, all that count together.
    #[arg(required = true, value_name = "FILE.yaml")]
    files: Vec<PathBuf>,
    /// Replace a rule that a policy cannot say exactly by a stricter one.
    #[arg(long)]
    allow_narrower: bool,
    /// Bind persons, too, by the rules that name no agent.
    #[arg(long)]
    persons_too: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    policies: &'a str,
    notes: &'a [String],
    rules: usize,
    environment: Vec<&'a str>,
}

/// Imports the files and prints the policies. It writes nothing.
pub(super) fn run(args: &Import, output: &Output) -> Result<(), Failure> {
    let imported = read_and_import(args)?;
    let source = imported.source(NAME);
    // Whole and without an error, before anybody is asked to approve it.
    PolicyEngine::builder()
        .extend_schema(data_schema())
        .policies(core::slice::from_ref(&source))
        .build()?;
    for note in &imported.notes {
        output.note(&format!("note: {note}"));
    }
    let report = Report {
        policies: &imported.text,
        notes: &imported.notes,
        rules: imported.rules,
        environment: imported.environment.iter().map(String::as_str).collect(),
    };
    output.result(&report, || imported.text.clone())
}

fn read_and_import(args: &Import) -> Result<Imported, Failure> {
    let mut files = Vec::new();
    for path in &args.files {
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| unusable(path, "its name is no UTF-8 text"))?;
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
    let refuse = |why: std::io::Error| unusable(path, &why.to_string());
    // Opening a pipe or a device could hang.
    if !std::fs::metadata(path).map_err(refuse)?.is_file() {
        return Err(unusable(path, "it is no regular file"));
    }
    let file = File::open(path).map_err(refuse)?;
    let mut bytes = Vec::new();
    let limit = YamlSource::MAX_BYTES as u64 + 1;
    file.take(limit).read_to_end(&mut bytes).map_err(refuse)?;
    Ok(bytes)
}

fn unusable(path: &Path, why: &str) -> Failure {
    let path = openpass_auth::SafeText::quoted(&path.to_string_lossy());
    Failure::Usage(format!("{path} cannot be imported: {why}"))
}
