//! A problem as people read it: the line, a caret, and what to do.

use core::fmt;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource};

use crate::{
    PolicyLoadError, PolicyProblem,
    policy_error::{push_escaped, split},
};

/// The number of lines that are shown before and after the place.
const CONTEXT: usize = 1;
/// The most characters that are shown before and after the place, where the line is
/// long.
const REACH: usize = 90;

impl PolicyLoadError {
    /// Every problem with its file's lines, a caret under the place, and what
    /// to do: several lines of text, for a terminal.
    #[must_use]
    pub fn report(&self) -> String {
        let reports: Vec<String> = self.problems().iter().map(PolicyProblem::report).collect();
        reports.join("\n")
    }
}

impl PolicyProblem {
    /// The problem with its file's line, a caret under the place, and what to
    /// do.
    #[must_use]
    pub fn report(&self) -> String {
        drawn(self, self.excerpt.as_ref())
    }
}

/// The part of a text around a problem that is shown. All escaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Excerpt {
    line: usize,
    shown: String,
    first_line: usize,
    offset: usize,
    length: usize,
    says: Option<String>,
}

impl Excerpt {
    /// The excerpt around `span`, an offset and a length in bytes, which begins
    /// on `line`.
    pub(crate) fn of(text: &str, line: usize, (offset, length): (usize, usize)) -> Self {
        let (before, after) = split(text, offset);
        let on_line = before.rsplit('\n').next().unwrap_or_default();
        let mut excerpt = Self {
            line,
            shown: String::new(),
            first_line: line.saturating_sub(CONTEXT).max(1),
            offset: 0,
            length: 0,
            says: None,
        };
        excerpt.show(text, on_line, after, length);
        excerpt
    }

    /// Sets the words that stand at the caret.
    pub(crate) fn say(&mut self, text: Option<String>) {
        self.says = text;
    }

    /// Fills in what is shown: the lines around, and of the problem's own line
    /// only the part around the place.
    fn show(&mut self, text: &str, on_line: &str, after: &str, length: usize) {
        let mut lines = text.split('\n').skip(self.first_line - 1);
        for other in lines.by_ref().take(self.line - self.first_line) {
            push_line(&mut self.shown, other);
        }
        let skipped = on_line.chars().count().saturating_sub(REACH);
        if skipped > 0 {
            self.shown.push('…');
        }
        let head = on_line.chars().skip(skipped);
        head.for_each(|character| push_escaped(&mut self.shown, character));
        self.offset = self.shown.len();
        let rest_of_line = after.split('\n').next().unwrap_or_default();
        let rest_of_line = rest_of_line.strip_suffix('\r').unwrap_or(rest_of_line);
        let mut end_of_span = self.offset;
        for (at, character) in rest_of_line.char_indices().take(REACH) {
            push_escaped(&mut self.shown, character);
            if at < length.max(1) {
                end_of_span = self.shown.len();
            }
        }
        self.length = end_of_span - self.offset;
        if rest_of_line.chars().count() > REACH {
            self.shown.push('…');
        }
        self.shown.push('\n');
        for other in lines.skip(1).take(CONTEXT) {
            push_line(&mut self.shown, other);
        }
    }
}

fn push_line(shown: &mut String, line: &str) {
    let line = line.strip_suffix('\r').unwrap_or(line);
    for character in line.chars().take(2 * REACH) {
        push_escaped(shown, character);
    }
    if line.chars().count() > 2 * REACH {
        shown.push('…');
    }
    shown.push('\n');
}

/// `problem` for miette. Everything in it is escaped already.
#[derive(Debug)]
struct Report<'a> {
    problem: &'a PolicyProblem,
    source: Option<(NamedSource<String>, LabeledSpan)>,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem.message)
    }
}

impl std::error::Error for Report<'_> {}

impl Diagnostic for Report<'_> {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.problem.help.as_ref()?;
        Some(Box::new(help))
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        let (source, _) = self.source.as_ref()?;
        Some(source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let (_, label) = self.source.as_ref()?;
        Some(Box::new(core::iter::once(label.clone())))
    }
}

fn drawn(problem: &PolicyProblem, excerpt: Option<&Excerpt>) -> String {
    // Lines before the first that is shown, so that miette counts them right.
    let source = excerpt.map(|excerpt| {
        let skipped = "\n".repeat(excerpt.first_line - 1);
        let offset = skipped.len() + excerpt.offset;
        let text = skipped + &excerpt.shown;
        let label = LabeledSpan::new(excerpt.says.clone(), offset, excerpt.length);
        (NamedSource::new(&problem.file, text), label)
    });
    let report = Report { problem, source };
    let mut text = String::new();
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor())
        .with_width(100)
        .with_context_lines(CONTEXT);
    if handler.render_report(&mut text, &report).is_err() {
        return format!("{problem}\n");
    }
    if excerpt.is_none() {
        return format!("{}: {}", problem.file, text.trim_start());
    }
    text
}
