//! Works out which text an edit replaces.

mod flow;
mod insert;
mod remove;
mod set;
mod style;

use core::ops::Range;

use super::{
    Edit, Obstacle, Tree,
    cst::Mapping,
    lines,
    locate::{Spot, locate},
};

/// An edit that cannot be made, and where the obstacle is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refused {
    pub(super) offset: usize,
    pub(super) why: Obstacle,
}

impl Refused {
    pub(super) const fn new(offset: usize, why: Obstacle) -> Self {
        Self { offset, why }
    }
}

/// Text to replace, and the lines that may change by it.
#[derive(Debug)]
pub(super) struct Splice {
    /// Whole lines; all others must stay as they are.
    pub(super) touched: Range<usize>,
    /// The places to replace, each with its new text, in order and without
    /// overlap.
    pieces: Vec<(Range<usize>, String)>,
}

impl Splice {
    /// Replaces `place`, which belongs to the lines `touched` touches.
    fn one(text: &str, touched: &Range<usize>, place: Range<usize>, new: String) -> Self {
        Self {
            touched: whole_lines(text, touched),
            pieces: vec![(place, new)],
        }
    }

    /// Puts whole lines at `offset`, between two lines.
    fn lines(text: &str, offset: usize, new: &[String]) -> Self {
        Self {
            touched: offset..offset,
            pieces: vec![(offset..offset, joined(text, offset, new))],
        }
    }

    /// Whether both touch a line. What is put between two lines touches none.
    pub(super) const fn overlaps(&self, other: &Self) -> bool {
        self.touched.start < other.touched.end && other.touched.start < self.touched.end
    }

    /// `text` with the pieces replaced.
    pub(super) fn apply(&self, text: &str) -> Option<String> {
        let mut new = String::with_capacity(text.len());
        let mut done = 0;
        for (place, piece) in &self.pieces {
            new.push_str(text.get(done..place.start)?);
            new.push_str(piece);
            done = place.end;
        }
        new.push_str(text.get(done..)?);
        Some(new)
    }
}

/// The splice that makes `edit`; none if there is nothing to do.
pub(super) fn plan(
    text: &str,
    (root, tree): (Option<Mapping>, &Tree),
    edit: &Edit,
) -> Result<Option<Splice>, Refused> {
    let style = root
        .as_ref()
        .map_or(style::DEFAULT, |root| style::of(text, root));
    let spot = locate(root, tree, &edit.path)?;
    match (spot, &edit.value) {
        (Spot::Entry(found), Some(value)) => {
            let before = tree.get(&keys(&edit.path));
            let before = before.ok_or(Refused::new(0, Obstacle::Disagreement))?;
            set::set(text, &found, before, value, style).map(Some)
        }
        (Spot::Entry(found), None) => {
            let shared = tree.get(&keys(&edit.path)).is_some_and(Tree::is_shared);
            remove::remove(text, &found, shared).map(Some)
        }
        (Spot::Gap(gap), Some(value)) => {
            let keys = edit.path.get(gap.depth..).unwrap_or_default();
            insert::insert(text, &gap.place, keys, value, style).map(Some)
        }
        (Spot::Gap(_), None) => Ok(None),
    }
}

/// A path as the getters take it.
pub(super) fn keys(path: &[String]) -> Vec<&str> {
    path.iter().map(String::as_str).collect()
}

/// The lines that hold `place`.
fn whole_lines(text: &str, place: &Range<usize>) -> Range<usize> {
    lines::start(text, place.start)..lines::end(text, place.end)
}

/// Lines to put at `offset`, which is the begin of a line or the end of a file
/// whose last line has no line break. That file has none afterwards either.
fn joined(text: &str, offset: usize, new: &[String]) -> String {
    let line_break = lines::line_break(text, offset);
    let joined = new.join(line_break);
    if lines::start(text, offset) == offset {
        format!("{joined}{line_break}")
    } else {
        format!("{line_break}{joined}")
    }
}
