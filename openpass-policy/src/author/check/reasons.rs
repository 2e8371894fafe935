//! The reason why a condition never holds, or always does, and what to write
//! instead.

use super::{
    conditions::Judged,
    expr::{Node, Part},
    fix,
    judge::Mark,
    ranges::Ranges,
    text::{called, shown},
};

impl Judged<'_> {
    /// The least part by which `node` never holds, or by which it always does; and
    /// whether it should hold.
    pub(super) fn culprit<'n>(&self, node: &'n Node<'n>, holds: bool) -> (&'n Node<'n>, bool) {
        let never = |part: &Node<'_>, holds: bool| {
            let mark = self.mark(part);
            mark.reached && !(if holds { mark.yes } else { mark.no })
        };
        match (&node.part, holds) {
            (Part::Both(left, right), true) | (Part::Either(left, right), false) => {
                match [left, right].into_iter().find(|part| never(part, holds)) {
                    Some(part) => self.culprit(part, holds),
                    None => (node, holds),
                }
            }
            (Part::Not(inner), _) if inner.is_joined() => self.culprit(inner, !holds),
            _ => (node, holds),
        }
    }

    /// The reason why a part never holds (where it should), or always does.
    pub(super) fn why(&self, node: &Node<'_>, holds: bool) -> String {
        let text = shown(node.json);
        let said = match holds {
            true => format!("`{text}` can never be true"),
            false => format!("`{text}` is always true"),
        };
        let Some((path, mark)) = self.compared(node) else {
            return match self.is_alone(node) {
                true => said,
                false => behind(said, holds),
            };
        };
        let name = called(path);
        let piece = |ranges: &Option<Ranges>| ranges.as_ref().and_then(Ranges::piece);
        let leaves = |what: String| format!("{said}: what comes before it leaves {name} at {what}");
        if mark.before == mark.domain {
            return match piece(&mark.domain) {
                Some((i64::MIN, i64::MAX)) | None => said,
                Some((low, high)) => format!("{said}: {name} is {low} to {high}"),
            };
        }
        match piece(&mark.before) {
            Some((low, high)) if low == high => leaves(low.to_string()),
            Some((low, i64::MAX)) => leaves(format!("{low} or more")),
            Some((i64::MIN, high)) => leaves(format!("{high} or less")),
            Some((low, high)) => leaves(format!("{low} to {high}")),
            None => behind(said, holds),
        }
    }

    pub(super) fn fix(&self, node: &Node<'_>, holds: bool) -> String {
        match self.compared(node) {
            Some((path, mark)) => fix::number(inner(node), path, &mark, holds),
            None => fix::plain(holds),
        }
    }

    /// Returns the path that a comparison with a number is about, with the comparison's
    /// mark.
    fn compared<'n>(&self, node: &'n Node<'n>) -> Option<(&'n [&'n str], Mark)> {
        let node = inner(node);
        let Part::Compare(_, left, right) = &node.part else {
            return None;
        };
        let path = match (&left.part, &right.part) {
            (Part::Path(path), Part::Long(_)) | (Part::Long(_), Part::Path(path)) => path,
            _ => return None,
        };
        let mark = self.mark(node);
        mark.before.is_some().then_some((path.as_slice(), mark))
    }

    /// Whether nothing stands before a part that could be at fault.
    fn is_alone(&self, node: &Node<'_>) -> bool {
        node.number == 0 || matches!(node.part, Part::Bool(_))
    }
}

/// Returns the part that a `!` is about. Any other part is returned itself.
pub(super) fn inner<'n>(node: &'n Node<'n>) -> &'n Node<'n> {
    match &node.part {
        Part::Not(inner) => inner,
        _ => node,
    }
}

fn behind(said: String, holds: bool) -> String {
    match holds {
        true => said + " with what comes before it",
        false => said + " after what comes before it",
    }
}
