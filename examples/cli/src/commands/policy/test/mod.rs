//! `openpass policy test`.

use openpass_policy::author::TestSuite;
use openpass_vault::Vault;

use super::{args::Test, cases, files, notes};
use crate::{failure::Failure, json, output::Output};

/// Runs a file of tests; it fails unless all pass and there are any.
pub(super) fn run(vault: Option<&Vault>, flags: &Test, output: &Output) -> Result<(), Failure> {
    let text = files::tests(&flags.file)?;
    if cases::is_one(&text) {
        return with_the_product(&text, flags, output);
    }
    let engine = super::engine(vault, &flags.policies)?;
    let suite: TestSuite = yaml_serde::from_str(&text)
        .map_err(|error| files::broken(&flags.file, &error.to_string()))?;
    let report = suite.run(&engine);
    let cases = json::in_our_spelling(&report.cases)?;
    let (all, passed) = (report.cases.len(), report.passed());
    let notes = notes::of(&engine, vault);
    let counted = serde_json::json!({
        "cases": cases,
        "passed": passed,
        "refused": 0,
        "failed": all.saturating_sub(passed),
        "notes": notes,
    });
    output.result(&counted, || report.to_string())?;
    for note in &notes {
        output.note(&format!("Note: {note}"));
    }
    if report.is_success() {
        Ok(())
    } else {
        Err(Failure::Tests {
            failed: report.cases.len() - report.passed(),
            all: report.cases.len(),
        })
    }
}

/// Runs a file of cases with the product's own results. They bring their own
/// rules, so that the vault's are not asked.
fn with_the_product(text: &str, flags: &Test, output: &Output) -> Result<(), Failure> {
    if !flags.policies.is_empty() {
        return Err(Failure::Usage(
            "these cases bring their own rules; leave `--policies` out".to_owned(),
        ));
    }
    let report =
        cases::run(text).map_err(|error| files::broken(&flags.file, &error.to_string()))?;
    output.result(&report, || report.to_string())?;
    match (report.all(), report.failed()) {
        (1.., 0) => Ok(()),
        (all, failed) => Err(Failure::Tests { failed, all }),
    }
}
