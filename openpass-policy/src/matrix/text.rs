//! A matrix for a terminal, and in Markdown.

use super::{Cell, Matrix};

const BOTH: &str = "bio or pass";

/// The answers, short enough for a column.
const fn short(cell: Cell) -> &'static str {
    match cell {
        Cell::Allow => "allow",
        Cell::Either => BOTH,
        Cell::Biometry => "biometry",
        Cell::Passphrase => "passphrase",
        Cell::Deny => "deny",
    }
}

/// `text` in the colour of `cell`: colour only repeats what the word says.
pub(super) fn painted(cell: Cell, text: &str, colour: bool) -> String {
    if !colour {
        return text.to_owned();
    }
    let code = match cell {
        Cell::Allow => "32",
        Cell::Either | Cell::Biometry | Cell::Passphrase => "33",
        Cell::Deny => "31",
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

pub(super) fn table(matrix: &Matrix, colour: bool) -> String {
    let width = matrix.rows.iter().map(|row| row.what.len()).max();
    let width = width.unwrap_or_default();
    let mut table = format!("{}\n\n", matrix.circumstances());
    for (number, principal) in matrix.principals.iter().enumerate() {
        table += &format!("  {} {principal}\n", number + 1);
    }
    table += &format!("\n{:width$}", "");
    for number in 1..=matrix.principals.len() {
        table += &format!("  {number:<11}");
    }
    table = format!("{}\n", table.trim_end());
    for row in &matrix.rows {
        let mut line = format!("{:width$}", row.what);
        let last = row.cells.len().saturating_sub(1);
        for (number, cell) in row.cells.iter().enumerate() {
            let text = short(*cell);
            let gap = if number == last { 0 } else { 11 - text.len() };
            line += &format!("  {}{:gap$}", painted(*cell, text, colour), "");
        }
        table += &line;
        table.push('\n');
    }
    table + &format!("\n{BOTH}: biometry or the passphrase\n")
}

pub(super) fn markdown(matrix: &Matrix) -> String {
    let mut table = format!("{}\n\n", matrix.circumstances());
    table += &format!("| what | {} |\n", matrix.principals.join(" | "));
    table += &format!("|---|{}\n", "---|".repeat(matrix.principals.len()));
    for row in &matrix.rows {
        let cells: Vec<&str> = row.cells.iter().map(|cell| cell.as_str()).collect();
        table += &format!("| {} | {} |\n", row.what, cells.join(" | "));
    }
    table
}
