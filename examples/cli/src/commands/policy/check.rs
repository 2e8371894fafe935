//! `openpass policy check`: what loads and cannot have been meant.

use openpass_policy::author::Finding;
use openpass_vault::Vault;
use serde::Serialize;

use super::{args::Check, notes};
use crate::{failure::Failure, output::Output};

#[derive(Serialize)]
struct Findings<'a> {
    findings: &'a [Finding],
    count: usize,
}

/// Says what is wrong with policies that load. It fails if there is anything.
pub(super) fn run(vault: Option<&Vault>, flags: &Check, output: &Output) -> Result<(), Failure> {
    let engine = super::engine(vault, &flags.files)?;
    let findings = engine.lint(&notes::known(vault))?;
    let count = findings.len();
    let report = Findings {
        findings: &findings,
        count,
    };
    output.result(&report, || text(&findings))?;
    match count {
        0 => Ok(()),
        count => Err(Failure::Findings { count }),
    }
}

fn text(findings: &[Finding]) -> String {
    let lines = findings.iter().map(|finding| format!("{finding}\n"));
    match findings {
        [] => {
            "Nothing found. That is not a proof; `openpass policy verify` gives one.\n".to_owned()
        }
        _ => lines.collect(),
    }
}
