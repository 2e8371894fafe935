//! The common beginning of the paths that a pattern matches.

/// The beginning of every path that a pattern matches: whole names, and then perhaps a
/// part of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Beginning {
    names: Vec<String>,
    part: Option<String>,
}

impl Beginning {
    /// Returns the beginning of the paths that `pattern` matches. `None` below `~/`,
    /// where a path may begin otherwise than it is written.
    pub(super) fn of(pattern: &str) -> Option<Self> {
        if pattern.starts_with('~') {
            return None;
        }
        let folder = pattern
            .strip_suffix("/**")
            .or_else(|| pattern.strip_suffix('/'))
            .unwrap_or(pattern);
        let is_sign = |character| matches!(character, '*' | '?' | '[' | '\\');
        let mut names: Vec<String> = match folder.split_once(is_sign) {
            Some((literal, _)) => literal.split('/').map(str::to_owned).collect(),
            None if folder.is_empty() => vec![String::new()],
            None => {
                let names = folder.split('/').map(str::to_owned).collect();
                return Some(Self { names, part: None });
            }
        };
        let part = names.pop();
        Some(Self { names, part })
    }

    /// Whether a path may begin in both ways.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        let same = self.names.iter().zip(&other.names);
        let shared = self.names.len().min(other.names.len());
        same.into_iter().all(|(a, b)| a == b)
            && match (self.at(shared), other.at(shared)) {
                (Some(a), Some(b)) => a.starts_with(b) || b.starts_with(a),
                _ => true,
            }
    }

    /// The name in this place, or the part of a name.
    fn at(&self, place: usize) -> Option<&str> {
        let name = self.names.get(place).map(String::as_str);
        name.or_else(|| self.part.as_deref().filter(|_| place == self.names.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::Beginning;

    fn meet(a: &str, b: &str) -> bool {
        let (a, b) = (Beginning::of(a).unwrap(), Beginning::of(b).unwrap());
        assert_eq!(a.meets(&b), b.meets(&a));
        a.meets(&b)
    }

    #[test]
    fn patterns_meet_unless_their_paths_begin_with_other_names() {
        for (a, b) in [
            ("a", "a/b"),
            ("a/**", "a"),
            ("a/*", "a/b*/c"),
            ("*", "a/b"),
            ("a*", "ab/c"),
            ("a*", "ab*"),
            ("/", "a"),
            ("/**", "/x"),
            (r"a\*", "a*"),
            ("a/", "a/**"),
            ("a/*", "a/b"),
        ] {
            assert!(meet(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("a1", "a10"),
            ("a1/**", "a10/**"),
            ("a/b", "a/c/*"),
            ("a/b*", "a/c*"),
            ("a/b*", "a/c"),
            ("/a", "a"),
            ("../a", "a"),
        ] {
            assert!(!meet(a, b), "{a} {b}");
        }
        assert_eq!(Beginning::of("~/a"), None);
    }
}
