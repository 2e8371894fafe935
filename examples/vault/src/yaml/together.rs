//! Makes several edits of one text at once: it is parsed once, and read back once.
//!
//! INVARIANT: what is let out is what edit by edit would make, or nothing. The lines that
//! each edit touches are checked for each, and the values of all behind the last.

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
