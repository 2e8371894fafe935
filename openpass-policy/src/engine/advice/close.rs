//! Finds the name that was meant, among the names that a place has.

use core::fmt::Write as _;

/// Longer names are compared with nothing: they are nobody's slip.
const LONGEST: usize = 64;
/// No more names than these are compared.
const MOST: usize = 4_000;
/// The most letters by which a name may differ from what is written.
const FARTHEST: usize = 2;

/// The name among `there` that `written` comes close to: its last part first, then
/// the whole. `None` where none is close, or where two are as close.
///
/// Close is at most a third of its letters, and two. Capitals, `_` and `-` count for
/// nothing.
pub(super) fn close<'a>(
    written: &str,
    there: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let there: Vec<&str> = there.into_iter().take(MOST).collect();
    let by_last = closest(last(written), there.iter().map(|name| (last(name), *name)));
    by_last.or_else(|| closest(written, there.iter().map(|name| (*name, *name))))
}

fn closest<'a>(written: &str, there: impl Iterator<Item = (&'a str, &'a str)>) -> Option<&'a str> {
    if written.len() > LONGEST {
        return None;
    }
    let written = folded(written);
    let allowed = (written.chars().count() / 3).min(FARTHEST);
    let mut best: Option<(usize, &str)> = None;
    let mut tied = false;
    for (part, name) in there.filter(|(part, _)| part.len() <= LONGEST) {
        let far = strsim::damerau_levenshtein(&written, &folded(part));
        if far > allowed {
            continue;
        }
        match best {
            Some((nearest, _)) if far > nearest => {}
            Some((nearest, _)) if far == nearest => tied = true,
            _ => (best, tied) = (Some((far, name)), false),
        }
    }
    best.filter(|_| !tied).map(|(_, name)| name)
}

/// Whether two names differ in capitals, `_` and `-` at most.
pub(super) fn same(a: &str, b: &str) -> bool {
    a.len() <= LONGEST && b.len() <= LONGEST && folded(a) == folded(b)
}

fn folded(name: &str) -> String {
    let letters = name
        .chars()
        .filter(|letter| !matches!(letter, '_' | '-' | ' '));
    letters.flat_map(char::to_lowercase).collect()
}

/// A name without its namespace; of an entity, its id.
pub(super) fn last(name: &str) -> &str {
    let last = name.rsplit("::").next().unwrap_or(name);
    last.trim_matches('"')
}

/// `a, b and c`, and how many more there are.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>, most: usize) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let left = names.len().saturating_sub(most);
    let shown = names.len() - left;
    let mut list = String::new();
    for (at, name) in names.iter().take(shown).enumerate() {
        let between = match at {
            0 => "",
            _ if at + 1 == shown && left == 0 => " and ",
            _ => ", ",
        };
        list.push_str(between);
        list.push_str(name);
    }
    if left > 0 {
        // Writing to a String cannot fail.
        let _ = write!(list, " and {left} more");
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a7_only_what_is_close_is_suggested() {
        for (written, there) in [
            ("value", "time"),
            ("config", "channel"),
            ("name", "tier"),
            ("hour", "weekday"),
            ("Agent", "Data::Entry"),
            ("get", "list"),
            ("ab", "ac"),
        ] {
            assert_eq!(close(written, [there]), None, "{written}");
        }
        for (written, there) in [
            ("facter", "factor"),
            ("can_manage_config", "canManageConfig"),
            ("Agent", "OpenPass::Agent"),
            ("Openpass::Agnet", "OpenPass::Agent"),
            (
                "OpenPass::Action::\"widenAgents\"",
                "OpenPass::Action::\"widenAgent\"",
            ),
        ] {
            assert_eq!(close(written, [there]), Some(there), "{written}");
        }
    }

    #[test]
    fn a7_two_that_are_as_close_are_no_suggestion_and_long_names_cost_nothing() {
        assert_eq!(close("context", ["contexta", "contextb"]), None);
        let long = "a".repeat(65_536);
        assert_eq!(close(&long, [long.as_str()]), None);
        assert_eq!(close("context", [long.as_str()]), None);
    }

    #[test]
    fn a7_a_list_ends_with_how_many_more_there_are() {
        assert_eq!(listed(["a", "b", "c"], 3), "a, b and c");
        assert_eq!(listed(["a", "b", "c"], 2), "a, b and 1 more");
        assert_eq!(listed(["a"], 2), "a");
    }
}
