//! A matrix for a terminal, and in Markdown.

use core::ops::Range;

use super::{Cell, Matrix};
use crate::PolicyId;

const BOTH: &str = "bio or pass";

/// The answers, short enough for a column.
const fn short(cell: Cell) -> &'static str {
    match cell {
        Cell::Allow => "allow",
        Cell::Confirm => "y/N",
        Cell::Waived => "waived",
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
        Cell::Confirm | Cell::Waived | Cell::Either | Cell::Biometry | Cell::Passphrase => "33",
        Cell::Deny => "31",
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

/// How many columns stand beside each other: more would not fit a screen.
const COLUMNS: usize = 6;

pub(super) fn table(matrix: &Matrix, colour: bool) -> String {
    let mut text = format!("{}\n", matrix.circumstances());
    let columns = matrix.principals.len();
    for from in (0..columns).step_by(COLUMNS) {
        text.push('\n');
        text += &block(matrix, from..columns.min(from + COLUMNS), colour);
    }
    text.push('\n');
    text + &legend(matrix)
}

/// A part of the table: some columns of every row.
fn block(matrix: &Matrix, columns: Range<usize>, colour: bool) -> String {
    let width = matrix.rows.iter().map(|row| row.what.chars().count()).max();
    let width = width.unwrap_or_default();
    let mut table = String::new();
    let principals = matrix.principals.get(columns.clone()).unwrap_or_default();
    for (number, principal) in principals.iter().enumerate() {
        table += &format!("  {} {principal}\n", columns.start + number + 1);
    }
    table += &format!("\n{:width$}", "");
    for number in columns.clone() {
        table += &format!("  {:<11}", number + 1);
    }
    table = format!("{}\n", table.trim_end());
    for row in &matrix.rows {
        let mut line = format!("{:width$}", row.what);
        let cells = row.cells.get(columns.clone()).unwrap_or_default();
        let last = cells.len().saturating_sub(1);
        for (number, cell) in cells.iter().enumerate() {
            let text = short(*cell);
            let gap = if number == last { 0 } else { 11 - text.len() };
            line += &format!("  {}{:gap$}", painted(*cell, text, colour), "");
        }
        table += &line;
        table.push('\n');
    }
    table
}

/// What the short words mean, and what the table does not show.
fn legend(matrix: &Matrix) -> String {
    let mut lines = vec![format!("{BOTH}: biometry or the passphrase")];
    let has = |cell| matrix.rows.iter().any(|row| row.cells.contains(&cell));
    if has(Cell::Confirm) {
        lines.push("y/N: a y, since the settings say step_up: confirm".to_owned());
    }
    if has(Cell::Waived) {
        lines.push("waived: nobody is asked, since the settings say unattended: waive".to_owned());
    }
    lines.extend(remarks(matrix));
    lines.join("\n") + "\n"
}

/// What the table does not show.
pub(super) fn remarks(matrix: &Matrix) -> Vec<String> {
    let failing: Vec<&str> = matrix.failing.iter().map(PolicyId::as_str).collect();
    let mut lines = Vec::new();
    if let Some(left_out) = &matrix.not_sampled {
        lines.push(format!("Of this vault, {left_out} are not sampled."));
    }
    if !failing.is_empty() {
        lines.push(format!(
            "Broken, and so denying: {} cannot be evaluated.",
            failing.join(", ")
        ));
    }
    lines
}

/// A name as a cell of a Markdown table.
pub(super) fn in_cell(text: &str) -> String {
    text.replace('|', "\\|")
}

pub(super) fn markdown(matrix: &Matrix) -> String {
    let names: Vec<String> = matrix.principals.iter().map(|it| in_cell(it)).collect();
    let mut table = format!("{}\n\n", matrix.circumstances());
    table += &format!("| what | {} |\n", names.join(" | "));
    table += &format!("|---|{}\n", "---|".repeat(matrix.principals.len()));
    for row in &matrix.rows {
        let cells: Vec<&str> = row.cells.iter().map(|cell| cell.as_str()).collect();
        table += &format!("| {} | {} |\n", in_cell(&row.what), cells.join(" | "));
    }
    for remark in remarks(matrix) {
        table += &format!("\n{remark}\n");
    }
    table
}
