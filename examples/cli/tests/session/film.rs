//! What is on the screen, moment by moment.

use std::num::NonZero;

use vt100::Parser;

use crate::same;

pub(crate) const ROWS: u16 = 30;
pub(crate) const COLUMNS: u16 = 100;
/// Milliseconds.
const KEYS: u32 = 120;
const OUTPUT: u32 = 1_600;
const READING: u32 = 4_500;

/// Words in one colour.
pub(crate) struct Run {
    pub(crate) column: u16,
    pub(crate) text: String,
    pub(crate) warns: bool,
    pub(crate) bold: bool,
}

impl Run {
    /// Whether `text` belongs to it. What is behind two spaces keeps its column whatever
    /// the font.
    fn goes_on(&self, text: &str, warns: bool, bold: bool) -> bool {
        self.warns == warns && self.bold == bold && (text == " " || !self.text.ends_with("  "))
    }
}

/// The screen, line by line, and for how many milliseconds.
pub(crate) struct Frame {
    pub(crate) lines: Vec<Vec<Run>>,
    pub(crate) stays: u32,
}

pub(crate) struct Film {
    parser: Parser,
    pub(crate) frames: Vec<Frame>,
}

fn of(count: u16) -> NonZero<u16> {
    NonZero::new(count).unwrap()
}

impl Film {
    pub(crate) fn new() -> Self {
        Self {
            parser: Parser::new(of(ROWS), of(COLUMNS), 0),
            frames: Vec::new(),
        }
    }

    /// A person types a command behind the shell's prompt, a few keys in each frame.
    pub(crate) fn types(&mut self, command: &str) {
        self.parser.process(b"\x1b[1m$ \x1b[0m");
        let keys: Vec<char> = command.chars().collect();
        for some in keys.chunks(4) {
            let some: String = some.iter().collect();
            self.parser.process(some.as_bytes());
            self.takes(KEYS);
        }
        self.parser.process(b"\r\n");
    }

    /// The command's own bytes come to the terminal.
    pub(crate) fn prints(&mut self, bytes: &str) {
        self.parser.process(same::in_every_run(bytes).as_bytes());
        self.takes(OUTPUT);
    }

    /// The keys of an answer, as the terminal shows them, and then what follows.
    pub(crate) fn answers(&mut self, bytes: &str) {
        let rest = bytes.trim_start_matches('*');
        let stars = bytes.len() - rest.len();
        for key in 1..=stars {
            self.parser.process(b"*");
            if key % 3 == 0 {
                self.takes(KEYS);
            }
        }
        self.takes(OUTPUT);
        self.prints(rest);
    }

    /// The last frame stays for long enough to be read.
    pub(crate) fn reads(&mut self) {
        if let Some(last) = self.frames.last_mut() {
            last.stays = READING;
        }
    }

    fn takes(&mut self, stays: u32) {
        let lines = (0..ROWS).map(|row| self.line(row)).collect();
        self.frames.push(Frame { lines, stays });
    }

    fn line(&self, row: u16) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        let screen = self.parser.screen();
        for column in 0..COLUMNS {
            let Some(cell) = screen.cell(row, column) else {
                continue;
            };
            let text = if cell.has_contents() {
                cell.contents()
            } else {
                " "
            };
            let warns = cell.fgcolor() != vt100::Color::Default;
            let bold = cell.bold();
            match runs.last_mut() {
                Some(run) if run.goes_on(text, warns, bold) => run.text.push_str(text),
                _ => runs.push(Run {
                    column,
                    text: text.to_owned(),
                    warns,
                    bold,
                }),
            }
        }
        for run in &mut runs {
            run.text.truncate(run.text.trim_end().len());
        }
        runs.retain(|run| !run.text.is_empty());
        runs
    }
}
