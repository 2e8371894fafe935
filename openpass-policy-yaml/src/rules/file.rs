//! A file's rules.

use super::{
    FileRules, Outcome, Reader, Rule,
    complaints::{self, REFUSES},
    keys::get,
    numbers,
    values::is_null,
};
use crate::{
    YamlSource,
    problem::{Complaint, Problem},
    quote,
    read::{self, Comment, Member, Node, Value},
};

/// A file that is not read as it stands.
pub(crate) struct Unread {
    pub(crate) problems: Vec<Problem>,
    /// The rules of the file, as far as they go: for what else is wrong with them.
    pub(crate) rules: Vec<Rule>,
}

const FILE_KEYS: [&str; 3] = ["version", "description", "rules"];
const RULE_KEYS: [&str; 4] = ["name", "priority", "conditions", "action"];

/// Everything the file says, or everything that is wrong with it and the rules that can
/// be made out all the same.
pub(crate) fn read(source: &YamlSource<'_>) -> Result<FileRules, Unread> {
    let tree = read::tree(source).map_err(|(line, complaint)| Unread {
        problems: vec![complaint.at(source.file, line, None)],
        rules: Vec::new(),
    })?;
    let mut reader = Reader::new(source.file);
    let Value::Map(entries) = &tree.root.value else {
        reader.complain(tree.root.line, no_mapping());
        return Err(Unread {
            problems: reader.problems,
            rules: Vec::new(),
        });
    };
    reader.known_keys(entries, &FILE_KEYS);
    reader.version(get(entries, "version"));
    let description = get(entries, "description").filter(|entry| !is_null(&entry.value));
    let description = reader.text(description);
    let rules = reader.rules(get(entries, "rules"));
    if !reader.problems.is_empty() {
        return Err(Unread {
            problems: reader.problems,
            rules,
        });
    }
    let mut file = FileRules {
        description,
        rules,
        notes: reader.notes,
        ..FileRules::default()
    };
    file.place_comments(tree.comments, get(entries, "rules").map_or(0, |e| e.line));
    Ok(file)
}

impl Reader<'_> {
    fn version(&mut self, entry: Option<&Member>) {
        let line = entry.map_or(1, |entry| entry.line);
        let filled = entry.is_some_and(|entry| match &entry.value.value {
            Value::Scalar { text, .. } => !text.is_empty() && !is_null(&entry.value),
            Value::List(_) | Value::Map(_) => false,
        });
        if !filled {
            self.complain(line, complaints::missing("version"));
        }
    }

    fn rules(&mut self, entry: Option<&Member>) -> Vec<Rule> {
        let items = match entry.map(|entry| &entry.value.value) {
            Some(Value::List(items)) if !items.is_empty() => items,
            Some(Value::Scalar { .. } | Value::Map(_)) | Some(Value::List(_)) | None => {
                self.complain(entry.map_or(1, |entry| entry.line), no_rules());
                return Vec::new();
            }
        };
        let mut seen: Vec<(String, usize)> = Vec::new();
        let mut rules = Vec::new();
        for (index, item) in items.iter().enumerate() {
            self.rule = None;
            let rule = self.rule(index + 1, item);
            if let Some(name) = self.rule.take() {
                match seen.iter().find(|(other, _)| *other == name) {
                    Some((_, first)) => self.complain(item.line, duplicate(&name, *first)),
                    None => seen.push((name, item.line)),
                }
            }
            rules.extend(rule);
        }
        rules
    }

    fn rule(&mut self, number: usize, node: &Node) -> Option<Rule> {
        let Value::Map(entries) = &node.value else {
            self.complain(node.line, no_rule(is_null(node)));
            return None;
        };
        let name = self.name(node.line, get(entries, "name"));
        self.rule.clone_from(&name);
        self.known_keys(entries, &RULE_KEYS);
        let outcome = self.outcome(node.line, get(entries, "action"));
        let priority = self.priority(get(entries, "priority"));
        let conditions = self.conditions(get(entries, "conditions"));
        Some(Rule {
            file: self.file.to_owned(),
            line: node.line,
            number,
            name: name?,
            priority: priority?,
            outcome: outcome?,
            conditions,
            comments: Vec::new(),
        })
    }

    fn name(&mut self, line: usize, entry: Option<&Member>) -> Option<String> {
        match entry.map(|entry| &entry.value.value) {
            Some(Value::Scalar { text, .. }) if !text.is_empty() => Some(text.clone()),
            _ => {
                self.complain(line, complaints::missing("name"));
                None
            }
        }
    }

    fn outcome(&mut self, line: usize, entry: Option<&Member>) -> Option<Outcome> {
        let Some(entry) = entry else {
            self.complain(line, complaints::missing("action"));
            return None;
        };
        let text = self.text(Some(entry))?;
        let all = Outcome::ALL.map(Outcome::as_str);
        let found = Outcome::ALL.into_iter().find(|one| one.as_str() == text);
        found
            .ok_or_else(|| complaints::not_one_of("action", &text, &all))
            .map_err(|complaint| self.complain(entry.line, complaint))
            .ok()
    }

    fn priority(&mut self, entry: Option<&Member>) -> Option<i64> {
        let Some(entry) = entry else {
            return Some(0);
        };
        if is_null(&entry.value) {
            self.note(entry.line, "`priority` has no value, which is 0");
            return Some(0);
        }
        let number = numbers::integer("priority", &entry.value);
        self.keep(entry.line, number)
    }
}

impl FileRules {
    /// Every comment goes to the rule it stands before, beside or in.
    fn place_comments(&mut self, comments: Vec<Comment>, rules_line: usize) {
        let last = self.rules.last().map_or(0, |rule| rule.line);
        for comment in comments {
            let line = comment.line;
            let inside = self.rules.iter_mut().rev().find(|rule| rule.line <= line);
            let home = match inside {
                Some(rule) if comment.trailing || line <= rule.line => Some(rule),
                _ if line < rules_line => None,
                _ => self.rules.iter_mut().find(|rule| rule.line > line),
            };
            match home {
                Some(rule) => rule.comments.push(comment.text),
                None if line < rules_line || line <= last => self.header.push(comment.text),
                None => self.footer.push(comment.text),
            }
        }
    }
}

fn no_mapping() -> Complaint {
    Complaint::new(
        "the file is not a mapping",
        REFUSES,
        "write `version` and `rules`, as documented",
    )
}

fn no_rules() -> Complaint {
    Complaint::new(
        "`rules` is not a list of rules",
        "refuses the file, or has no rule and denies everything that no other file allows",
        "write `rules` with at least one rule, as in `rules: [{name: all, action: deny}]`",
    )
}

fn no_rule(null: bool) -> Complaint {
    let product = if null { "drops the item" } else { REFUSES };
    Complaint::new(
        "an item of `rules` is not a rule",
        product,
        "write a mapping with `name` and `action`, or remove the item",
    )
}

fn duplicate(name: &str, first: usize) -> Complaint {
    Complaint::new(
        format!(
            "the name {} is taken by the rule on line {first}",
            quote::shown(name)
        ),
        REFUSES,
        "give the rule a name of its own",
    )
}
