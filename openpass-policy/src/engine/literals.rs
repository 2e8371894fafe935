//! The paths that a policy looks at, and the values that it compares them with: from
//! its JSON form.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::PolicyId;

/// For each policy, what it looks at.
pub(super) type AllLooks = BTreeMap<PolicyId, Arc<Looks>>;

/// The paths that one policy looks at, and the values that it compares them with.
///
/// A number belongs to the path that it is compared with. Numbers that are in no such
/// comparison, texts and entities count for everything of their type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Looks {
    /// The paths that are looked at, such as `context.time.minuteOfDay`. Each has the
    /// numbers from which on its value is told from smaller ones.
    pub(crate) paths: BTreeMap<String, BTreeSet<i64>>,
    /// Such numbers of no path.
    pub(crate) longs: BTreeSet<i64>,
    /// Texts.
    pub(crate) texts: BTreeSet<String>,
    /// The patterns that `like` compares with; `None` is a wildcard.
    pub(crate) patterns: BTreeSet<Vec<Option<String>>>,
    /// Entities: type and id.
    pub(crate) entities: BTreeSet<(String, String)>,
    /// Whether the values above may not be all that make a difference.
    pub(crate) opaque: bool,
    /// A hash of everything in the policy but its annotations. It tells the policy's
    /// meaning from another's.
    pub(crate) meaning: [u8; 32],
}

/// The most values of a kind that are put together.
const FEW: usize = 8;

impl Looks {
    /// Reads what the policy of this JSON form looks at.
    pub(super) fn of(policy: &Value) -> Self {
        let mut looks = Self::default();
        for part in ["principal", "resource"] {
            if let Some(constraint) = policy.get(part) {
                looks.scope(part, constraint);
            }
        }
        let conditions = policy.get("conditions").and_then(Value::as_array);
        for condition in conditions.map(Vec::as_slice).unwrap_or_default() {
            condition
                .get("body")
                .into_iter()
                .for_each(|body| looks.walk(body));
        }
        if looks.opaque {
            looks.put_together();
        }
        looks.meaning = meaning(policy);
        looks
    }

    fn scope(&mut self, part: &str, constraint: &Value) {
        if constraint.get("op").and_then(Value::as_str) == Some("All") {
            return;
        }
        self.path(part.to_owned());
        let within = constraint.get("in");
        for holder in [Some(constraint), within].into_iter().flatten() {
            if let Some(entity) = holder.get("entity") {
                self.entity(entity.get("__entity").unwrap_or(entity));
            }
        }
    }

    fn path(&mut self, path: String) -> &mut BTreeSet<i64> {
        self.paths.entry(path).or_default()
    }

    fn entity(&mut self, entity: &Value) {
        let part = |key| entity.get(key).and_then(Value::as_str);
        if let (Some(name), Some(id)) = (part("type"), part("id")) {
            self.entities.insert((name.to_owned(), id.to_owned()));
        }
    }

    fn walk(&mut self, expression: &Value) {
        if let Some(path) = path_of(expression) {
            self.path(path);
            return;
        }
        match expression {
            Value::Object(fields) => fields
                .iter()
                .for_each(|(operator, inner)| self.operator(operator, inner)),
            Value::Array(items) => items.iter().for_each(|item| self.walk(item)),
            _ => {}
        }
    }

    fn operator(&mut self, operator: &str, inner: &Value) {
        match operator {
            "Value" => self.literal(inner),
            "==" | "!=" | "<" | "<=" | ">" | ">=" => self.comparison(operator, inner),
            "contains" | "containsAll" | "containsAny" | "in" => self.membership(inner),
            "like" => {
                self.patterns.extend(pattern::of(inner));
                inner.get("left").into_iter().for_each(|it| self.walk(it));
            }
            "has" => self.has(inner),
            "&&" | "||" | "!" | "if-then-else" | "is" | "isEmpty" | "Record" => {
                self.children(inner);
            }
            "Set" => self.walk(inner),
            _ => {
                self.opaque = true;
                self.children(inner);
            }
        }
    }

    fn children(&mut self, inner: &Value) {
        match inner {
            Value::Object(operands) => operands.values().for_each(|it| self.walk(it)),
            Value::Array(operands) => operands.iter().for_each(|it| self.walk(it)),
            _ => {}
        }
    }

    fn literal(&mut self, value: &Value) {
        match value {
            Value::Number(number) => {
                let number = number.as_i64().map(around);
                self.longs.extend(number.into_iter().flatten().flatten());
            }
            Value::String(text) => drop(self.texts.insert(text.clone())),
            Value::Array(items) => items.iter().for_each(|item| self.literal(item)),
            Value::Object(fields) => match fields.get("__entity") {
                Some(entity) => self.entity(entity),
                None => fields.values().for_each(|value| self.literal(value)),
            },
            _ => {}
        }
    }

