//! The order in which the product tries rules.

/// Puts the highest priority first, as the product does: an exchange sort,
/// which moves rules of the same priority past each other. `[1, 1, 2]` puts
/// the second rule before the first.
///
/// The loop is the meaning: a stable sort would change which of two rules of
/// the same priority comes first.
pub(crate) fn exchange_sort<T>(rules: &mut [T], priority: impl Fn(&T) -> i64) {
    let count = rules.len();
    for first in 0..count {
        for second in first + 1..count {
            let swaps = match (rules.get(first), rules.get(second)) {
                (Some(a), Some(b)) => priority(a) < priority(b),
                _ => false,
            };
            if swaps {
                rules.swap(first, second);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::exchange_sort;

    fn order(priorities: &[i64]) -> Vec<usize> {
        let mut rules: Vec<(usize, i64)> = priorities.iter().copied().enumerate().collect();
        exchange_sort(&mut rules, |rule| rule.1);
        rules.into_iter().map(|rule| rule.0).collect()
    }

    #[test]
    fn rules_of_the_same_priority_pass_each_other_as_in_the_product() {
        assert_eq!(order(&[1, 1, 2]), [2, 1, 0]);
        assert_eq!(order(&[1, 1, 1, 3, 2]), [3, 4, 2, 0, 1]);
        assert_eq!(order(&[3, 3, 3]), [0, 1, 2]);
        assert_eq!(order(&[0, 0, 0, 0, 5]), [4, 1, 2, 3, 0]);
    }
}
