//! The types of a tool's arguments, from its `inputSchema`.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    json::{Json, Members},
    keywords, told,
};

/// The most levels by which types may nest. What lies deeper is unspecified.
const DEEPEST: usize = 8;
/// The most words and signs of the declaration of one tool's arguments. A tool with more
/// is unspecified: an engine takes no more than 2,000 in one declaration.
const MOST: usize = 1_800;
/// The longest name of a member that policy can see, in bytes.
const LONGEST_NAME: usize = 128;

/// The type of one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Text {
        /// The words that it can be, where they are a closed list.
        words: Option<BTreeSet<String>>,
    },
    Long,
    Number,
    Bool,
    List(Box<Self>),
    Record(Record),
    /// Anything. Policy sees that it is there, and not what it is.
    Unspecified,
}

/// The type of an object.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Record {
    pub(super) fields: BTreeMap<String, Field>,
    /// Whether it takes members that it does not declare.
    pub(super) is_open: bool,
}

/// A member of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) kind: Kind,
    pub(super) required: bool,
}

/// The type of the arguments that `schema` declares.
///
/// INVARIANT (19): what is not understood is unspecified. It is never left out, and a
/// type that is not understood is never taken for another one.
pub(super) fn arguments(schema: Option<&Json>) -> Kind {
    match schema.map(|schema| kind(schema, 0)) {
        Some(Kind::Record(record)) if record.length() <= MOST => Kind::Record(record),
        _ => Kind::Unspecified,
    }
}

fn kind(schema: &Json, depth: usize) -> Kind {
    let Json::Object(members) = schema else {
        return Kind::Unspecified;
    };
    let named = schema.member("type").and_then(Json::text);
    let understood = named.filter(|it| keywords::are_understood(it, members, depth == 0));
    let kind = match understood.filter(|_| depth <= DEEPEST) {
        Some("string") => text(schema),
        Some("integer") => Some(Kind::Long),
        Some("number") => Some(Kind::Number),
        Some("boolean") => Some(Kind::Bool),
        Some("array") => list(schema, depth),
        Some("object") => record(schema, depth),
        _ => None,
    };
    kind.unwrap_or(Kind::Unspecified)
}

fn list(schema: &Json, depth: usize) -> Option<Kind> {
    match kind(schema.member("items")?, depth + 1) {
        Kind::Unspecified => None,
        element => Some(Kind::List(Box::new(element))),
    }
}

/// An object. One without `properties` takes any member, as the specification of MCP
/// has it for a tool's `inputSchema`, unless it says that it takes none.
fn record(schema: &Json, depth: usize) -> Option<Kind> {
    let none = Members::new();
    let properties = match schema.member("properties") {
        None => &none,
        Some(Json::Object(properties)) => properties,
        Some(_) => return None,
    };
    let required = required(schema)?;
    let is_open = match schema.member("additionalProperties") {
        None => schema.member("properties").is_none(),
        Some(Json::Bool(takes)) => *takes,
        Some(_) => true,
    };
    let mut fields = BTreeMap::new();
    for (name, schema) in properties {
        let kind = match name.len() <= LONGEST_NAME {
            true => kind(schema, depth + 1),
            false => Kind::Unspecified,
        };
        let required = required.contains(&name.as_str());
        fields.insert(name.clone(), Field { kind, required });
    }
    // A member that it needs and does not declare can be anything.
    let mut needs = required.into_iter();
    let declared = needs.all(|name| fields.contains_key(name));
    declared.then_some(Kind::Record(Record { fields, is_open }))
}

fn text(schema: &Json) -> Option<Kind> {
    let words = match (schema.member("enum"), schema.member("const")) {
        (None, None) => None,
        (Some(Json::Array(words)), None) => Some(texts(words)?),
        (None, Some(Json::Text(word))) => Some(BTreeSet::from([word.clone()])),
        _ => return None,
    };
    Some(Kind::Text { words })
}

fn required(schema: &Json) -> Option<Vec<&str>> {
    match schema.member("required") {
        None => Some(Vec::new()),
        Some(Json::Array(names)) => names.iter().map(Json::text).collect(),
        Some(_) => None,
    }
}

fn texts(all: &[Json]) -> Option<BTreeSet<String>> {
    let all = all.iter().map(Json::text);
    all.map(|text| text.map(ToOwned::to_owned)).collect()
}

impl Record {
    /// At least the words and signs of the record as Cedar writes it.
    fn length(&self) -> usize {
        let fields = self.fields.values();
        fields.map(|field| field.kind.length() + 4).sum::<usize>() + 2
    }
}

impl Kind {
    /// At least the words and signs of the type as Cedar writes it.
    fn length(&self) -> usize {
        match self {
            Self::Text { .. } | Self::Long | Self::Bool => 1,
            Self::Number => 11,
            Self::List(element) => element.length() + 11,
            Self::Record(record) => record.length(),
            // Its name is not written either.
            Self::Unspecified => 0,
        }
    }

    /// Names every member below it that policy does not see, each with `at` in front.
    pub(super) fn unseen(&self, at: &str, found: &mut Vec<String>) {
        match self {
            Self::Unspecified => found.push(at.to_owned()),
            Self::List(element) => element.unseen(&format!("{at}[]"), found),
            Self::Record(record) => {
                for (name, field) in &record.fields {
                    field.kind.unseen(&told::below(at, name), found);
                }
                if record.is_open {
                    let dot = if at.is_empty() { "" } else { "." };
                    found.push(format!("{at}{dot}*"));
                }
            }
            _ => {}
        }
    }
}
