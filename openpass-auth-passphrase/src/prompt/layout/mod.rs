//! A question as screens for a terminal.

mod lines;

use openpass_auth::Unavailable;

pub(super) use self::lines::mark;
use self::lines::{Form, body, closing, few_words_are_clear, heading};
use super::{Charset, Question, wrap::wrap};

/// The room of a terminal, and the characters that it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) charset: Charset,
}

/// A line's room, and the characters that it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Room {
    columns: usize,
    charset: Charset,
}

/// The screens that are shown before an answer is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Screens {
    /// Each is turned by a key. None where all fits on the last screen.
    pub(super) pages: Vec<Vec<String>>,
    /// The lines that stand above the input line, and stay on the screen with it.
    pub(super) last: Vec<String>,
}

/// No terminal is narrower,
const LEAST_COLUMNS: usize = 20;
/// and none has fewer lines: less than this of a long list is no page.
const LEAST_ROWS: usize = 6;
/// Longer lines are hard to read.
const MOST_COLUMNS: usize = 100;
/// The columns of the longest input line: its label, the stars and the cursor.
const INPUT: usize = 39;

/// The screens that show all of `question`: one, if it fits, in full or in few
/// words; else pages, and the summary once more above the input line.
///
/// # Errors
///
/// [`Unavailable::NoRoom`] if not even the summary fits above the input line.
pub(super) fn screens(question: &Question, size: Size) -> Result<Screens, Unavailable> {
    if size.columns < LEAST_COLUMNS || size.rows < LEAST_ROWS {
        return Err(Unavailable::NoRoom);
    }
    let room = Room {
        columns: size.columns.min(MOST_COLUMNS),
        charset: size.charset,
    };
    let rows = size.rows.saturating_sub(INPUT.div_ceil(size.columns));
    let forms = [Form::Full, Form::Brief];
    let clear = |form: &Form| *form == Form::Full || few_words_are_clear(question, room);
    for form in forms.into_iter().filter(clear) {
        let mut last = heading(question, form, room);
        let body = body(question, form, room);
        last.extend(body.iter().cloned());
        last.extend(closing(question, form, room, !body.is_empty()));
        if last.len() <= rows {
            let pages = Vec::new();
            return Ok(Screens { pages, last });
        }
    }
    let last = closing(question, Form::Full, room, true);
    let last = if last.len() <= rows {
        last
    } else {
        closing(question, Form::Brief, room, true)
    };
    if last.len() > rows {
        return Err(Unavailable::NoRoom);
    }
    let mut all = heading(question, Form::Full, room);
    all.extend(body(question, Form::Full, room));
    let pages = pages(&all, size)?;
    Ok(Screens { pages, last })
}

/// The line below page `number` of `of`, which waits for a key.
pub(super) fn page_label(number: usize, of: usize, columns: usize) -> String {
    let long = format!("Page {number} of {of}. Space or Enter: next page; q refuses. ");
    if long.len() < columns {
        return long;
    }
    format!("{number}/{of} Space q: ")
}

fn pages(lines: &[String], size: Size) -> Result<Vec<Vec<String>>, Unavailable> {
    // No label is longer than the one of the last page of very many.
    let label = page_label(lines.len(), lines.len(), size.columns);
    let label = wrap(&label, size.columns, size.columns).len();
    let rows = size.rows.saturating_sub(label);
    if rows == 0 {
        return Err(Unavailable::NoRoom);
    }
    Ok(lines.chunks(rows).map(<[String]>::to_vec).collect())
}

#[cfg(test)]
mod tests;
