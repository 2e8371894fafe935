//! Printing: results to stdout, everything about them to stderr.

mod pretty;
#[cfg_attr(unix, path = "output/unix.rs")]
#[cfg_attr(windows, path = "output/windows.rs")]
mod system;

use std::{
    borrow::Cow,
    io::{self, IsTerminal as _, Write as _},
};

use openpass_auth::SafeText;
use openpass_auth_passphrase::Charset;
use serde::Serialize;

use crate::{
    args::{Color, Format},
    failure::Failure,
    json::Document,
};
use pretty::Pretty;

/// So many of what `one` is the name of.
pub(crate) fn counted(count: impl TryInto<u64>, one: &str) -> String {
    match count.try_into().unwrap_or(u64::MAX) {
        1 => format!("1 {one}"),
        count => format!("{count} {one}s"),
    }
}

/// A text from outside in a table's cell: as it is if it is a plain word, else
/// quoted, so that it imitates no other cell and no remark.
pub(crate) fn cell(text: &str) -> SafeText {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/:,*+@".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        SafeText::escape(text)
    } else {
        SafeText::quoted(text)
    }
}

/// The surface that text is printed on: a terminal, a file or a pipe.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paper {
    /// The width in columns, where the width is limited.
    pub(crate) columns: Option<usize>,
    /// Whether it has colour.
    pub(crate) colour: bool,
}

impl Paper {
    /// `text`, in colour if it gives power: colour only repeats what it says.
    pub(crate) fn marked(self, text: &str, gives_power: bool) -> String {
        if self.colour && gives_power {
            format!("\u{1b}[1;33m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// The format of the output, and which parts are printed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    format: Format,
    /// Whether remarks about results are left out.
    quiet: bool,
    /// Whether results are left out.
    muted: bool,
    colour: Color,
}

/// Whether the environment lets a terminal have colour.
fn may_colour() -> bool {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    // The consoles of Windows have no name.
    let is_able = variable("TERM").map_or(cfg!(windows), |term| term != "dumb");
    variable("NO_COLOR").is_none() && is_able
}

/// `text` for `stream`: a terminal that does not take UTF-8 gets ASCII, or its
/// bytes could be control characters there.
fn spelled<'t>(text: &'t str, stream: &impl system::Stream) -> Cow<'t, str> {
    if stream.is_terminal() {
        Charset::of(stream).spell(text)
    } else {
        Cow::Borrowed(text)
    }
}

/// As [`spelled`], for a JSON document (RFC 8259 §7): what is not ASCII stands in
/// its strings alone.
fn json_spelled<'t>(document: &'t str, stream: &impl system::Stream) -> Cow<'t, str> {
    let as_it_is = document.is_ascii() || !stream.is_terminal();
    if as_it_is || Charset::of(stream) == Charset::Utf8 {
        return Cow::Borrowed(document);
    }
    let mut ascii = String::with_capacity(document.len());
    for character in document.chars() {
        if character.is_ascii() {
            ascii.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            ascii += &format!("\\u{unit:04x}");
        }
    }
    Cow::Owned(ascii)
}

impl Output {
    pub(crate) const fn new(format: Format) -> Self {
        Self {
            format,
            quiet: false,
            muted: false,
            colour: Color::Auto,
        }
    }

    /// Says nothing but errors and what was asked for, if `quiet`.
    pub(crate) const fn quiet(mut self, quiet: bool) -> Self {
        self.quiet = quiet;
        self
    }

    /// Uses colour when `colour` says so.
    pub(crate) const fn coloured(mut self, colour: Color) -> Self {
        self.colour = colour;
        self
    }

    /// Returns the paper that results are printed on. A pipe has no width.
    pub(crate) fn stdout(self) -> Paper {
        self.paper(&io::stdout())
    }

    /// Returns the paper that remarks about results are printed on.
    pub(crate) fn stderr(self) -> Paper {
        self.paper(&io::stderr())
    }

