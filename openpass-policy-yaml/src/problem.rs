//! The problems of YAML rules.

use core::fmt;

use crate::quote;

/// One thing that is wrong with a file, and what to do about it. Its texts are
/// safe to show: what came from the file is escaped.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The file's name, escaped.
    pub file: String,
    /// The line, from 1; 0 when it is the whole file.
    pub line: usize,
    /// The rule, escaped, where it is about one.
    pub rule: Option<String>,
    /// The problem.
    pub message: String,
    /// The behaviour of OpenPass itself.
    pub product: String,
    /// The text to write instead.
    pub help: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if let Some(rule) = &self.rule {
            write!(f, ": rule {rule}")?;
        }
        writeln!(f, ": {}", self.message)?;
        writeln!(f, "  OpenPass itself: {}", self.product)?;
        write!(f, "  instead: {}", self.help)
    }
}

/// The reason why rules were not imported: everything that is wrong with the
/// files. Never a part of the rules is imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportError {
    problems: Vec<Problem>,
}

impl ImportError {
    pub(crate) const fn new(problems: Vec<Problem>) -> Self {
        Self { problems }
    }

    /// Everything that is wrong, in the order of the files; never empty.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl core::error::Error for ImportError {}

/// A problem whose place is not known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Complaint {
    pub(crate) message: String,
    pub(crate) product: String,
    pub(crate) help: String,
}

impl Complaint {
    pub(crate) fn new(
        message: impl Into<String>,
        product: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            message: message.into(),
            product: product.into(),
            help: help.into(),
        }
    }

    pub(crate) fn at(self, file: &str, line: usize, rule: Option<&str>) -> Problem {
        Problem {
            file: quote::plain(file),
            line,
            rule: rule.map(quote::shown),
            message: self.message,
            product: self.product,
            help: self.help,
        }
    }
}
