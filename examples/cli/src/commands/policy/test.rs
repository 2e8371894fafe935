//! `openpass policy test`.

use openpass_policy::TestSuite;
use openpass_vault::Vault;

use super::{args::Test, files};
use crate::{failure::Failure, output::Output};

/// Runs a file of tests; it fails unless all pass and there are any.
pub(super) fn run(vault: Option<&Vault>, flags: &Test, output: &Output) -> Result<(), Failure> {
    let engine = super::engine(vault, &flags.policies)?;
    let text = files::tests(&flags.file)?;
    let suite: TestSuite = yaml_serde::from_str(&text)
        .map_err(|error| files::broken(&flags.file, &error.to_string()))?;
    let report = suite.run(&engine);
    output.result(&report, || report.to_string())?;
    if report.is_success() {
        Ok(())
    } else {
        Err(Failure::Tests {
            failed: report.cases.len() - report.passed(),
            all: report.cases.len(),
        })
    }
}