    /// Whether a question on the terminal has colour: wherever stderr goes, it
    /// stands on a terminal.
    pub(crate) fn prompt_has_colour(self) -> bool {
        match self.colour {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => may_colour(),
        }
    }

    fn paper(self, stream: &impl system::Stream) -> Paper {
        Paper {
            columns: system::columns(stream).filter(|columns| *columns > 0),
            colour: match self.colour {
                Color::Always => true,
                Color::Never => false,
                Color::Auto => stream.is_terminal() && may_colour() && system::shows_colour(),
            },
        }
    }

    /// Prints no result, for a command that is a part of another.
    pub(crate) const fn without_results(mut self) -> Self {
        self.muted = true;
        self
    }

    /// Whether programs read the results.
    pub(crate) fn is_json(self) -> bool {
        self.format == Format::Json
    }

    /// Returns the format of the results.
    pub(crate) const fn format(self) -> Format {
        self.format
    }

    /// Prints a text as it is.
    pub(crate) fn text(self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        out.write_all(spelled(text, &out).as_bytes())?;
        out.flush()?;
        Ok(())
    }

    /// Prints a result: as one JSON document, or as the text that `text` makes.
    pub(crate) fn result<T: Serialize>(
        self,
        value: &T,
        text: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        if self.muted {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        match self.format {
            Format::Json => {
                let document = serde_json::to_string_pretty(&Document::of(value));
                let document = document.map_err(io::Error::from)?;
                writeln!(out, "{}", json_spelled(&document, &out))?;
            }
            Format::Text | Format::Markdown | Format::Html => {
                out.write_all(spelled(&text(), &out).as_bytes())?;
            }
        }
        out.flush()?;
        Ok(())
    }

    /// Prints a result that may be larger than the memory as one JSON document: it is
    /// written while it is made.
    pub(crate) fn large_result<T: Serialize>(self, value: &T) -> Result<(), Failure> {
        if self.muted {
            return Ok(());
        }
        let stdout = io::stdout().lock();
        let is_ascii = stdout.is_terminal() && Charset::of(&stdout) != Charset::Utf8;
        let mut out = io::BufWriter::with_capacity(1 << 16, stdout);
        let format = Pretty::new(is_ascii);
        let mut serializer = serde_json::Serializer::with_formatter(&mut out, format);
        let written = Document::of(value).serialize(&mut serializer);
        written.map_err(io::Error::from)?;
        writeln!(out)?;
        out.flush()?;
        Ok(())
    }

    /// Prints one of many results: one JSON document in a line, or `text`.
    pub(crate) fn one_of_many<T: Serialize>(
        self,
        value: &T,
        text: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        let shown = if self.is_json() {
            let line = serde_json::to_string(&Document::of(value)).map_err(io::Error::from)?;
            format!("{}\n", json_spelled(&line, &io::stdout()))
        } else {
            text()
        };
        self.text(&shown)
    }

    /// Prints that a change was made, which a program hears and a person who
    /// wants quiet does not.
    pub(crate) fn done<T: Serialize>(
        self,
        value: &T,
        text: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        let quiet = self.quiet;
        self.result(value, || if quiet { String::new() } else { text() })
    }

    /// Prints a line about the result to stderr, unless that has to be quiet.
    pub(crate) fn note(self, line: &str) {
        if !self.quiet {
            self.say(line);
        }
    }

    /// Prints to a terminal what takes a while: nobody else waits for it.
    pub(crate) fn progress(self, line: &str) {
        if io::stderr().is_terminal() {
            self.note(line);
        }
    }

    /// Prints an error, or what was asked for, to stderr. That it cannot be
    /// written changes nothing.
    pub(crate) fn say(self, line: &str) {
        let mut err = io::stderr().lock();
        let line = spelled(line, &err);
        drop(writeln!(err, "{line}"));
    }
}
