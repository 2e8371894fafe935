//! `openpass policy new`.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use openpass_auth::SafeText;
use openpass_policy::PolicyEngine;
use openpass_vault::for_a_shell;
use serde::Serialize;

use super::{
    args::New,
    recipes::{self, Recipe},
};
use crate::{
    failure::Failure,
    output::{Output, Paper},
    table::{Cell, Table},
};

#[derive(Serialize)]
struct Shown {
    recipes: Vec<Row>,
    /// The files that were written: the policy and its tests.
    written: Vec<String>,
}

#[derive(Serialize)]
struct Row {
    name: &'static str,
    /// The purpose of the policy.
    doc: String,
}

/// Writes a recipe with its tests, or lists the recipes. It opens no vault.
pub(super) fn run(new: &New, output: &Output) -> Result<(), Failure> {
    let wanted = |recipe: &Recipe| new.recipe.as_deref().is_none_or(|it| it == recipe.name);
    let chosen: Vec<Recipe> = recipes::all().filter(wanted).collect();
    let mut shown = Shown {
        recipes: rows(&chosen)?,
        written: Vec::new(),
    };
    let (Some(_), [recipe]) = (&new.recipe, chosen.as_slice()) else {
        return output.result(&shown, || table(&shown.recipes, output.stdout()));
    };
    let [policy, tests] = write(recipe, new.to.as_deref().unwrap_or(Path::new("")))?;
    let [policy, tests] = [policy, tests].map(|path| path.to_string_lossy().into_owned());
    let said = next(&policy, &tests);
    shown.written = vec![policy, tests];
    output.result(&shown, || said)
}

/// Each recipe with what its policy says it is for.
fn rows(chosen: &[Recipe]) -> Result<Vec<Row>, Failure> {
    let sources: Vec<_> = chosen.iter().map(|recipe| recipe.source()).collect();
    let engine = PolicyEngine::with_policies(&sources)?;
    let doc = |recipe: &Recipe| {
        let file = recipe.source().file;
        let mut own = engine.policies().filter(|policy| policy.file == file);
        own.find_map(|policy| policy.doc.clone())
            .unwrap_or_default()
    };
    let row = |recipe: &Recipe| Row {
        name: recipe.name,
        doc: doc(recipe),
    };
    Ok(chosen.iter().map(row).collect())
}

fn table(rows: &[Row], paper: Paper) -> String {
    let mut table = Table::under(&["RECIPE", "WHAT IT DOES"]);
    for row in rows {
        table.push(vec![Cell::of(row.name), Cell::of(&row.doc)]);
    }
    let mut text = table.on(paper);
    text.push_str("`openpass policy new RECIPE` writes one into this folder, with its tests.\n");
    text
}

/// Writes both files, or neither. Never over a file that is there.
#[expect(
    clippy::disallowed_methods,
    reason = "a file of the person's own, outside of vaults"
)]
fn write(recipe: &Recipe, dir: &Path) -> Result<[PathBuf; 2], Failure> {
    outside_of_vaults(dir)?;
    let path = |extension: &str| dir.join(format!("{}.{extension}", recipe.name));
    let (policy, tests) = (path("cedar"), path("yaml"));
    for path in [&policy, &tests] {
        if path.symlink_metadata().is_ok() {
            return Err(taken(path));
        }
    }
    put(&policy, recipe.policy)?;
    if let Err(failure) = put(&tests, recipe.tests) {
        // Made a moment ago, and of no use alone.
        drop(fs::remove_file(&policy));
        return Err(failure);
    }
    Ok([policy, tests])
}

/// A policy in a vault's folder would be in force without anybody having been asked.
fn outside_of_vaults(dir: &Path) -> Result<(), Failure> {
    let here = match dir.as_os_str().is_empty() {
        true => Path::new("."),
        false => dir,
    };
    let dir = dunce::canonicalize(here).map_err(|why| match why.kind() {
        io::ErrorKind::NotFound => no_folder(here),
        _ => failed(here, &why),
    })?;
    if !dir.is_dir() {
        return Err(failed(here, &io::ErrorKind::NotADirectory.into()));
    }
    // One of them may have been moved away.
    let marks = ["identity.age", "guard/log.jsonl"];
    let is_vault = |dir: &&Path| {
        let mut marks = marks.iter().map(|mark| dir.join(mark));
        marks.any(|mark| mark.symlink_metadata().is_ok())
    };
    match dir.ancestors().find(is_vault) {
        None => Ok(()),
        Some(vault) => Err(Failure::Usage(format!(
            "{} is in the vault {}, where only `openpass policy apply` puts policies; name \
             another folder with `--to DIR`",
            SafeText::quoted(&dir.to_string_lossy()),
            SafeText::quoted(&vault.to_string_lossy())
        ))),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a file of the person's own, outside of vaults"
)]
fn put(path: &Path, text: &str) -> Result<(), Failure> {
    let written = File::create_new(path).and_then(|mut file| {
        let written = file.write_all(text.as_bytes());
        if written.is_err() {
            drop(fs::remove_file(path));
        }
        written
    });
    written.map_err(|why| match why.kind() {
        io::ErrorKind::AlreadyExists => taken(path),
        _ => failed(path, &why),
    })
}

fn taken(path: &Path) -> Failure {
    Failure::Taken(format!(
        "{} is there already, and nothing was written; remove it, or name another folder with \
         `--to DIR`",
        SafeText::quoted(&path.to_string_lossy())
    ))
}

fn no_folder(dir: &Path) -> Failure {
    Failure::File {
        is_missing: true,
        problem: format!(
            "there is no folder {}, and nothing was written; make it, or name another with \
             `--to DIR`",
            SafeText::quoted(&dir.to_string_lossy())
        ),
    }
}

fn failed(path: &Path, why: &io::Error) -> Failure {
    Failure::File {
        is_missing: why.kind() == io::ErrorKind::NotFound,
        problem: format!(
            "{}: {why}; nothing was written",
            SafeText::escape(&path.to_string_lossy())
        ),
    }
}

/// Names the files that were written, and the commands to run next.
fn next(policy: &str, tests: &str) -> String {
    let (shown_policy, shown_tests) = (SafeText::escape(policy), SafeText::escape(tests));
    let (policy, tests) = (for_a_shell(policy), for_a_shell(tests));
    format!(
        "✓ {shown_policy} and {shown_tests} written; the policy is not in force yet\n\
         Change both to what you want. Then\n  \
           openpass policy test {tests} --policies {policy}\n  \
           openpass policy apply {policy} --dry-run\n"
    )
}
