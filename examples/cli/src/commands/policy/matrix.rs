//! `openpass policy matrix`.

use openpass_policy::author::{Matrix, MatrixDiff};
use openpass_vault::{Vault, wall_time};

use super::{args, files};
use crate::{args::Format, failure::Failure, json, output::Output};

/// Shows who may do what, or what another folder of policies would change.
pub(super) fn run(vault: &Vault, flags: &args::Matrix, output: &Output) -> Result<(), Failure> {
    let time = flags.at.or_else(wall_time);
    let engine = vault.engine()?;
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
    let other = files::engine_of_folder(other)?;
    let settings = vault.settings().guard;
    let diff = MatrixDiff::between(&engine, &other, settings, time, &own);
    match output.format() {
        Format::Markdown => output.text(&diff.to_markdown()),
        Format::Html => output.text(&diff.to_html()),
        Format::Text | Format::Json => {
            output.result(&json::in_our_spelling(&diff)?, || diff.to_text(colour))
        }
    }
}
