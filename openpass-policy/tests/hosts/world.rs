//! A made-up schema, and things that fit it: as an operation, and as JSON for Cedar.

use openpass_policy::{Entity, Value};
use serde_json::{Map, Value as Json, json};

use crate::tape::Tape;

/// A type of the schema.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// One that is written as its name.
    Plain(&'static str),
    Word,
    Entity(usize),
    Set(Box<Self>),
    Record(Vec<Field>),
}

#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
}

/// An entity type. It refers to those before it alone, so that there is an end.
#[derive(Debug, Clone)]
pub(crate) struct Type {
    pub(crate) fields: Vec<Field>,
    pub(crate) parents: Vec<usize>,
    pub(crate) tags: Option<Kind>,
}

/// A thing of a type.
#[derive(Debug, Clone)]
pub(crate) struct Thing {
    pub(crate) kind: usize,
    pub(crate) id: String,
    pub(crate) fields: Vec<(String, Datum)>,
    pub(crate) parents: Vec<Self>,
    pub(crate) tags: Vec<(String, Datum)>,
    /// Whether it says that it has no parent and no tag, where it has none.
    pub(crate) says_so: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum Datum {
    Plain(&'static str, &'static str),
    Word(&'static str),
    Thing(Thing),
    Set(Vec<Self>),
    Record(Vec<(String, Self)>),
}

/// Each plain type, and two values of it in Cedar's syntax.
pub(crate) const PLAIN: [(&str, [&str; 2]); 7] = [
    ("Bool", ["true", "false"]),
    ("Long", ["1", "-7"]),
    ("String", ["a", "b*"]),
    ("decimal", ["1.5", "0.25"]),
    ("ipaddr", ["10.1.2.3", "::1"]),
    ("datetime", ["2026-01-01", "2025-12-31T23:00:00Z"]),
    ("duration", ["1h", "90m"]),
];

pub(crate) fn type_name(kind: usize) -> String {
    format!("Made::T{kind}")
}

impl Kind {
    fn make(tape: &mut Tape, before: usize, depth: usize) -> Self {
        match tape.pick(if depth == 0 { 9 } else { 11 }) {
            place @ 0..7 => Self::Plain(PLAIN[place].0),
            7 => Self::Word,
            8 if before > 0 => Self::Entity(tape.pick(before)),
            9 => Self::Set(Box::new(Self::make(tape, before, depth - 1))),
            10 => Self::Record(fields(tape, before, depth - 1, "r")),
            _ => Self::Plain("Bool"),
        }
    }

    pub(crate) fn text(&self) -> String {
        match self {
            Self::Plain(name) => (*name).to_owned(),
            Self::Word => "Word".to_owned(),
            Self::Entity(kind) => format!("T{kind}"),
            Self::Set(element) => format!("Set<{}>", element.text()),
            Self::Record(fields) => record_text(fields),
        }
    }

    fn value(&self, types: &[Type], tape: &mut Tape, next: &mut usize) -> Datum {
        match self {
            Self::Plain(name) => {
                let (name, values) = PLAIN.iter().find(|(it, _)| it == name).unwrap();
                Datum::Plain(name, values[tape.pick(2)])
            }
            Self::Word => Datum::Word(["red", "blue"][tape.pick(2)]),
            Self::Entity(kind) => Datum::Thing(thing(types, *kind, tape, next)),
            Self::Set(element) => {
                let count = tape.pick(3);
                Datum::Set(
                    (0..count)
                        .map(|_| element.value(types, tape, next))
                        .collect(),
                )
            }
            Self::Record(fields) => Datum::Record(values(fields, types, tape, next)),
        }
    }
}

/// Fields of random types; a name begins with `prefix`.
pub(crate) fn fields(tape: &mut Tape, before: usize, depth: usize, prefix: &str) -> Vec<Field> {
    let count = tape.pick(4);
    let field = |number| Field {
        name: format!("{prefix}{number}"),
        kind: Kind::make(tape, before, depth),
        required: tape.pick(3) > 0,
    };
    (0..count).map(field).collect()
}

pub(crate) fn record_text(fields: &[Field]) -> String {
    let text = |it: &Field| {
        let mark = if it.required { "" } else { "?" };
        format!("{}{mark}: {}", it.name, it.kind.text())
    };
    let fields: Vec<String> = fields.iter().map(text).collect();
    format!("{{ {} }}", fields.join(", "))
}

pub(crate) fn make_type(tape: &mut Tape, before: usize) -> Type {
    Type {
        fields: fields(tape, before, 2, "f"),
        parents: (0..before).filter(|_| tape.coin()).collect(),
        tags: tape.coin().then(|| Kind::make(tape, before, 1)),
    }
}

pub(crate) fn types_text(types: &[Type]) -> String {
    let mut text = "entity Word enum [\"red\", \"blue\"];\n".to_owned();
    for (number, it) in types.iter().enumerate() {
        let parents: Vec<String> = it.parents.iter().map(|it| format!("T{it}")).collect();
        let within = match parents.as_slice() {
            [] => String::new(),
            parents => format!(" in [{}]", parents.join(", ")),
        };
        let tags = it.tags.as_ref().map(|it| format!(" tags {}", it.text()));
        let tags = tags.unwrap_or_default();
        let fields = record_text(&it.fields);
        text += &format!("entity T{number}{within} = {fields}{tags};\n");
    }
    text
}

pub(crate) fn values(
    fields: &[Field],
    types: &[Type],
    tape: &mut Tape,
    next: &mut usize,
) -> Vec<(String, Datum)> {
    let mut values = Vec::new();
    for field in fields {
        if field.required || tape.coin() {
            values.push((field.name.clone(), field.kind.value(types, tape, next)));
        }
    }
    values
}

/// A thing of the type, with an id of its own.
pub(crate) fn thing(types: &[Type], kind: usize, tape: &mut Tape, next: &mut usize) -> Thing {
    let it = &types[kind];
    *next += 1;
    let id = format!("e{next}");
    let parents = it.parents.iter().filter(|_| tape.coin()).copied();
    let parents: Vec<usize> = parents.collect();
    let tag_names = if tape.coin() { vec!["k"] } else { vec![] };
    Thing {
        kind,
        id,
        fields: values(&it.fields, types, tape, next),
        parents: parents
            .into_iter()
            .map(|it| thing(types, it, tape, next))
            .collect(),
        tags: match &it.tags {
            None => Vec::new(),
            Some(tags) => {
                let tags = tag_names
                    .iter()
                    .map(|name| ((*name).to_owned(), tags.value(types, tape, next)));
                tags.collect()
            }
        },
        says_so: true,
    }
}

/// The names that fields can have, but for those of `given`.
pub(crate) fn without(given: &[(String, Datum)]) -> impl Iterator<Item = String> {
    let names = ["f", "c"].into_iter();
    let names = names.flat_map(|start| (0..10).map(move |number| format!("{start}{number}")));
    names.filter(|name| given.iter().all(|(it, _)| it != name))
}

impl Thing {
    pub(crate) fn entity(&self) -> Entity {
        let entity = Entity::new(type_name(self.kind), self.id.as_str());
        let fields = self.fields.iter();
        let entity = fields.fold(entity, |it, (name, datum)| it.with(name, datum.value()));
        let entity = self
            .parents
            .iter()
            .fold(entity, |it, one| it.inside(one.entity()));
        let tags = self.tags.iter();
        let entity = tags.fold(entity, |it, (name, datum)| it.tagged(name, datum.value()));
        if self.says_so {
            without(&self.fields)
                .fold(entity, Entity::without)
                .in_nothing_else()
                .untagged()
        } else {
            entity
        }
    }

    fn uid(&self) -> Json {
        json!({ "type": type_name(self.kind), "id": self.id })
    }

    /// This thing and all that it refers to, as Cedar reads entities.
    pub(crate) fn put_into(&self, all: &mut Vec<Json>) {
        let parents: Vec<Json> = self.parents.iter().map(Self::uid).collect();
        all.push(json!({ "uid": self.uid(), "parents": parents,
            "attrs": record(&self.fields), "tags": record(&self.tags) }));
        let data = self.fields.iter().chain(&self.tags);
        data.for_each(|(_, datum)| datum.put_into(all));
        self.parents.iter().for_each(|it| it.put_into(all));
    }
}

pub(crate) fn record(fields: &[(String, Datum)]) -> Json {
    let fields = fields
        .iter()
        .map(|(name, datum)| (name.clone(), datum.json()));
    Json::Object(fields.collect::<Map<_, _>>())
}

impl Datum {
    pub(crate) fn value(&self) -> Value {
        match self {
            Self::Plain("Bool", text) => (*text == "true").into(),
            Self::Plain("Long", text) => Value::Long(text.parse().unwrap()),
            Self::Plain("String", text) => (*text).into(),
            Self::Plain("decimal", text) => Value::Decimal((*text).to_owned()),
            Self::Plain("ipaddr", text) => Value::Ip((*text).to_owned()),
            Self::Plain("datetime", text) => Value::Datetime((*text).to_owned()),
            Self::Plain(_, text) => Value::Duration((*text).to_owned()),
            Self::Word(word) => Entity::new("Made::Word", *word).into(),
            Self::Thing(thing) => thing.entity().into(),
            Self::Set(data) => data.iter().map(Self::value).collect(),
            Self::Record(fields) => {
                Value::record(fields.iter().map(|(name, it)| (name.as_str(), it.value())))
            }
        }
    }

    fn json(&self) -> Json {
        let of = |function: &str, text: &str| json!({ "__extn": { "fn": function, "arg": text } });
        match self {
            Self::Plain("Bool" | "Long", text) => serde_json::from_str(text).unwrap(),
            Self::Plain("String", text) => json!(text),
            Self::Plain("ipaddr", text) => of("ip", text),
            Self::Plain(kind, text) => of(kind, text),
            Self::Word(word) => json!({ "__entity": { "type": "Made::Word", "id": word } }),
            Self::Thing(thing) => json!({ "__entity": thing.uid() }),
            Self::Set(data) => data.iter().map(Self::json).collect(),
            Self::Record(fields) => record(fields),
        }
    }

    pub(crate) fn put_into(&self, all: &mut Vec<Json>) {
        match self {
            Self::Thing(thing) => thing.put_into(all),
            Self::Set(data) => data.iter().for_each(|it| it.put_into(all)),
            Self::Record(fields) => fields.iter().for_each(|(_, it)| it.put_into(all)),
            _ => {}
        }
    }
}
