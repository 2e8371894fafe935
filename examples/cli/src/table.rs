//! The one printer of tables: by the width that text takes on a screen, in the
//! width that there is.

use unicode_width::UnicodeWidthStr as _;

use crate::output::Paper;

/// The number of blanks between two columns.
const GAP: usize = 2;
/// The last column is not made narrower than this.
const LEAST: usize = 16;

/// One cell. Its text may be shown, in one line.
#[derive(Debug)]
pub(crate) struct Cell {
    text: String,
    gives_power: bool,
}

impl Cell {
    pub(crate) fn of(text: impl ToString) -> Self {
        let text = text.to_string();
        Self {
            text,
            gives_power: false,
        }
    }

    /// A power that is there or not.
    pub(crate) fn power(is_there: bool) -> Self {
        Self {
            gives_power: is_there,
            ..Self::of(if is_there { "yes" } else { "no" })
        }
    }
}

/// Rows of cells under heads.
#[derive(Debug)]
pub(crate) struct Table {
    heads: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    pub(crate) fn under(heads: &[&'static str]) -> Self {
        Self {
            heads: heads.to_vec(),
            rows: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }

    /// The table: a line a row where that fits, else with the last column
    /// folded, else a line a cell.
    pub(crate) fn on(&self, paper: Paper) -> String {
        let widths = self.widths();
        let gaps = GAP.saturating_mul(widths.len().saturating_sub(1));
        let all = widths.iter().sum::<usize>().saturating_add(gaps);
        let last = widths.last().copied().unwrap_or_default();
        let before = all.saturating_sub(last);
        match paper.columns {
            Some(columns) if all > columns => match columns.checked_sub(before) {
                Some(rest) if rest >= LEAST => self.lines(&widths, rest, paper),
                _ => self.records(columns, paper),
            },
            _ => self.lines(&widths, last, paper),
        }
    }

    fn widths(&self) -> Vec<usize> {
        let mut widths: Vec<usize> = self.heads.iter().map(|head| head.width()).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.text.width());
            }
        }
        widths
    }

    fn lines(&self, widths: &[usize], last: usize, paper: Paper) -> String {
        let heads = self.heads.iter().map(Cell::of).collect();
        let rows = core::iter::once(&heads).chain(&self.rows);
        rows.map(|row| line(row, widths, last, paper)).collect()
    }

    /// A line for each cell, with its head, and an empty line between rows.
    fn records(&self, columns: usize, paper: Paper) -> String {
        let label = self.heads.iter().map(|head| head.width()).max();
        let label = label.unwrap_or_default().saturating_add(GAP);
        let rest = columns.saturating_sub(label).max(1);
        let record = |row: &Vec<Cell>| -> String {
            let named = self.heads.iter().zip(row);
            named
                .map(|(head, cell)| folded(&padded(head, label), cell, label, rest, paper))
                .collect()
        };
        let records: Vec<String> = self.rows.iter().map(record).collect();
        records.join("\n")
    }
}

fn line(row: &[Cell], widths: &[usize], last: usize, paper: Paper) -> String {
    let Some((end, cells)) = row.split_last() else {
        return String::new();
    };
    let mut text = String::new();
    let mut indent = 0_usize;
    for (cell, width) in cells.iter().zip(widths) {
        let width = width.saturating_add(GAP);
        let gap = width.saturating_sub(cell.text.width());
        text += &paper.marked(&cell.text, cell.gives_power);
        text += &" ".repeat(gap);
        indent = indent.saturating_add(width);
    }
    folded(&text, end, indent, last, paper)
}

/// `cell` behind `head`, in as many lines as it takes.
fn folded(head: &str, cell: &Cell, indent: usize, width: usize, paper: Paper) -> String {
    let mut text = head.to_owned();
    for (number, part) in fold(&cell.text, width).iter().enumerate() {
        if number > 0 {
            text += &" ".repeat(indent);
        }
        text += &paper.marked(part, cell.gives_power);
        text.push('\n');
    }
    text
}

/// `text` in lines of at most `width`, cut behind a blank or a comma where
/// there is one.
fn fold(text: &str, width: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while rest.width() > width {
        let mut end = 0;
        let mut taken = 0_usize;
        let mut soft = None;
        for (at, letter) in rest.char_indices() {
            let next = at.saturating_add(letter.len_utf8());
            taken = rest.get(..next).map_or(taken, |it| it.width());
            if taken > width && end > 0 {
                break;
            }
            end = next;
            if letter == ' ' || letter == ',' {
                soft = Some(next);
            }
        }
        let (line, left) = rest
            .split_at_checked(soft.unwrap_or(end))
            .unwrap_or((rest, ""));
        lines.push(line.trim_end());
        rest = left;
    }
    if !rest.is_empty() || lines.is_empty() {
        lines.push(rest);
    }
    lines
}

/// `text` with blanks up to `width` on a screen.
pub(crate) fn padded(text: &str, width: usize) -> String {
    let gap = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(gap))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paper(columns: Option<usize>) -> Paper {
        Paper {
            columns,
            colour: false,
        }
    }

    fn table() -> Table {
        let mut table = Table::under(&["AGENT", "TIER", "TOOLS"]);
        for (name, tools) in [
            ("代理人", "a,b"),
            ("x", "list_entries,get_entry,run"),
            ("👩‍💻", ""),
        ] {
            table.push(vec![Cell::of(name), Cell::of("admin"), Cell::of(tools)]);
        }
        table
    }

    #[test]
    fn c20_columns_stand_below_each_other_by_the_width_on_a_screen() {
        let drawn = table().on(paper(None));
        for line in drawn.lines() {
            let tier = line.find("admin").or(line.find("TIER")).unwrap();
            assert_eq!(line.get(..tier).unwrap().width(), 8, "{drawn}");
        }
    }

    #[test]
    fn c20_no_line_is_wider_than_the_terminal() {
        for columns in [20, 24, 34, 40, 80] {
            let drawn = table().on(paper(Some(columns)));
            for line in drawn.lines() {
                assert!(line.width() <= columns, "{columns}: {line}");
            }
            let said: String = drawn.split_whitespace().collect();
            assert!(
                said.contains("list_entries,get_entry,run") || columns == 34,
                "{drawn}"
            );
        }
        let drawn = table().on(paper(Some(34)));
        assert!(
            drawn.contains("list_entries,\n               get_entry,run\n"),
            "{drawn}"
        );
        assert!(table().on(paper(Some(20))).contains("TIER   admin\n"));
    }

    #[test]
    fn c20_colour_is_around_the_word_and_takes_no_width() {
        let mut table = Table::under(&["CAN WRITE", "END"]);
        table.push(vec![Cell::power(true), Cell::of("x")]);
        let drawn = table.on(Paper {
            columns: None,
            colour: true,
        });
        assert!(
            drawn.ends_with("\u{1b}[1;33myes\u{1b}[0m        x\n"),
            "{drawn:?}"
        );
    }
}
