//! The key that was meant by a key that nobody knows.

use super::{ValueKind, keys};
use crate::{
    product::{Fault, key as kind_of},
    yaml::{Tree, decode},
};

/// The field of a profile that was meant by `field`, if any is close.
pub(crate) fn meant_field(field: &str) -> Option<&'static str> {
    closest(field, keys::all_agent_fields())
}

/// The known spelling of `path`, where it differs from a known key, or a key
/// below a known section, by nothing but case, `_` and `-`.
///
/// The product reads the known spelling alone, so the other is a mistake or
/// meant to be mistaken.
pub(crate) fn respelt(path: &[&str]) -> Option<String> {
    let mut known: Vec<&str> = Vec::new();
    let mut differs = false;
    for (at, part) in path.iter().enumerate() {
        let same = children(&known).find(|child| folded(child) == folded(part));
        match same {
            _ if kind_of(&[known.as_slice(), &[*part]].concat()).is_some() => known.push(part),
            Some(child) => {
                differs = true;
                known.push(child);
            }
            None => {
                known.extend(path.iter().skip(at));
                break;
            }
        }
    }
    differs.then(|| known.join("."))
}

/// The key that was meant by `path`: another spelling, or a close one.
pub(crate) fn meant_key(path: &[&str]) -> Option<String> {
    respelt(path).or_else(|| {
        let key = path.join(".");
        closest(&key, keys::all_keys()).map(ToOwned::to_owned)
    })
}

/// Everything in the configuration `root` that nobody knows, each with what
/// was meant. The product passes over it.
pub(crate) fn unknown(root: &Tree) -> Vec<Fault> {
    let mut found = Vec::new();
    section(&mut Vec::new(), root, &mut found);
    found
}

fn section<'t>(path: &mut Vec<&'t str>, tree: &'t Tree, found: &mut Vec<Fault>) {
    let members = decode::members(tree).ok().flatten().unwrap_or_default();
    for (key, value) in members {
        path.push(key);
        match kind_of(path) {
            None if !is_open(path) => found.push(told(path, value.line())),
            Some(ValueKind::Section) => section(path, value, found),
            _ => {}
        }
        path.pop();
    }
}

/// Sections whose keys are not listed here.
fn is_open(path: &[&str]) -> bool {
    matches!(path, ["security" | "paymentPolicies", _, ..])
}

fn told(path: &[&str], line: usize) -> Fault {
    let problem = match path {
        ["agents", _, field] => no_field(field),
        _ => no_key(path),
    };
    Fault {
        path: path.iter().map(|key| (*key).to_owned()).collect(),
        line,
        problem,
        refuses: false,
    }
}

/// Says what is wrong with a field that no profile has.
pub(crate) fn no_field(field: &str) -> String {
    told_of(
        "no field of an agent's profile has this name",
        meant_field(field),
    )
}

/// Says what is wrong with a key that the product does not know.
pub(crate) fn no_key(path: &[&str]) -> String {
    let meant = meant_key(path);
    told_of("OpenPass knows no key of this name", meant.as_deref())
}

fn told_of(problem: &str, meant: Option<&str>) -> String {
    match meant {
        Some(meant) => format!("{problem}; did you mean {meant}?"),
        None => problem.to_owned(),
    }
}

/// The known keys right below `path`, by their last part.
fn children(path: &[&str]) -> impl Iterator<Item = &'static str> {
    let above = path.join(".");
    let fields = matches!(path, ["agents", _]).then(keys::all_agent_fields);
    let vault = matches!(path, ["profiles", _]).then_some("vault");
    let below = keys::all_keys().filter_map(move |key| {
        let rest = match above.as_str() {
            "" => key,
            above => key.strip_prefix(above)?.strip_prefix('.')?,
        };
        (!rest.contains('.')).then_some(rest)
    });
    fields.into_iter().flatten().chain(vault).chain(below)
}

fn closest(word: &str, known: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let word = folded(word);
    // A third of the word may differ, and no more than two letters.
    let most = (word.chars().count() / 3).min(2);
    known
        .map(|known| (distance(&word, &folded(known)), known))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// `text` without what people mix up in keys.
fn folded(text: &str) -> String {
    text.chars()
        .filter(|c| !matches!(c, '_' | '-'))
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// Returns the number of letters that must be put in, taken out or exchanged
/// (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (at, letter) in from.chars().enumerate() {
        let mut diagonal = at;
        let mut left = at.saturating_add(1);
        let mut next = vec![left];
        for (other, above) in to.chars().zip(row.iter().skip(1)) {
            let exchanged = diagonal.saturating_add(usize::from(letter != other));
            diagonal = *above;
            left = exchanged
                .min(above.saturating_add(1))
                .min(left.saturating_add(1));
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m6_the_field_that_was_meant_is_named() {
        for (written, meant) in [
            ("allowedTools", Some("allowed_tools")),
            ("canwrite", Some("canWrite")),
            ("can_write", Some("canWrite")),
            ("CanWrit", Some("canWrite")),
            ("maxReadsPerHour", Some("max_reads_per_hour")),
            ("x-mine", None),
            ("", None),
        ] {
            assert_eq!(meant_field(written), meant, "{written}");
        }
    }

    #[test]
    fn case_45_another_spelling_of_a_known_key_is_known_for_one() {
        for (written, meant) in [
            ("Audit.enabled", Some("audit.enabled")),
            ("auth_method", Some("authMethod")),
            ("vault_dir", Some("vaultDir")),
            ("vault.defaultRecipients", Some("vault.default_recipients")),
            ("Agents.codex.can_write", Some("agents.codex.canWrite")),
            ("profiles.work.Vault", Some("profiles.work.vault")),
            ("audit.enabled", None),
            ("nobody.knows", None),
            ("agents.codex.canWrite", None),
            ("vault.path", None),
        ] {
            let path: Vec<&str> = written.split('.').collect();
            assert_eq!(respelt(&path).as_deref(), meant, "{written}");
        }
        assert_eq!(meant_key(&["mcp", "prot"]).as_deref(), Some("mcp.port"));
    }
}
