//! The faults of a configuration: what the product does not load, or not as it
//! is meant.

use super::{ValueKind, duration, is_text_of, key as kind_of};
use crate::yaml::{
    Content, Tree,
    decode::{self, Wrong},
};

/// A thing that is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The keys that lead to it.
    pub(crate) path: Vec<String>,
    /// The line of the fault, from 1.
    pub(crate) line: usize,
    /// The text that says what is wrong; it holds no secret.
    pub(crate) problem: String,
    /// Whether the product refuses the whole file for it.
    pub(crate) refuses: bool,
}

/// Everything that is wrong with the configuration `root`.
pub(crate) fn check(root: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    section(&mut Vec::new(), root, &mut faults);
    elsewhere(root, &mut faults);
    faults
}

fn section<'t>(path: &mut Vec<&'t str>, tree: &'t Tree, faults: &mut Vec<Fault>) {
    let members = match decode::members(tree) {
        Ok(members) => members.unwrap_or_default(),
        Err(wrong) => return faults.push(refusal(path, &wrong)),
    };
    for (key, value) in members {
        path.push(key);
        match kind_of(path) {
            // Nobody knows the key: the product passes over it.
            None => {}
            Some(ValueKind::Section) => section(path, value, faults),
            Some(kind) => faults.extend(single(path, kind, value)),
        }
        path.pop();
    }
}

fn single(path: &[&str], kind: ValueKind, tree: &Tree) -> Option<Fault> {
    match loads(path, kind, tree) {
        Err(wrong) => Some(refusal(path, &wrong)),
        Ok(Err((problem, refuses))) => Some(Fault {
            refuses,
            ..fault(path, tree.line(), problem)
        }),
        Ok(Ok(())) => None,
    }
}

type Loads = Result<(), (String, bool)>;

/// Whether the product loads `tree` for a key that takes `kind`, and, if it
/// does, what it refuses later or ignores. Null is as good as no key.
fn loads(path: &[&str], kind: ValueKind, tree: &Tree) -> Result<Loads, Wrong> {
    match kind {
        ValueKind::Bool => decode::boolean(tree).map(|_| Ok(())),
        ValueKind::Int(least, most) => Ok(match decode::integer(tree)? {
            Some(number) if !(least..=most).contains(&number) => Err((
                format!("it takes a whole number from {least} to {most}, not {number}"),
                false,
            )),
            _ => Ok(()),
        }),
        ValueKind::Duration => Ok(match decode::duration(tree)? {
            Some(text) => words(path, kind, text, !duration::loads(text)),
            None => Ok(()),
        }),
        ValueKind::Time => decode::time(tree).map(|_| Ok(())),
        ValueKind::OneOf(_) => Ok(match decode::text(tree)? {
            None | Some("") => Ok(()),
            // Only a profile's words are checked when the product loads them.
            Some(text) => words(path, kind, text, matches!(path, ["agents", ..])),
        }),
        ValueKind::Text => {
            decode::text(tree)?;
            Ok(if path == ["mcp", "bind"] {
                bind(tree)
            } else {
                Ok(())
            })
        }
        ValueKind::AuthMethod => Ok(match decode::text(tree)? {
            None | Some("") => Ok(()),
            Some(text) => words(path, kind, text, false),
        }),
        ValueKind::TextList | ValueKind::Hooks => decode::texts(tree).map(|_| Ok(())),
        ValueKind::TextLists => decode::lists(tree).map(|_| Ok(())),
        ValueKind::Records => records(tree).map(|()| Ok(())),
        ValueKind::Section => decode::members(tree).map(|_| Ok(())),
    }
}

fn words(path: &[&str], kind: ValueKind, text: &str, refuses: bool) -> Loads {
    is_text_of(&path.join("."), kind, text).map_err(|problem| (problem, refuses))
}

fn bind(tree: &Tree) -> Loads {
    match decode::text(tree) {
        Ok(None | Some("")) => Err(("it must not be empty".to_owned(), true)),
        _ => Ok(()),
    }
}

fn records(tree: &Tree) -> Result<(), Wrong> {
    for item in decode::list(tree)?.unwrap_or_default() {
        for (_, value) in decode::members(item)?.unwrap_or_default() {
            decode::text(value)?;
        }
    }
    Ok(())
}

/// Agents whose fields are written elsewhere. The product takes booleans,
/// numbers and single words from there, and not the rest.
fn elsewhere(root: &Tree, faults: &mut Vec<Fault>) {
    let Ok(Some(agents)) = decode::member(root, "agents") else {
        return;
    };
    let Ok(members) = decode::members(agents) else {
        return;
    };
    let all = root.child("agents").is_none_or(Tree::is_alias);
    for (name, entry) in members.unwrap_or_default() {
        let taken = all || agents.child(name).is_none() || entry.is_alias();
        let merged = matches!(entry.content(), Content::Map(_)) && entry.child("<<").is_some();
        if taken || merged {
            faults.push(fault(&["agents", name], entry.line(), ELSEWHERE.to_owned()));
        }
    }
}

const ELSEWHERE: &str = "an alias or a merge key brings fields in from elsewhere; OpenPass takes \
                         true, false and numbers from there, and ignores tier, approvalMode and \
                         every list; write the fields out";

fn refusal(path: &[&str], wrong: &Wrong) -> Fault {
    let problem = format!("it takes {}, not {}", wrong.expected, wrong.found);
    Fault {
        refuses: true,
        ..fault(path, wrong.line, problem)
    }
}

fn fault(path: &[&str], line: usize, problem: String) -> Fault {
    Fault {
        path: path.iter().map(|key| (*key).to_owned()).collect(),
        line,
        problem,
        refuses: false,
    }
}
