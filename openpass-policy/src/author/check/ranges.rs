//! Sets of numbers.

/// The most pieces that are told apart: a set of more pieces is taken for a larger set.
const MOST: usize = 32;

/// Numbers, as pieces from and up to, in order and apart from each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ranges(Vec<(i64, i64)>);

impl Ranges {
    pub(super) fn all() -> Self {
        Self(vec![(i64::MIN, i64::MAX)])
    }

    /// From `low` up to `high`, both among them; none if there are none between.
    pub(super) fn between(low: i64, high: i64) -> Self {
        match low <= high {
            true => Self(vec![(low, high)]),
            false => Self(Vec::new()),
        }
    }

    /// Returns the numbers that are less than `number`.
    pub(super) fn below(number: i64) -> Self {
        let high = number.checked_sub(1);
        high.map_or_else(|| Self(Vec::new()), |high| Self::between(i64::MIN, high))
    }

    /// Returns the numbers that are greater than `number`.
    pub(super) fn above(number: i64) -> Self {
        let low = number.checked_add(1);
        low.map_or_else(|| Self(Vec::new()), |low| Self::between(low, i64::MAX))
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The least and the greatest.
    pub(super) fn hull(&self) -> Option<(i64, i64)> {
        Some((self.0.first()?.0, self.0.last()?.1))
    }

    /// From and up to, where there is nothing missing between.
    pub(super) fn piece(&self) -> Option<(i64, i64)> {
        match self.0.as_slice() {
            [piece] => Some(*piece),
            _ => None,
        }
    }

    /// The only number.
    pub(super) fn single(&self) -> Option<i64> {
        self.hull().filter(|(low, high)| low == high).map(|it| it.0)
    }

    /// Returns the numbers that are in both sets.
    pub(super) fn meet(&self, other: &Self) -> Self {
        let mut both = Vec::new();
        for (low, high) in &self.0 {
            let pieces = other.0.iter();
            both.extend(pieces.filter_map(|(from, to)| {
                let piece = (*low.max(from), *high.min(to));
                (piece.0 <= piece.1).then_some(piece)
            }));
        }
        both.sort_unstable();
        Self(both).bounded()
    }

    /// Returns the numbers that are in either set.
    pub(super) fn join(&self, other: &Self) -> Self {
        let mut all: Vec<(i64, i64)> = self.0.iter().chain(&other.0).copied().collect();
        all.sort_unstable();
        let mut joined: Vec<(i64, i64)> = Vec::new();
        for (low, high) in all {
            match joined.last_mut() {
                Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
                _ => joined.push((low, high)),
            }
        }
        Self(joined).bounded()
    }

    /// All but `number`.
    pub(super) fn without(&self, number: i64) -> Self {
        self.meet(&Self::below(number).join_apart(Self::above(number)))
    }

    /// Joins two sets of pieces, of which none touches another.
    fn join_apart(mut self, after: Self) -> Self {
        self.0.extend(after.0);
        self
    }

    /// Returns these numbers, or one range around them if there are too many pieces.
    fn bounded(self) -> Self {
        match self.hull() {
            Some((low, high)) if self.0.len() > MOST => Self::between(low, high),
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Ranges;

    #[test]
    fn a5_ranges_keep_to_the_edges_of_a_long() {
        let (least, most) = (i64::MIN, i64::MAX);
        assert!(Ranges::below(least).is_empty());
        assert!(Ranges::above(most).is_empty());
        assert!(Ranges::between(2, 1).is_empty());
        assert_eq!(Ranges::all().without(least).hull(), Some((least + 1, most)));
        assert_eq!(Ranges::all().without(most).hull(), Some((least, most - 1)));
        assert_eq!(
            Ranges::below(most).join(&Ranges::between(most, most)),
            Ranges::all()
        );
        assert_eq!(Ranges::between(3, 3).single(), Some(3));
        assert!(Ranges::between(3, 3).without(3).is_empty());
        let holes = (0..100).fold(Ranges::between(0, 200), |all, n| all.without(2 * n));
        assert_eq!(
            holes.hull(),
            Some((1, 200)),
            "more holes than are told apart"
        );
        let week = Ranges::between(1, 7).without(6).without(7);
        assert!(week.meet(&Ranges::above(5)).is_empty());
    }
}