    /// A number beside a path belongs to that path. Two paths beside each other have
    /// only small numbers in common: tiers and days.
    fn comparison(&mut self, operator: &str, inner: &Value) {
        let sides = [inner.get("left"), inner.get("right")];
        let [Some(left), Some(right)] = sides else {
            return self.children(inner);
        };
        match (path_of(left), long_of(right), path_of(right), long_of(left)) {
            (Some(path), Some(number), ..) => self.path(path).extend(
                match operator {
                    "<" | ">=" => [Some(number), None],
                    "<=" | ">" => [None, number.checked_add(1)],
                    _ => around(number),
                }
                .into_iter()
                .flatten(),
            ),
            (_, _, Some(path), Some(number)) => self.path(path).extend(
                match operator {
                    ">" | "<=" => [Some(number), None],
                    ">=" | "<" => [None, number.checked_add(1)],
                    _ => around(number),
                }
                .into_iter()
                .flatten(),
            ),
            (Some(one), _, Some(other), _) => {
                self.path(one).extend(0..=7);
                self.path(other).extend(0..=7);
            }
            _ => {
                self.walk(left);
                self.walk(right);
            }
        }
    }

    fn membership(&mut self, inner: &Value) {
        let sides = (inner.get("left"), inner.get("right"));
        let path = sides.1.and_then(path_of);
        match (sides.0.and_then(longs_of), path) {
            (Some(numbers), Some(path)) => {
                let numbers = numbers.into_iter().flat_map(around);
                self.path(path).extend(numbers.flatten());
            }
            _ => self.children(inner),
        }
    }

    fn has(&mut self, inner: &Value) {
        let attribute = inner.get("attr").and_then(Value::as_str);
        match (inner.get("left").and_then(path_of), attribute) {
            (Some(path), Some(attribute)) => drop(self.path(format!("{path}.{attribute}"))),
            _ => {
                self.opaque = true;
                self.children(inner);
            }
        }
    }

    /// Adds what a sum or a difference of two of the policy's numbers may come to.
    fn put_together(&mut self) {
        let all = self.paths.values().flatten().chain(&self.longs);
        let few: Vec<i64> = all.copied().take(FEW).collect();
        for one in &few {
            for other in &few {
                self.longs.extend(one.checked_add(*other));
                self.longs.extend(one.checked_sub(*other));
            }
        }
    }

    /// The numbers from which on `path` is told from what is less, or may be.
    pub(crate) fn numbers(&self, path: &str) -> impl Iterator<Item = i64> {
        let own = self.paths.get(path);
        let loose = own.is_some() || self.looks_within(path);
        let all = own.into_iter().flatten();
        all.chain(self.longs.iter().filter(move |_| loose)).copied()
    }

    /// Whether it looks at `path`, at what that is in, or at what is in that.
    pub(crate) fn looks_within(&self, path: &str) -> bool {
        self.paths
            .keys()
            .any(|own| is_within(own, path) || is_within(path, own))
    }

    /// Whether a text is one of its texts, or is like one of its patterns.
    pub(crate) fn means(&self, text: &str) -> bool {
        self.texts.contains(text)
            || self.entities.iter().any(|(_, id)| id == text)
            || self.patterns.iter().any(|parts| pattern::fits(text, parts))
    }
}

/// Whether `path` is `whole`, or a part of it.
fn is_within(path: &str, whole: &str) -> bool {
    path.strip_prefix(whole)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The path that an expression is, such as `context.time.weekday`.
fn path_of(expression: &Value) -> Option<String> {
    let mut names = Vec::new();
    let mut here = expression;
    loop {
        if let Some(variable) = here.get("Var").and_then(Value::as_str) {
            names.push(variable);
            break;
        }
        let access = here.get(".")?;
        names.push(access.get("attr")?.as_str()?);
        here = access.get("left")?;
    }
    names.reverse();
    Some(names.join("."))
}

/// Returns the numbers from which on `number` is told from what is less, and from what
/// is more.
fn around(number: i64) -> [Option<i64>; 2] {
    [Some(number), number.checked_add(1)]
}

fn long_of(expression: &Value) -> Option<i64> {
    expression.get("Value")?.as_i64()
}

/// The numbers of a set that has nothing else.
fn longs_of(expression: &Value) -> Option<Vec<i64>> {
    if let Some(items) = expression.get("Set").and_then(Value::as_array) {
        return items.iter().map(long_of).collect();
    }
    let items = expression.get("Value").and_then(Value::as_array)?;
    items.iter().map(Value::as_i64).collect()
}

fn meaning(policy: &Value) -> [u8; 32] {
    let mut bare = policy.clone();
    if let Some(fields) = bare.as_object_mut() {
        fields.remove("annotations");
    }
    Sha256::digest(bare.to_string().as_bytes()).into()
}

mod pattern;

#[cfg(test)]
mod tests;
