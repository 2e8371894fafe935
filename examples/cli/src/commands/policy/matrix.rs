//! `openpass policy matrix`.

use openpass_policy::author::{Matrix, MatrixDiff};
use openpass_vault::{Vault, wall_time};
use serde_json::Value;

use super::{args, files};
use crate::{
    args::Format,
    commands::drawing,
    failure::Failure,
    json,
    output::{Output, Paper},
};

/// Shows who may do what, or what another folder of policies would change.
pub(super) fn run(vault: &Vault, flags: &args::Matrix, output: &Output) -> Result<(), Failure> {
    let time = flags.at.or_else(wall_time);
    let engine = vault.engine_to_compare()?;
    let own = vault.own_samples();
    let colour = output.stdout().colour;
    let Some(other) = &flags.diff else {
        let settings = vault.settings().guard;
        let now = Matrix::with_own(&engine, settings, time, &own.naming(&engine));
        return match output.format() {
            Format::Markdown => output.text(&now.to_markdown()),
            Format::Html => output.text(&now.to_html()),
            Format::Text | Format::Json => {
                output.result(&json::in_our_spelling(&now)?, || now.to_text(colour))
            }
        };
    };
    let settings = vault.settings().guard;
    let files = vault.policies_beside(&files::texts_of_folder(other)?)?;
    let other = files::engine_of_folder(other)?;
    let diff = MatrixDiff::between(&engine, &other, settings, time, &own).beside(files);
    match output.format() {
        Format::Markdown => output.text(&diff.to_markdown()),
        Format::Html => output.text(&diff.to_html()),
        Format::Text | Format::Json => {
            output.result(&report(&diff)?, || text(&diff, output.stdout()))
        }
    }
}

/// The difference for programs.
fn report(diff: &MatrixDiff) -> Result<Value, Failure> {
    let mut report = json::in_our_spelling(diff)?;
    if let Value::Object(members) = &mut report {
        let files = serde_json::to_value(json::fields(diff.files()));
        members.insert("files".to_owned(), files.map_err(std::io::Error::from)?);
    }
    Ok(report)
}

/// The difference for people: the lines that come and go, and the answers.
fn text(diff: &MatrixDiff, paper: Paper) -> String {
    let mut text: String = diff
        .files()
        .iter()
        .map(|file| drawing::of(&file.shown(), paper))
        .collect();
    if !text.is_empty() {
        text.push('\n');
    }
    text + &diff.to_text(paper.colour)
}
