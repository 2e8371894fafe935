//! A problem as people read it: the line, a caret, and what to do.

use core::fmt;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource};
use openpass_auth::SafeText;

use super::PolicyProblem;

/// How many characters of a message are shown.
const MESSAGE: usize = 600;
/// How many lines before and after the place are shown.
const CONTEXT: usize = 1;
/// How many characters before and after the place, where the line is long.
const REACH: usize = 90;

/// Text from outside on one line, escaped. Quotes and backslashes stay: Cedar
/// has them everywhere, and they move no cursor.
pub(crate) fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(MESSAGE));
    let mut characters = text.chars();
    for character in characters.by_ref().take(MESSAGE) {
        push(&mut shown, character);
    }
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}

fn push(shown: &mut String, character: char) {
    match character {
        '"' | '\\' => shown.push(character),
        '\n' | '\t' => shown.push(' '),
        _ => shown.push_str(SafeText::escape(character.encode_utf8(&mut [0; 4])).as_str()),
    }
}

/// Where in a text a problem is, with what is shown of the text. All escaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    line: usize,
    column: usize,
    shown: String,
    first_line: usize,
    offset: usize,
    length: usize,
    says: Option<String>,
}

impl Place {
    pub(super) fn of(text: &str, (offset, length): (usize, usize)) -> Self {
        let offset = (0..=offset.min(text.len()))
            .rev()
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or_default();
        let (before, after) = text.split_at_checked(offset).unwrap_or((text, ""));
        let line = before.matches('\n').count() + 1;
        let on_line = before.rsplit('\n').next().unwrap_or_default();
        let mut place = Self {
            line,
            column: on_line.chars().count() + 1,
            shown: String::new(),
            first_line: line.saturating_sub(CONTEXT).max(1),
            offset: 0,
            length: 0,
            says: None,
        };
        place.show(text, on_line, after, length);
        place
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
        head.for_each(|character| push(&mut self.shown, character));
        self.offset = self.shown.len();
        let rest_of_line = after.split('\n').next().unwrap_or_default();
        let rest_of_line = rest_of_line.strip_suffix('\r').unwrap_or(rest_of_line);
        let mut end_of_span = self.offset;
        for (at, character) in rest_of_line.char_indices().take(REACH) {
            push(&mut self.shown, character);
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

    pub(super) const fn line(&self) -> usize {
        self.line
    }

    pub(super) const fn column(&self) -> usize {
        self.column
    }

    pub(super) fn say(&mut self, text: String) {
        self.says = Some(text);
    }
}

fn push_line(shown: &mut String, line: &str) {
    let line = line.strip_suffix('\r').unwrap_or(line);
    for character in line.chars().take(2 * REACH) {
        push(shown, character);
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

pub(super) fn of(problem: &PolicyProblem, place: Option<&Place>) -> String {
    // Lines before the first that is shown, so that miette counts them right.
    let source = place.map(|place| {
        let skipped = "\n".repeat(place.first_line - 1);
        let offset = skipped.len() + place.offset;
        let text = skipped + &place.shown;
        let label = LabeledSpan::new(place.says.clone(), offset, place.length);
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
    if place.is_none() {
        return format!("{}: {}", problem.file, text.trim_start());
    }
    text
}
