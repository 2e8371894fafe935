//! Finds what a condition can come to, for every request of one kind: an abstract
//! interpretation. It errs on one side: where it says "never", there is no such
//! request.

use std::collections::HashMap;

use super::{
    expr::{Node, Part},
    ranges::Ranges,
    state::{May, State, either},
};
use crate::engine::{RequestKind, Shape, Types};

/// The result of judging a part of a policy, over every kind of request that reaches
/// the part.
#[derive(Debug, Clone, Default)]
pub(super) struct Mark {
    pub(super) reached: bool,
    /// Whether it may hold.
    pub(super) yes: bool,
    /// Whether it may not.
    pub(super) no: bool,
    /// Of a comparison with a number: what its value may be there.
    pub(super) before: Option<Ranges>,
    /// Of a comparison with a number: what its value may be in any request.
    pub(super) domain: Option<Ranges>,
}

/// The two states after a condition: where it holds, and where it does not. `None`:
/// that never happens.
pub(super) struct Split<'n> {
    pub(super) yes: Option<State<'n>>,
    pub(super) no: Option<State<'n>>,
}

/// Judges the conditions of one policy for one kind of request.
pub(super) struct Judge<'a, 'n> {
    pub(super) types: &'a Types,
    pub(super) kind: &'a RequestKind,
    pub(super) marks: &'a mut [Mark],
    /// The number of parts that may still be looked at. At none, a part may come to
    /// anything.
    pub(super) steps: &'a mut usize,
    /// The values that paths may have before any condition is read.
    pub(super) first: HashMap<&'n str, May>,
}

impl<'a, 'n> Judge<'a, 'n> {
    pub(super) fn new(
        types: &'a Types,
        kind: &'a RequestKind,
        marks: &'a mut [Mark],
        steps: &'a mut usize,
    ) -> Self {
        Self {
            types,
            kind,
            marks,
            steps,
            first: HashMap::new(),
        }
    }

    /// Returns what is known where `node` holds and where it does not, from what is
    /// known before it.
    pub(super) fn split(&mut self, node: &'n Node<'n>, state: State<'n>) -> Split<'n> {
        if let Some(mark) = self.marks.get_mut(node.number) {
            mark.reached = true;
        }
        let split = match self.steps.checked_sub(1) {
            Some(left) => {
                *self.steps = left;
                self.part(node, state)
            }
            None => Split {
                yes: Some(state.clone()),
                no: Some(state),
            },
        };
        if let Some(mark) = self.marks.get_mut(node.number) {
            mark.yes |= split.yes.is_some();
            mark.no |= split.no.is_some();
        }
        split
    }

    fn part(&mut self, node: &'n Node<'n>, state: State<'n>) -> Split<'n> {
        match &node.part {
            Part::Bool(holds) => settled(*holds, state),
            Part::Not(inner) => {
                let Split { yes, no } = self.split(inner, state);
                Split { yes: no, no: yes }
            }
            Part::Both(left, right) => {
                let left = self.split(left, state);
                let right = self.after(right, left.yes);
                Split {
                    yes: right.yes,
                    no: either(left.no, right.no),
                }
            }
            Part::Either(left, right) => {
                let left = self.split(left, state);
                let right = self.after(right, left.no);
                Split {
                    yes: either(left.yes, right.yes),
                    no: right.no,
                }
            }
            Part::If(condition, then, otherwise) => {
                let condition = self.split(condition, state);
                let then = self.after(then, condition.yes);
                let otherwise = self.after(otherwise, condition.no);
                Split {
                    yes: either(then.yes, otherwise.yes),
                    no: either(then.no, otherwise.no),
                }
            }
            Part::Compare(order, left, right) => self.compare(node, *order, left, right, state),
            Part::Contains(set, item) => self.contains(node, set, item, state),
            Part::In(left, right) => match self.is_in(left, right) {
                Some(holds) => settled(holds, state),
                None => fact(node, &state),
            },
            Part::Is(of, name, has_in) => match (self.shape(of), has_in) {
                (Some(Shape::Entity(is)), _) if is != *name => settled(false, state),
                (Some(Shape::Entity(_)), false) => settled(true, state),
                _ => fact(node, &state),
            },
            Part::Has(of, name) => {
                let shape = self.shape(of);
                match shape.and_then(|shape| self.types.has(&shape, name)) {
                    Some(holds) => settled(holds, state),
                    None => fact(node, &state),
                }
            }
            _ => fact(node, &state),
        }
    }

    fn after(&mut self, node: &'n Node<'n>, state: Option<State<'n>>) -> Split<'n> {
        match state {
            Some(state) => self.split(node, state),
            None => Split {
                yes: None,
                no: None,
            },
        }
    }

    /// Whether the action is in a group, or one of some.
    fn is_in(&self, left: &Node<'_>, right: &Node<'_>) -> Option<bool> {
        if !matches!(&left.part, Part::Path(path) if path.as_slice() == ["action"]) {
            return None;
        }
        let one = |node: &Node<'_>| match &node.part {
            Part::Word(group) => Some(self.kind.groups.contains(group)),
            _ => None,
        };
        match &right.part {
            Part::Set(groups) => groups
                .iter()
                .try_fold(false, |any, group| Some(any || one(group)?)),
            _ => one(right),
        }
    }

    fn shape(&self, node: &Node<'_>) -> Option<Shape> {
        match &node.part {
            Part::Path(path) => Some(self.types.place(self.kind, path)?.shape),
            _ => None,
        }
    }
}

pub(super) fn settled(holds: bool, state: State<'_>) -> Split<'_> {
    match holds {
        true => Split {
            yes: Some(state),
            no: None,
        },
        false => Split {
            yes: None,
            no: Some(state),
        },
    }
}

/// A condition of which nothing is known but what was found before.
pub(super) fn fact<'n>(node: &'n Node<'n>, state: &State<'n>) -> Split<'n> {
    let known = state.fact(node.key());
    let side = |holds: bool| (known != Some(!holds)).then(|| state.knowing(node.key(), holds));
    Split {
        yes: side(true),
        no: side(false),
    }
}

/// Returns both sides of `split`. In each, what the condition itself is worth is known.
pub(super) fn remembered<'n>(node: &'n Node<'n>, split: Split<'n>) -> Split<'n> {
    Split {
        yes: split.yes.map(|state| state.knowing(node.key(), true)),
        no: split.no.map(|state| state.knowing(node.key(), false)),
    }
}
