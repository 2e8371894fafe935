//! One file of tests, read and run.

use std::path::Path;

use openpass_auth::SafeText;
use openpass_policy::{
    PolicyEngine,
    author::{CasePlace, OwnSamples, TestCase, TestSuite},
};
use openpass_vault::Vault;

use super::{places, report::Tested};
use crate::{
    commands::policy::{cases, files},
    failure::Failure,
};

/// Runs files of tests against an engine.
pub(super) struct Runner<'a> {
    engine: &'a PolicyEngine,
    /// The vault's agents and tokens, for the files that take them.
    own: Option<OwnSamples>,
    filter: Option<&'a str>,
}

impl<'a> Runner<'a> {
    pub(super) fn new(
        vault: Option<&Vault>,
        engine: &'a PolicyEngine,
        filter: Option<&'a str>,
    ) -> Self {
        Self {
            engine,
            own: vault.map(Vault::own_samples),
            filter,
        }
    }

    /// Runs the file at `path`. `None` where the filter leaves nothing of it.
    pub(super) fn run(&self, path: &Path) -> Result<Option<Tested>, Failure> {
        let text = files::tests(path)?;
        let (mut suite, places) = read(path, &text)?;
        let mut placed: Vec<(TestCase, Option<CasePlace>)> =
            suite.tests.drain(..).zip(places).collect();
        placed.retain(|(case, _)| is_wanted(self.filter, path, &case.name));
        if placed.is_empty() && self.filter.is_some() {
            return Ok(None);
        }
        let (tests, places): (Vec<TestCase>, Vec<Option<CasePlace>>) = placed.into_iter().unzip();
        suite.tests = tests;
        if let Some(own) = self.own.clone().filter(|_| suite.entities.from_vault) {
            suite = suite.with_own(own);
        }
        let report = suite.run(self.engine).placed(places);
        Ok(Some(Tested::run(path, report)))
    }
}

/// Whether the filter takes a case of a file.
pub(super) fn is_wanted(filter: Option<&str>, path: &Path, name: &str) -> bool {
    filter.is_none_or(|text| name.contains(text) || path.to_string_lossy().contains(text))
}

pub(super) fn nothing_holds(filter: &str) -> Failure {
    Failure::Usage(format!(
        "no case, and no file of tests, has {} in its name, so nothing was tested",
        SafeText::quoted(filter)
    ))
}

/// A file's cases, and where each stands.
fn read(path: &Path, text: &str) -> Result<(TestSuite, Vec<Option<CasePlace>>), Failure> {
    if cases::is_one(text) {
        let why = "it is a list of cases with OpenPass's own results, which is tested alone: name \
                   no other file or folder with it";
        return Err(files::broken(path, why));
    }
    let name = path.to_string_lossy();
    let broken = |line: usize, column: usize, what: &str| {
        files::broken(path, &format!("{name}:{line}:{column}: {what}"))
    };
    let places = places::of(text).map_err(|wrong| broken(wrong.line, wrong.column, &wrong.what))?;
    let suite: TestSuite = yaml_serde::from_str(text).map_err(|error| {
        let said = error.to_string();
        match error.location() {
            None => files::broken(path, &said),
            Some(place) => {
                let (line, column) = (place.line(), place.column());
                let suffix = format!(" at line {line} column {column}");
                broken(line, column, said.strip_suffix(&suffix).unwrap_or(&said))
            }
        }
    })?;
    let placed = places
        .into_iter()
        .map(|(line, column)| Some(CasePlace::new(&name, line, column)));
    let none = core::iter::repeat(None);
    let places = placed.chain(none).take(suite.tests.len()).collect();
    Ok((suite, places))
}
