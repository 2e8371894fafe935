//! `openpass policy list`, `apply` and `remove`.

use core::fmt::Write as _;
use std::{fs::File, io::Read as _, path::Path};

use openpass_auth::SafeText;
use openpass_vault::{Change, PolicyFile, Proposal, Vault, WhyNot};
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::broken;
use crate::{
    args::PromptFlags,
    commands::change::{self, Telling},
    failure::Failure,
    output::{Output, Paper, cell},
    table::{Cell, Table},
};

/// No policy file that is applied is longer than this, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// Copies a file into the vault's policies.
pub(super) fn apply(
    vault: &Vault,
    file: &Path,
    name: Option<&str>,
    flags: &PromptFlags,
    output: &Output,
) -> Result<(), Failure> {
    let (change, name) = application(file, name)?;
    let notes = match &change {
        Change::ApplyPolicy { text, .. } if is_cedar(&name) => {
            super::notes::of_text(&file.to_string_lossy(), text, vault)
        }
        _ => Vec::new(),
    };
    let is_of_the_engine = is_cedar(&name) || name.to_ascii_lowercase().ends_with(".cedarschema");
    let but = match is_of_the_engine {
        true => "",
        false => "; its rules are not enforced here until `openpass policy import … --apply`",
    };
    let done = |_: &Proposal| format!("✓ Policy {} applied{but}", SafeText::quoted(&name));
    let telling = Telling::plain(&done)
        .with("policy", name.clone())
        .with("matrix", Value::Null)
        .noting(notes);
    let applied = change::run(vault, flags, &change, &telling, output);
    applied.map_err(|failure| broken::as_given(failure, vault, file, &name))
}

fn is_cedar(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".cedar")
}

/// The change that applies a file, and the name that the file gets.
pub(super) fn application(file: &Path, name: Option<&str>) -> Result<(Change, String), Failure> {
    let name = match name {
        Some(name) => name.to_owned(),
        None => own_name(file)?,
    };
    let change = Change::ApplyPolicy {
        text: read(file)?,
        name: name.clone(),
    };
    Ok((change, name))
}

/// Takes a file from the vault's policies. It is named by its name, or by the id of one of
/// its policies.
pub(super) fn remove(
    vault: &Vault,
    name: &str,
    flags: &PromptFlags,
    output: &Output,
) -> Result<(), Failure> {
    let name = &vault.policy_file_of(name)?;
    let change = Change::RemovePolicy { name: name.clone() };
    let done = |_: &Proposal| format!("✓ Policy {} removed", SafeText::quoted(name));
    let telling = Telling::plain(&done)
        .with("policy", name.as_str())
        .with("matrix", Value::Null);
    change::run(vault, flags, &change, &telling, output)
}

fn own_name(file: &Path) -> Result<String, Failure> {
    let name = file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    name.ok_or_else(|| Failure::Usage("name the policy with `--name`".to_owned()))
}

/// The text of a regular file: a pipe or a terminal might never end.
fn read(path: &Path) -> Result<String, Failure> {
    let shown = SafeText::escape(&path.to_string_lossy());
    let failed = |why: &dyn core::fmt::Display| Failure::Usage(format!("{shown}: {why}"));
    let missing = |why: std::io::Error| Failure::File {
        is_missing: why.kind() == std::io::ErrorKind::NotFound,
        problem: format!("{shown}: {why}"),
    };
    if !path.metadata().map_err(missing)?.is_file() {
        return Err(failed(&"it is not a regular file"));
    }
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
    if read.map_err(|why| failed(&why))? as u64 > MAX_BYTES {
        return Err(failed(&"it is longer than 1 MiB"));
    }
    String::from_utf8(bytes).map_err(|error| broken::no_text(path, error.into_bytes()))
}

#[derive(Serialize)]
struct PolicyList {
    policies: Vec<PolicyRow>,
    count: usize,
    /// The reason why the Cedar policies are not in force.
    problem: Option<String>,
    /// The files beside the policies that are not read.
    not_read: Vec<String>,
}

#[derive(Serialize)]
struct PolicyRow {
    name: String,
    kind: &'static str,
    size: Option<u64>,
    problem: Option<String>,
    /// Whether its rules are in force here.
    enforced: bool,
    /// The reason why nothing enforces the product's YAML here: `not-imported`
    /// or `changed`.
    #[serde(serialize_with = "in_a_word")]
    why_not: Option<WhyNot>,
}

fn kind_of(file: &PolicyFile) -> &'static str {
    match () {
        () if file.is_cedar() => "cedar",
        () if file.is_declaration() => "cedarschema",
        () => "yaml",
    }
}

fn in_a_word<S: Serializer>(why: &Option<WhyNot>, serializer: S) -> Result<S::Ok, S::Error> {
    let word = why.map(|why| match why {
        WhyNot::Changed => "changed",
        _ => "not-imported",
    });
    word.serialize(serializer)
}

/// Lists them, whether or not they can be used.
pub(super) fn list(vault: &Vault, output: &Output) -> Result<(), Failure> {
    let problem = vault.policies_load().err().map(|error| error.to_string());
    let policies: Vec<PolicyRow> = vault
        .policy_files()?
        .into_iter()
        .map(|file| PolicyRow {
            kind: kind_of(&file),
            enforced: file.unenforced.is_none() && (problem.is_none() || kind_of(&file) == "yaml"),
            why_not: file.unenforced,
            name: file.name,
            problem: file.size.as_ref().err().map(ToString::to_string),
            size: file.size.ok(),
        })
        .collect();
    let listing = PolicyList {
        count: policies.len(),
        policies,
        problem,
        not_read: vault
            .policies_not_read()?
            .iter()
            .map(ToString::to_string)
            .collect(),
    };
    output.result(&listing, || table(&listing, output.stdout()))
}

fn table(listing: &PolicyList, paper: Paper) -> String {
    let mut table = Table::under(&["POLICY", "KIND", "BYTES", ""]);
    let mut open = false;
    for policy in &listing.policies {
        let size = policy
            .size
            .map_or_else(|| "cannot be read".to_owned(), |size| size.to_string());
        let why = policy.why_not.map_or_else(String::new, |why| {
            open = true;
            format!("not enforced here: {why}")
        });
        table.push(vec![
            Cell::of(cell(&policy.name)),
            Cell::of(policy.kind),
            Cell::of(size),
            Cell::of(why),
        ]);
    }
    let mut table = table.on(paper);
    if open {
        table.push_str("`openpass policy import FILE.yaml… --apply` puts YAML rules in force.\n");
    }
    for name in &listing.not_read {
        // Writing to a String cannot fail.
        let _ = writeln!(
            table,
            "Not read: {name}; a policy is a file right in policies/ whose name is UTF-8 and ends \
             with .cedar, .cedarschema, .yaml or .yml"
        );
    }
    if let Some(problem) = &listing.problem {
        let _ = writeln!(table, "Not in force: {problem}");
    }
    table
}
