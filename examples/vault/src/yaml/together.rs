//! Makes several edits of one text at once: it is parsed once, and read back once.
//!
//! INVARIANT: what is let out has the values that edit by edit would make, or nothing is.
//! Behind an entry that is removed, a new one may stand elsewhere than edit by edit would
//! put it. The lines that each edit touches are checked for each, and the values of all
//! behind the last.

use super::{
    Edit, Tree, cst,
    expected::expected,
    guard,
    plan::{self, Splice},
    tree::MERGE,
};

/// The text and the values after `edits`; `None` where they are not made together.
pub(super) fn edited(text: &str, tree: &Tree, edits: &[Edit]) -> Option<(String, Tree)> {
    let mut batch = Batch {
        text: text.to_owned(),
        tree: tree.clone(),
        wanted: tree.clone(),
    };
    let mut rest = edits;
    while !rest.is_empty() {
        rest = batch.make_some(rest)?;
    }
    if batch.text == text {
        return Some((batch.text, tree.clone()));
    }
    // The next edit starts from this text, so both parsers must take it.
    drop(cst::root(&batch.text).ok()?);
    let holds = guard::values(&batch.text, &batch.wanted).ok()?;
    Some((batch.text, holds))
}

struct Batch {
    text: String,
    /// The values of `text`.
    tree: Tree,
    /// The values once the planned edits are made.
    wanted: Tree,
}

impl Batch {
    /// Makes as many of `edits` as can be planned on one text, and returns the others.
    fn make_some<'e>(&mut self, edits: &'e [Edit]) -> Option<&'e [Edit]> {
        let mut root = None;
        let mut splices: Vec<Splice> = Vec::new();
        let mut rest = edits;
        while let Some((edit, others)) = rest.split_first() {
            if edit.path.is_empty() || edit.path.iter().any(|key| key == MERGE) {
                return None;
            }
            let wanted = expected(&self.wanted, edit)?;
            if wanted != self.wanted {
                if !splices.is_empty() && !self.has_holder_of(edit) {
                    break;
                }
                let root = match &root {
                    Some(root) => root,
                    None => root.insert(cst::root(&self.text).ok()?),
                };
                let planned = plan::plan(&self.text, (root.clone(), &self.tree), edit);
                let splice = planned.ok()??;
                if splices.iter().any(|other| other.overlaps(&splice)) {
                    break;
                }
                splices.push(splice);
                self.wanted = wanted;
            }
            rest = others;
        }
        self.replace(splices)?;
        self.tree.clone_from(&self.wanted);
        Some(rest)
    }

    /// Whether the mapping that `edit` is about is there already, and not by an edit that
    /// is only planned.
    fn has_holder_of(&self, edit: &Edit) -> bool {
        let path = plan::keys(&edit.path);
        let holder = path.split_last().map(|(_, holder)| holder);
        holder.is_some_and(|holder| self.tree.get(holder).is_some())
    }

    /// Replaces the last place first, so that those before it stay where they are.
    fn replace(&mut self, mut splices: Vec<Splice>) -> Option<()> {
        splices.sort_by_key(|splice| (splice.touched.start, splice.touched.end));
        for splice in splices.iter().rev() {
            let text = splice.apply(&self.text)?;
            guard::lines(&self.text, &splice.touched, &text).ok()?;
            self.text = text;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Document, Edit, NewValue};

    const TEXTS: [&str; 5] = [
        "a: 1\nb:\n  c: x  # why\n  d: [p, q]\n",
        "# a file\n\nb: {c: x, d: y}\n\n# the end\n",
        "b:\n    c: 'x'\n\n    # of d\n    d: y\na: 1\n",
        "a: &n 1\nb:\n  c: *n\n",
        "",
    ];

    /// Every edit of two paths and what is in them: set, set to something else, removed.
    fn edits() -> Vec<Edit> {
        let paths: [&[&str]; 5] = [&["a"], &["b", "c"], &["b", "d"], &["b"], &["e", "f"]];
        let text = |text: &str| NewValue::Text(text.to_owned());
        let each = |path: &[&str]| {
            let path = || path.iter().map(|key| (*key).to_owned());
            [
                Edit::set(path(), NewValue::Bool(true)),
                Edit::set(path(), text("new")),
                Edit::remove(path()),
            ]
        };
        paths.into_iter().flat_map(each).collect()
    }

    #[test]
    fn edits_made_together_make_the_lines_that_they_make_one_by_one() {
        let lines = |text: &str| -> Vec<String> {
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            lines.sort();
            lines
        };
        let mut together = 0;
        for text in TEXTS {
            let document = Document::parse(text.as_bytes()).unwrap();
            let all = edits();
            for one in &all {
                for other in &all {
                    for third in &all {
                        let edits = [one.clone(), other.clone(), third.clone()];
                        let tree = document.tree();
                        let Some((at_once, values)) = super::edited(text, tree, &edits) else {
                            continue;
                        };
                        let one_by_one = document.edited_one_by_one(&edits).unwrap();
                        let what = format!("{text:?}: {edits:?}");
                        assert_eq!(one_by_one.tree(), &values, "{what}");
                        let one_by_one = String::from_utf8(one_by_one.to_bytes()).unwrap();
                        assert_eq!(lines(&one_by_one), lines(&at_once), "{what}");
                        together += 1;
                    }
                }
            }
        }
        assert!(together > 1_000, "{together}");
    }
}
