//! A table in Markdown.

use std::{fmt, time::Duration};

/// A table with a name for each row and column.
#[derive(Debug)]
pub struct Table {
    columns: Vec<String>,
    rows: Vec<(String, Vec<String>)>,
}

impl Table {
    /// Makes a table without rows.
    #[must_use]
    pub fn new(columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            columns: columns.into_iter().map(Into::into).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds `cell` at the end of the row `name`, which is made where it is not there.
    pub fn put(&mut self, name: &str, cell: impl Into<String>) {
        let cell = cell.into();
        match self.rows.iter_mut().find(|(row, _)| row == name) {
            Some((_, cells)) => cells.push(cell),
            None => self.rows.push((name.to_owned(), vec![cell])),
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| | {} |", self.columns.join(" | "))?;
        writeln!(f, "|---|{}", "---:|".repeat(self.columns.len()))?;
        for (name, cells) in &self.rows {
            writeln!(f, "| {name} | {} |", cells.join(" | "))?;
        }
        Ok(())
    }
}

/// Writes a time with three digits: `13.7 µs`, `1,240 µs`, `231 ms`.
#[must_use]
pub fn duration(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    match micros {
        ..9.95 => format!("{micros:.2} µs"),
        ..99.5 => format!("{micros:.1} µs"),
        ..9_950.0 => format!("{} µs", whole(micros)),
        ..99_500.0 => format!("{:.1} ms", micros / 1e3),
        _ => format!("{} ms", whole(micros / 1e3)),
    }
}

/// Writes a number with commas between its thousands.
#[must_use]
pub fn number(number: usize) -> String {
    let digits = number.to_string();
    let mut written = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a time in microseconds or milliseconds"
)]
fn whole(time: f64) -> String {
    number(time.round() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_three_digits() {
        let written = |nanos| duration(Duration::from_nanos(nanos));
        assert_eq!(written(1_234), "1.23 µs");
        assert_eq!(written(13_740), "13.7 µs");
        assert_eq!(written(561_400), "561 µs");
        assert_eq!(written(3_058_000), "3,058 µs");
        assert_eq!(written(23_100_000), "23.1 ms");
        assert_eq!(written(2_231_000_000), "2,231 ms");
    }

    #[test]
    fn a_table_is_markdown() {
        let mut table = Table::new(["10", "100"]);
        table.put("ours", "1");
        table.put("ours", "2");
        assert_eq!(
            table.to_string(),
            "| | 10 | 100 |\n|---|---:|---:|\n| ours | 1 | 2 |\n"
        );
    }
}
