//! The reason why policies do not load: every problem at once, each with its
//! place.

mod escape;
mod place;

use core::fmt;
use std::error::Error;

use serde::Serialize;

use crate::PolicySource;
#[cfg(feature = "author")]
use crate::author::Excerpt;
pub(crate) use escape::escaped;
#[cfg(feature = "author")]
pub(crate) use {escape::push_escaped, place::split};

/// The reason why the policies do not load. The engine never starts with a part
/// of them.
///
/// It displays as one line for each problem, with its file, line and column. With
/// the feature `author`, `report` has the lines of the files too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyLoadError {
    problems: Vec<PolicyProblem>,
}

/// One thing that is wrong with a policy file or a schema fragment. All its
/// texts are escaped and may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PolicyProblem {
    /// The kind.
    pub kind: ProblemKind,
    /// The file.
    pub file: String,
    /// The line, from 1; `None` when it is about the file as a whole.
    pub line: Option<usize>,
    /// The character in that line, from 1.
    pub column: Option<usize>,
    /// The problem.
    pub message: String,
    /// The remedy.
    pub help: Option<String>,
    #[cfg(feature = "author")]
    #[serde(skip)]
    pub(crate) excerpt: Option<Excerpt>,
}

/// The kind of problem of a policy file or a schema fragment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProblemKind {
    /// Too long, too many, or nested too deeply.
    TooLarge,
    /// Its file cannot be read.
    Unreadable,
    /// It holds characters that cannot be seen.
    HiddenCharacter,
    /// It holds no policy.
    Empty,
    /// It is not Cedar.
    Syntax,
    /// It has a place to fill in.
    Template,
    /// The policy's id is taken, is kept for the guards, or is no plain word.
    Id,
    /// It names what the schema does not have, or compares what cannot be
    /// compared.
    DoesNotFit,
    /// It can never match, or could be mistaken for something else.
    Suspicious,
    /// A schema fragment asks for what it may not have.
    Fragment,
    /// There are more problems than are told of.
    More,
    /// The engine could not be built at all.
    Engine,
}

impl PolicyLoadError {
    pub(crate) fn new(mut problems: Vec<PolicyProblem>) -> Self {
        problems.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        problems.dedup();
        Self { problems }
    }

    /// Adds the number of problems that are not listed.
    pub(crate) fn and_more(mut self, more: usize) -> Self {
        if more > 0 {
            let more = match more {
                1 => "1 more problem is".to_owned(),
                more => format!("{more} more problems are"),
            };
            self.problems.push(PolicyProblem::whole_file(
                ProblemKind::More,
                "policies",
                format!("{more} not shown"),
                "correct these first",
            ));
        }
        self
    }

    pub(crate) fn engine(message: impl fmt::Display) -> Self {
        Self::new(vec![PolicyProblem::whole_file(
            ProblemKind::Engine,
            "policy engine",
            escaped(&message.to_string()),
            "this is a fault of the program; please report it",
        )])
    }

    /// The first line of what it displays: how many problems there are.
    #[must_use]
    pub fn headline(&self) -> String {
        let count = self.problems.len();
        let s = if count == 1 { "" } else { "s" };
        format!("the policies have {count} problem{s}, and none was loaded")
    }

    /// Says `to` in the place of the file `from` in the problems: for a host that tries
    /// a file under another name than the one that it was given.
    #[must_use]
    pub fn renamed(mut self, from: &str, to: &str) -> Self {
        let from = escaped(from);
        for problem in &mut self.problems {
            if problem.file == from {
                problem.file = escaped(to);
            }
        }
        self
    }

    /// Every problem, by file and place; never empty.
    #[must_use]
    pub fn problems(&self) -> &[PolicyProblem] {
        &self.problems
    }
}

impl fmt::Display for PolicyLoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline())?;
        for problem in &self.problems {
            write!(f, "\n  {problem}")?;
        }
        Ok(())
    }
}

impl Error for PolicyLoadError {}

impl PolicyProblem {
    pub(crate) fn whole_file(
        kind: ProblemKind,
        file: &str,
        message: String,
        help: &'static str,
    ) -> Self {
        Self {
            kind,
            file: escaped(file),
            line: None,
            column: None,
            message,
            help: Some(help.to_owned()),
            #[cfg(feature = "author")]
            excerpt: None,
        }
    }

    /// A problem at `span`, an offset and a length in bytes.
    pub(crate) fn at(
        kind: ProblemKind,
        source: &PolicySource,
        span: (usize, usize),
        message: String,
    ) -> Self {
        let (line, column) = place::of(&source.text, span.0);
        Self {
            line: Some(line),
            column: Some(column),
            #[cfg(feature = "author")]
            excerpt: Some(Excerpt::of(&source.text, line, span)),
            ..Self::whole_file(kind, &source.file, message, "")
        }
        .without_help()
    }

    /// Makes a problem of what Cedar says is wrong with `source`.
    pub(crate) fn from_cedar(
        kind: ProblemKind,
        source: &PolicySource,
        error: &dyn miette::Diagnostic,
    ) -> Self {
        let label = error.labels().and_then(|mut labels| labels.next());
        let message = escaped(&error.to_string());
        let help = error.help().map(|help| escaped(&help.to_string()));
        let mut problem = match &label {
            Some(label) => Self::at(kind, source, (label.offset(), label.len()), message),
            None => Self::whole_file(kind, &source.file, message, "").without_help(),
        };
        #[cfg(feature = "author")]
        if let (Some(excerpt), Some(label)) = (&mut problem.excerpt, &label) {
            excerpt.say(label.label().map(escaped));
        }
        problem.help = help;
        problem
    }

    pub(crate) fn with_help(mut self, help: String) -> Self {
        self.help = Some(help);
        self
    }

    fn without_help(mut self) -> Self {
        self.help = None;
        self
    }
}

impl fmt::Display for PolicyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.message)?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}
