//! Conditions joined so that they nest little, however many there are.

use core::fmt;

/// The most conditions that stand beside each other without brackets. Each nests once
/// more than the condition before it.
const BESIDE: usize = 8;

#[derive(Debug, Clone, Copy)]
pub(super) enum Join {
    All,
    Any,
}

impl fmt::Display for Join {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::All => "&&",
            Self::Any => "||",
        })
    }
}

impl Join {
    /// Joins the conditions, each on its own line. Each must be a condition that may
    /// stand beside others.
    pub(super) fn lines(self, conditions: &[String]) -> String {
        self.joined(conditions, "\n    ", "\n    ")
    }

    /// Joins the conditions into a single condition.
    pub(super) fn one(self, conditions: &[String]) -> String {
        match conditions {
            [one] => one.clone(),
            _ => format!("({})", self.joined(conditions, " ", "")),
        }
    }

    fn joined(self, conditions: &[String], between: &str, inside: &str) -> String {
        let joint = format!(" {self}{between}");
        if conditions.len() <= BESIDE {
            return conditions.join(&joint);
        }
        let size = conditions.len().div_ceil(BESIDE).max(BESIDE);
        let groups = conditions.chunks(size).map(|group| match group {
            [one] => one.clone(),
            _ => {
                let group = self.joined(group, between, inside);
                format!("({inside}{group}{inside})")
            }
        });
        groups.collect::<Vec<String>>().join(&joint)
    }
}

#[cfg(test)]
mod tests {
    use super::Join;

    #[test]
    fn many_conditions_stand_in_brackets() {
        let names: Vec<String> = (0..500).map(|number| format!("a{number}")).collect();
        for text in [Join::Any.one(&names), Join::Any.lines(&names)] {
            let (mut open, mut deepest) = (0_usize, 0);
            for character in text.chars() {
                match character {
                    '(' => open += 1,
                    ')' => open -= 1,
                    _ => {}
                }
                deepest = deepest.max(open);
            }
            assert!(deepest <= 3, "{deepest}");
            assert!(names.iter().all(|name| text.contains(name.as_str())));
        }
        assert_eq!(Join::All.lines(&names[..2]), "a0 &&\n    a1");
        assert_eq!(Join::All.one(&names[..2]), "(a0 && a1)");
    }
}
