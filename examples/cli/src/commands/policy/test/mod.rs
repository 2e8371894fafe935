//! `openpass policy test`.

mod paths;
mod places;
mod report;
mod suite;

use std::path::Path;

use openpass_vault::Vault;

use self::report::{Report, Tested};
use super::{args::Test, cases, files, notes};
use crate::{failure::Failure, output::Output};

/// Runs files of tests; it fails unless all pass and there are any.
pub(super) fn run(vault: Option<&Vault>, flags: &Test, output: &Output) -> Result<(), Failure> {
    let paths = paths::all(&flags.paths)?;
    if let [path] = paths.as_slice() {
        let text = files::tests(path)?;
        if cases::is_one(&text) {
            return with_the_product(path, &text, flags, output);
        }
    }
    let engine = super::engine(vault, &flags.policies)?;
    let runner = suite::Runner::new(vault, &engine, flags.filter.as_deref());
    let mut report = Report::of(&engine);
    for path in &paths {
        match runner.run(path) {
            // Of one file alone, what is wrong with it is all that there is to say.
            Err(failure) if paths.len() == 1 => return Err(failure),
            Err(failure) => report.add(Tested::broken(path, &failure)),
            Ok(None) => {}
            Ok(Some(tested)) => report.add(tested),
        }
    }
    if let Some(filter) = flags.filter.as_deref().filter(|_| report.is_empty()) {
        return Err(suite::nothing_holds(filter));
    }
    report.print(&notes::of(&engine, vault), output)?;
    report.outcome(flags.require_coverage)
}

/// Runs a file of cases with the product's own results. They bring their own
/// rules, so that the vault's are not asked.
fn with_the_product(path: &Path, text: &str, flags: &Test, output: &Output) -> Result<(), Failure> {
    if !flags.policies.is_empty() {
        return Err(Failure::Usage(
            "these cases bring their own rules; leave `--policies` out".to_owned(),
        ));
    }
    if flags.require_coverage {
        return Err(Failure::Usage(
            "these cases bring their own rules and reach no policy of yours; leave \
             `--require-coverage` out"
                .to_owned(),
        ));
    }
    let wanted = |name: &str| suite::is_wanted(flags.filter.as_deref(), path, name);
    let report =
        cases::run(text, wanted).map_err(|error| files::broken(path, &error.to_string()))?;
    if let Some(filter) = flags.filter.as_deref().filter(|_| report.all() == 0) {
        return Err(suite::nothing_holds(filter));
    }
    output.result(&report, || report.to_string())?;
    match (report.all(), report.failed()) {
        (1.., 0) => Ok(()),
        (all, failed) => Err(Failure::Tests { failed, all }),
    }
}
