//! Finds the values that a part of a condition may have.

use super::{
    choice::Choice,
    domain,
    expr::{Node, Part, Sum},
    judge::Judge,
    ranges::Ranges,
    state::{May, State},
};

impl<'n> Judge<'_, 'n> {
    /// Returns the values that a part of a condition may have.
    pub(super) fn value(&mut self, node: &'n Node<'n>, state: &State<'n>) -> May {
        match &node.part {
            Part::Long(number) => May::Long(Ranges::between(*number, *number)),
            Part::Word(word) => May::Word(Choice::one(word.clone())),
            Part::Path(path) => match state.value(node.key()) {
                Some(known) => known.clone(),
                None => {
                    let (types, kind) = (self.types, self.kind);
                    let first = self.first.entry(node.key());
                    first
                        .or_insert_with(|| domain::of(types, kind, path))
                        .clone()
                }
            },
            Part::Sum(sum, left, right) => {
                match (self.value(left, state), self.value(right, state)) {
                    (May::Long(a), May::Long(b)) => computed(*sum, &a, &b),
                    _ => May::Anything,
                }
            }
            Part::Negative(inner) => match self.value(inner, state) {
                May::Long(of) => computed(Sum::Minus, &Ranges::between(0, 0), &of),
                _ => May::Anything,
            },
            _ => May::Anything,
        }
    }
}

/// Returns the values that a sum may have. A sum that is out of range has no value,
/// since the policy then fails.
fn computed(sum: Sum, a: &Ranges, b: &Ranges) -> May {
    let (Some(a), Some(b)) = (a.hull(), b.hull()) else {
        return May::Long(Ranges::between(1, 0));
    };
    let wide = |number: i64| i128::from(number);
    let of = |x: i64, y: i64| match sum {
        Sum::Plus => wide(x) + wide(y),
        Sum::Minus => wide(x) - wide(y),
        Sum::Times => wide(x) * wide(y),
    };
    let corners = [of(a.0, b.0), of(a.0, b.1), of(a.1, b.0), of(a.1, b.1)];
    let low = corners.into_iter().min().unwrap_or_default();
    let high = corners.into_iter().max().unwrap_or_default();
    let (least, most) = (wide(i64::MIN), wide(i64::MAX));
    if high < least || low > most {
        return May::Long(Ranges::between(1, 0));
    }
    let fits = |number: i128| i64::try_from(number.clamp(least, most)).unwrap_or_default();
    May::Long(Ranges::between(fits(low), fits(high)))
}
