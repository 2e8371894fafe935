//! One benchmark: its arguments, its ratios, and its end.

use std::{env, process::ExitCode, time::Duration};

use crate::{Group, Measured, Table, lines, page, plot};

/// The amount that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Everything, for the tables.
    Whole,
    /// The ratios that have lines, in fewer rounds.
    Lines,
    /// Each piece of work once or a few times: that it runs.
    Once,
}

/// A benchmark that is running: it prints tables, holds ratios to their lines, and writes
/// its part of the page where `UPDATE_PERFORMANCE` is set.
#[derive(Debug)]
pub struct Bench {
    name: &'static str,
    mode: Mode,
    page: String,
    plots: Vec<plot::Plot>,
    held: Vec<&'static str>,
    worse: Vec<String>,
}

impl Bench {
    /// Begins the benchmark `name`, whose lines have this name too. Returns `None` for
    /// `cargo test --benches`, which only looks whether it starts.
    #[must_use]
    pub fn begin(name: &'static str) -> Option<Self> {
        let arguments: Vec<String> = env::args().collect();
        let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
        if !has("--bench") {
            return None;
        }
        let mode = if has("--test") {
            Mode::Once
        } else if has("--lines") {
            Mode::Lines
        } else {
            Mode::Whole
        };
        println!("\n== {name}");
        Some(Self {
            name,
            mode,
            page: String::new(),
            plots: Vec::new(),
            held: Vec::new(),
            worse: Vec::new(),
        })
    }

    /// Whether everything is measured, and not the lines alone.
    #[must_use]
    pub fn whole(&self) -> bool {
        self.mode == Mode::Whole
    }

    /// Measures `group`, and holds `ratios` to their lines: the line's name, the row, and
    /// the row that it is compared with. Measures once more where one is worse, and takes
    /// the better of the two.
    pub fn measure(
        &mut self,
        group: &mut Group<'_>,
        ratios: &[(&'static str, &str, &str)],
    ) -> Measured {
        let measured = self.once(group);
        let taken = |measured: &Measured| -> Vec<f64> {
            let ratio = |&(_, row, other): &(_, &str, &str)| measured.ratio(row, other);
            ratios.iter().map(ratio).collect()
        };
        let mut found = taken(&measured);
        let lines = ratios
            .iter()
            .map(|(line, ..)| lines::line_of(self.name, line));
        let is_worse = |(line, ratio): (&lines::Line, &f64)| *ratio > line.allowed;
        if self.mode != Mode::Once && lines.zip(&found).any(is_worse) {
            let again = taken(&self.once(group));
            found = found
                .iter()
                .zip(again)
                .map(|(one, other)| one.min(other))
                .collect();
        }
        for ((line, ..), ratio) in ratios.iter().zip(found) {
            self.hold(line, ratio);
        }
        measured
    }

    fn once(&self, group: &mut Group<'_>) -> Measured {
        match self.mode {
            Mode::Whole => group.measure(Duration::from_secs(3), 9),
            Mode::Lines => group.measure(Duration::from_millis(600), 7),
            Mode::Once => group.measure(Duration::ZERO, 1),
        }
    }

    /// Holds a ratio to its line.
    pub fn hold(&mut self, line: &'static str, ratio: f64) {
        let line = lines::line_of(self.name, line);
        self.held.push(line.what);
        let (allowed, aim) = (line.allowed, line.aim);
        let what = format!(
            "{}: {ratio:.2}; the line is {allowed}, the aim {aim}",
            line.what
        );
        println!("{what}");
        if ratio > allowed && self.mode != Mode::Once {
            self.worse.push(what);
        }
    }

    /// Says that a line cannot be measured, and why. It does not fail.
    pub fn leave_out(&mut self, line: &'static str, why: &str) {
        let line = lines::line_of(self.name, line);
        self.held.push(line.what);
        println!("NOT MEASURED: {}: {why}", line.what);
    }

    /// Says something, on the page too, where everything is measured.
    pub fn say(&mut self, text: &str) {
        if self.whole() {
            println!("\n{text}");
        }
        self.page.push_str(&format!("\n{text}\n"));
    }

    /// Prints a table, on the page too.
    pub fn table(&mut self, table: &Table) {
        self.say(table.to_string().trim_end());
    }

    /// Adds a plot to the page.
    pub fn plot(&mut self, plot: plot::Plot) {
        self.page.push_str(&format!("\n{}\n", plot.on_the_page()));
        self.plots.push(plot);
    }

    /// Ends the benchmark: with failure where a ratio is worse than its line, or where a
    /// line was not looked at.
    #[must_use]
    pub fn end(mut self) -> ExitCode {
        for line in lines::LINES.iter().filter(|line| line.bench == self.name) {
            if !self.held.contains(&line.what) {
                self.worse.push(format!("{}: not measured", line.what));
            }
        }
        if self.whole() && env::var_os("UPDATE_PERFORMANCE").is_some() {
            page::update(self.name, &self.page, &self.plots);
        }
        for what in &self.worse {
            println!("WORSE THAN ITS LINE: {what}");
        }
        if self.worse.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}
