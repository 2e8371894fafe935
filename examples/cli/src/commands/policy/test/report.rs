//! What became of all files of tests.

use core::fmt::Write as _;
use std::path::Path;

use openpass_auth::SafeText;
use openpass_policy::{
    PolicyEngine,
    author::{CaseReport, Coverage, SuiteReport},
};
use serde::Serialize;

use crate::{
    failure::Failure,
    json,
    output::{Output, counted},
};

/// One file of tests.
pub(super) struct Tested {
    /// Escaped.
    file: String,
    outcome: Result<SuiteReport, String>,
}

impl Tested {
    pub(super) fn run(path: &Path, report: SuiteReport) -> Self {
        Self {
            file: shown(path),
            outcome: Ok(report),
        }
    }

    /// One that cannot be used.
    pub(super) fn broken(path: &Path, failure: &Failure) -> Self {
        Self {
            file: shown(path),
            outcome: Err(failure.to_string()),
        }
    }

    fn counts(&self) -> (usize, usize) {
        let report = self.outcome.as_ref().ok();
        report.map_or((0, 0), |it| {
            let passed = it.passed();
            (passed, it.cases.len().saturating_sub(passed))
        })
    }

    /// What is wrong with the file itself.
    fn problem(&self) -> Option<&str> {
        match &self.outcome {
            Err(problem) => Some(problem),
            Ok(report) if report.cases.is_empty() => Some("the file holds no test"),
            Ok(_) => None,
        }
    }
}

fn shown(path: &Path) -> String {
    SafeText::escape(&path.to_string_lossy()).to_string()
}

/// All files, and which policies they reached.
pub(super) struct Report<'a> {
    engine: &'a PolicyEngine,
    files: Vec<Tested>,
}

#[derive(Serialize)]
struct Document<'r> {
    cases: Vec<&'r CaseReport>,
    passed: usize,
    refused: usize,
    failed: usize,
    files: Vec<File<'r>>,
    coverage: Coverage,
    notes: &'r [String],
}

#[derive(Serialize)]
struct File<'r> {
    file: &'r str,
    passed: usize,
    failed: usize,
    problem: Option<&'r str>,
}

impl<'a> Report<'a> {
    pub(super) const fn of(engine: &'a PolicyEngine) -> Self {
        Self {
            engine,
            files: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, tested: Tested) {
        self.files.push(tested);
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    fn suites(&self) -> impl Iterator<Item = &SuiteReport> {
        self.files.iter().filter_map(|it| it.outcome.as_ref().ok())
    }

    /// How many cases passed, and how many did not.
    fn counts(&self) -> (usize, usize) {
        let counts = self.files.iter().map(Tested::counts);
        counts.fold((0, 0), |(passed, failed), (more, most)| {
            (passed.saturating_add(more), failed.saturating_add(most))
        })
    }

    fn coverage(&self) -> Coverage {
        Coverage::of(self.engine, self.suites())
    }

    /// With what `policy check` says of the policies.
    pub(super) fn print(&self, notes: &[String], output: &Output) -> Result<(), Failure> {
        let (passed, failed) = self.counts();
        let document = Document {
            cases: self.suites().flat_map(|it| &it.cases).collect(),
            passed,
            refused: 0,
            failed,
            files: self.files.iter().map(File::of).collect(),
            coverage: self.coverage(),
            notes,
        };
        let document = json::in_our_spelling(&document)?;
        output.result(&document, || self.text())?;
        for note in notes {
            output.note(&format!("Note: {note}"));
        }
        Ok(())
    }

    fn text(&self) -> String {
        let mut text = String::new();
        let are_several = self.files.len() > 1;
        for tested in &self.files {
            if are_several {
                // Writing to a String cannot fail.
                let _ = writeln!(text, "{}", tested.file);
            }
            let _ = match &tested.outcome {
                Ok(report) => write!(text, "{report}"),
                Err(problem) => writeln!(text, "BROKEN  {problem}"),
            };
            if are_several {
                text.push('\n');
            }
        }
        if are_several {
            let (passed, failed) = self.counts();
            let files = counted(self.files.len(), "file");
            let all = counted(passed.saturating_add(failed), "test");
            let _ = write!(text, "{files}, {all}: {passed} passed, {failed} failed");
            let broken = self.broken();
            let _ = match broken {
                0 => writeln!(text),
                _ => writeln!(text, "; {} not used", counted(broken, "file")),
            };
        }
        let _ = write!(text, "{}", self.coverage());
        text
    }

    /// How many files were of no use.
    fn broken(&self) -> usize {
        let files = self.files.iter();
        files.filter(|it| it.problem().is_some()).count()
    }

    /// What the command ends with.
    pub(super) fn outcome(&self, require_coverage: bool) -> Result<(), Failure> {
        let (passed, failed) = self.counts();
        let all = passed.saturating_add(failed);
        let (files, broken) = (self.files.len(), self.broken());
        if broken > 0 && files > 1 {
            let all = files;
            return Err(Failure::TestFiles { broken, all });
        }
        if failed > 0 || all == 0 {
            return Err(Failure::Tests { failed, all });
        }
        match self.coverage() {
            it if require_coverage && !it.is_whole() => Err(Failure::NotCovered(it.untested.len())),
            _ => Ok(()),
        }
    }
}

impl<'r> File<'r> {
    fn of(tested: &'r Tested) -> Self {
        let (passed, failed) = tested.counts();
        Self {
            file: &tested.file,
            passed,
            failed,
            problem: tested.problem(),
        }
    }
}
