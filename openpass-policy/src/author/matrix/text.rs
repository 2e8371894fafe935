//! A matrix for a terminal, and in Markdown.

use super::{Cell, Matrix};
use crate::PolicyId;

const BOTH: &str = "bio or pass";

/// The answers, short enough for a column.
const fn short(cell: Cell) -> &'static str {
    match cell {
        Cell::Allow => "allow",
        Cell::Confirm => "y/N",
        Cell::Waived => "waived",
        Cell::SystemLogin => "system login",
        Cell::Either => BOTH,
        Cell::EitherSigned => "signed bio or pass",
        Cell::BiometryOrSigned => "bio or signed pass",
        Cell::PassphraseOrSigned => "pass or signed bio",
        Cell::Biometry => "biometry",
        Cell::BiometrySigned => "signed biometry",
        Cell::Passphrase => "passphrase",
        Cell::PassphraseSigned => "signed passphrase",
        Cell::Another => "other factor",
        Cell::AnotherSigned => "signed other factor",
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
        Cell::Deny => "31",
        _ => "33",
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

/// No line is wider, but for a single name that is.
const WIDTH: usize = 80;
/// The separator of names, since some names have commas of their own.
const BETWEEN: &str = "; ";

/// Operations that everybody is answered alike, and who gets which answer: names
/// in the place of columns, which no screen has room for.
pub(super) fn grouped(matrix: &Matrix, colour: bool) -> String {
    let mut text = format!("{}\n", matrix.circumstances());
    for (what, cells) in groups(matrix) {
        text.push('\n');
        text += &listed(&what, "", 2);
        for (cell, who) in answers(matrix, cells) {
            let answer = format!("{:<width$}  ", short(cell), width = BOTH.len());
            let lines = listed(&who, &format!("  {answer}"), answer.len() + 2);
            text += &lines.replacen(short(cell), &painted(cell, short(cell), colour), 1);
        }
    }
    text += &otherwise(matrix, colour);
    text.push('\n');
    text + &legend(matrix)
}

/// Writes the answers that are different in other circumstances, by the circumstances
/// and then by the answer.
fn otherwise(matrix: &Matrix, colour: bool) -> String {
    let mut text = String::new();
    for (when, answers) in by_time(matrix) {
        text += &format!("\nOtherwise, {when}:\n");
        for ((cell, who), what) in answers {
            text += &listed(&what, "  ", 4);
            let answer = format!("{:<width$}  ", short(cell), width = BOTH.len());
            let lines = listed(&who, &format!("    {answer}"), answer.len() + 4);
            text += &lines.replacen(short(cell), &painted(cell, short(cell), colour), 1);
        }
    }
    text
}

/// An answer and who gets it, and for what.
type Answer<'m> = ((Cell, Vec<&'m str>), Vec<&'m str>);

fn by_time(matrix: &Matrix) -> Vec<(&str, Vec<Answer<'_>>)> {
    let mut rows: Vec<(&str, &str, Cell, Vec<&str>)> = Vec::new();
    for one in &matrix.otherwise {
        let same = rows.iter_mut().find(|(when, what, cell, _)| {
            (*when, *what, *cell) == (one.when.as_str(), one.what.as_str(), one.answer)
        });
        match same {
            Some((.., who)) => who.push(&one.principal),
            None => rows.push((&one.when, &one.what, one.answer, vec![&one.principal])),
        }
    }
    let mut times: Vec<(&str, Vec<Answer<'_>>)> = Vec::new();
    for (when, what, cell, who) in rows {
        let time = times.iter().position(|(known, _)| *known == when);
        let time = time.unwrap_or_else(|| {
            times.push((when, Vec::new()));
            times.len().saturating_sub(1)
        });
        let Some((_, answers)) = times.get_mut(time) else {
            continue;
        };
        let key = (cell, who);
        match answers.iter_mut().find(|(known, _)| *known == key) {
            Some((_, whats)) => whats.push(what),
            None => answers.push((key, vec![what])),
        }
    }
    times
}

/// The rows with the same cells, in the order of the first of each.
fn groups(matrix: &Matrix) -> Vec<(Vec<&str>, &[Cell])> {
    let mut groups: Vec<(Vec<&str>, &[Cell])> = Vec::new();
    for row in &matrix.rows {
        let same = groups.iter_mut().find(|(_, cells)| *cells == row.cells);
        match same {
            Some((what, _)) => what.push(&row.what),
            None => groups.push((vec![&row.what], &row.cells)),
        }
    }
    groups
}

/// Each answer of a row once, and who gets it.
fn answers<'m>(matrix: &'m Matrix, cells: &[Cell]) -> Vec<(Cell, Vec<&'m str>)> {
    let mut answers: Vec<(Cell, Vec<&str>)> = Vec::new();
    for (principal, cell) in matrix.principals.iter().zip(cells) {
        match answers.iter_mut().find(|(answer, _)| answer == cell) {
            Some((_, who)) => who.push(principal),
            None => answers.push((*cell, vec![principal])),
        }
    }
    answers
}

/// `names` behind `head`, on lines that go on further in.
fn listed(names: &[&str], head: &str, indent: usize) -> String {
    let mut text = String::new();
    let mut line = head.to_owned();
    let last = names.len().saturating_sub(1);
    for (number, name) in names.iter().enumerate() {
        let between = if number == last { "" } else { BETWEEN };
        let columns = line.chars().count() + name.chars().count() + between.trim_end().len();
        if columns > WIDTH && line.trim() != head.trim() {
            text += line.trim_end();
            line = format!("\n{:indent$}", "");
        }
        line += name;
        line += between;
    }
    text + line.trim_end() + "\n"
}

/// Explains the short words, and says what the table does not show.
fn legend(matrix: &Matrix) -> String {
    let mut lines = vec![format!("{BOTH}: biometry or the passphrase")];
    let has = |cell| matrix.rows.iter().any(|row| row.cells.contains(&cell));
    if has(Cell::Confirm) {
        lines.push("y/N: a y, since the settings say step_up: confirm".to_owned());
    }
    if has(Cell::Waived) {
        lines.push("waived: nobody is asked, since the settings say unattended: waive".to_owned());
    }
    if has(Cell::SystemLogin) {
        lines.push(
            "system login: the system's own check of its user, since the settings say \
             step_up: system-login; or what proves more"
                .to_owned(),
        );
    }
    let others = matrix.otherwise.iter().map(|other| other.answer);
    let mut all = matrix
        .rows
        .iter()
        .flat_map(|row| row.cells.iter().copied())
        .chain(others);
    if all.any(Cell::tells_signed) {
        lines.push("signed: with the signature of an approver".to_owned());
    }
    lines.extend(remarks(matrix));
    lines.join("\n") + "\n"
}

/// Returns the lines about what the table does not show.
pub(super) fn remarks(matrix: &Matrix) -> Vec<String> {
    let failing: Vec<&str> = matrix.failing.iter().map(PolicyId::as_str).collect();
    let mut lines = Vec::new();
    if let Some(left_out) = &matrix.not_sampled {
        lines.push(format!("Not sampled in this vault: {left_out}."));
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
    if !matrix.otherwise.is_empty() {
        table += "\n| otherwise | what | who | answer |\n|---|---|---|---|\n";
    }
    for one in &matrix.otherwise {
        let cells = [&one.when, &one.what, &one.principal].map(|text| in_cell(text));
        table += &format!("| {} | {} |\n", cells.join(" | "), one.answer);
    }
    for remark in remarks(matrix) {
        table += &format!("\n{remark}\n");
    }
    table
}
