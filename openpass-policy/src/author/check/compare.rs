//! Judges comparisons of two values, and whether a value is among several.

use super::{
    domain,
    expr::{Node, Order, Part},
    judge::{Judge, Split, fact, remembered, settled},
    ranges::Ranges,
    state::{May, State},
};

impl<'n> Judge<'_, 'n> {
    pub(super) fn compare(
        &mut self,
        node: &'n Node<'n>,
        order: Order,
        left: &'n Node<'n>,
        right: &'n Node<'n>,
        state: State<'n>,
    ) -> Split<'n> {
        for (value, condition) in [(left, right), (right, left)] {
            if let (Part::Bool(wanted), Order::Same) = (&value.part, order) {
                let Split { yes, no } = self.split(condition, state);
                return match wanted {
                    true => Split { yes, no },
                    false => Split { yes: no, no: yes },
                };
            }
        }
        let (a, b) = (self.value(left, &state), self.value(right, &state));
        self.note(node, left, right, [&a, &b]);
        if let (Order::Same, Part::Path(_), true) = (order, &left.part, left.key() == right.key()) {
            return settled(true, state);
        }
        match (order, &a, &b) {
            (Order::Same, May::Long(_), May::Long(_))
            | (Order::Same, May::Word(_), May::Word(_)) => {
                let both = a.meet(&b);
                let known = state.fact(node.key());
                let yes = (known != Some(false) && !both.is_nothing())
                    .then(|| refined(&state, [(left, &both), (right, &both)]))
                    .flatten();
                let (less_a, less_b) = (a.without(&b), b.without(&a));
                let no = (known != Some(true))
                    .then(|| refined(&state, [(left, &less_a), (right, &less_b)]))
                    .flatten();
                remembered(node, Split { yes, no })
            }
            (_, May::Long(a), May::Long(b)) => ordered(order, (left, a), (right, b), &state),
            _ => fact(node, &state),
        }
    }

    /// Whether `item` is one of what `set` names.
    pub(super) fn contains(
        &mut self,
        node: &'n Node<'n>,
        set: &'n Node<'n>,
        item: &'n Node<'n>,
        state: State<'n>,
    ) -> Split<'n> {
        let Part::Set(members) = &set.part else {
            return fact(node, &state);
        };
        *self.steps = self.steps.saturating_sub(members.len());
        let value = self.value(item, &state);
        let mut any: Option<May> = None;
        let mut rest = value.clone();
        for member in members {
            let member = self.value(member, &state);
            if member == May::Anything {
                return fact(node, &state);
            }
            rest = rest.without(&member);
            any = Some(any.map_or_else(|| member.clone(), |any| any.join(&member)));
        }
        let Some(any) = any.filter(|_| value != May::Anything) else {
            return fact(node, &state);
        };
        let inside = value.meet(&any);
        remembered(
            node,
            Split {
                yes: refined(&state, [(item, &inside)]).filter(|_| !inside.is_nothing()),
                no: refined(&state, [(item, &rest)]).filter(|_| !rest.is_nothing()),
            },
        )
    }

    /// Notes what is compared with a number.
    fn note(&mut self, node: &Node<'_>, left: &Node<'_>, right: &Node<'_>, values: [&May; 2]) {
        let [a, b] = values;
        let (path, before) = match (&left.part, &right.part, a, b) {
            (Part::Path(path), Part::Long(_), May::Long(before), _)
            | (Part::Long(_), Part::Path(path), _, May::Long(before)) => (path, before),
            _ => return,
        };
        let May::Long(first) = domain::of(self.types, self.kind, path) else {
            return;
        };
        let joined = |known: &Option<Ranges>, more: &Ranges| {
            Some(
                known
                    .as_ref()
                    .map_or_else(|| more.clone(), |known| known.join(more)),
            )
        };
        if let Some(mark) = self.marks.get_mut(node.number) {
            mark.before = joined(&mark.before, before);
            mark.domain = joined(&mark.domain, &first);
        }
    }
}

/// The state with what its parts may be; `None` where one of them is nothing.
fn refined<'n, const N: usize>(
    state: &State<'n>,
    parts: [(&'n Node<'n>, &May); N],
) -> Option<State<'n>> {
    let mut state = state.clone();
    for (node, may) in parts {
        if may.is_nothing() {
            return None;
        }
        if matches!(node.part, Part::Path(_)) {
            state = state.with(node.key(), may.clone())?;
        }
    }
    Some(state)
}

/// Judges whether one number is before another, or not after it.
fn ordered<'n>(
    order: Order,
    (left, a): (&'n Node<'n>, &Ranges),
    (right, b): (&'n Node<'n>, &Ranges),
    state: &State<'n>,
) -> Split<'n> {
    let (Some((a_low, a_high)), Some((b_low, b_high))) = (a.hull(), b.hull()) else {
        return Split {
            yes: None,
            no: None,
        };
    };
    let at_most = |high| Ranges::between(i64::MIN, high);
    let at_least = |low| Ranges::between(low, i64::MAX);
    let (left_yes, right_yes, left_no, right_no) = match order {
        Order::Less => (
            Ranges::below(b_high),
            Ranges::above(a_low),
            at_least(b_low),
            at_most(a_high),
        ),
        _ => (
            at_most(b_high),
            at_least(a_low),
            Ranges::above(b_low),
            Ranges::below(a_high),
        ),
    };
    let sides = |on_left: Ranges, on_right: Ranges| {
        let (on_left, on_right) = (May::Long(a.meet(&on_left)), May::Long(b.meet(&on_right)));
        refined(state, [(left, &on_left), (right, &on_right)])
    };
    Split {
        yes: sides(left_yes, right_yes),
        no: sides(left_no, right_no),
    }
}
