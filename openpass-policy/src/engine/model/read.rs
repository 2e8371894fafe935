//! From a schema's JSON form to the model.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{ActionShape, EntityShape, Field, Fields, Model, Shape};

/// The common part of every context. The guard says it, and no host can.
pub(in crate::engine) const COMMON: [&str; 6] = [
    "authentication",
    "requester",
    "channel",
    "attended",
    "guard",
    "time",
];

/// The model of a host's `fragments`, each of which is a schema's JSON form.
pub(in crate::engine) fn model(fragments: &[Value]) -> Result<Model, String> {
    let mut model = read(fragments, without_common)?;
    looks(fragments, &mut model);
    only_own(&model)?;
    Ok(model)
}

/// All that `fragments` declare, OpenPass's own among them, with the whole of each
/// context: for messages.
pub(in crate::engine) fn whole(fragments: &[Value]) -> Result<Model, String> {
    read(fragments, Value::clone)
}

fn read(fragments: &[Value], context: fn(&Value) -> Value) -> Result<Model, String> {
    let mut reader = Reader::default();
    for (name, namespace) in fragments.iter().flat_map(namespaces) {
        reader.note(name, namespace);
    }
    let mut model = Model::default();
    for (name, namespace) in fragments.iter().flat_map(namespaces) {
        let at = At {
            reader: &reader,
            namespace: name,
            context,
        };
        for (id, entity) in members(namespace, "entityTypes") {
            let full = qualified(name, id);
            let shape = at.entity(entity).map_err(|why| in_the(&full, &why))?;
            model.entities.insert(full, shape);
        }
        for (id, action) in members(namespace, "actions") {
            if action.get("appliesTo").is_some() {
                let full = qualified(name, id);
                let shape = at.action(action).map_err(|why| in_the(&full, &why))?;
                model.actions.insert(full, shape);
            }
        }
    }
    Ok(model)
}

/// Says what is wrong, and with which declaration.
fn in_the(name: &str, why: &str) -> String {
    format!("`{name}`: {why}")
}

/// INVARIANT (what loads is what decides): a host makes up no entity of OpenPass's,
/// so nothing of its own may need one.
fn only_own(model: &Model) -> Result<(), String> {
    for (name, entity) in &model.entities {
        let shapes = entity.fields.values().map(|field| &field.shape);
        for other in shapes
            .chain(&entity.tags)
            .flat_map(Shape::names)
            .chain(&entity.parents)
        {
            if is_of_openpass(other) {
                return Err(format!(
                    "`{name}` needs `{other}`, which a host cannot supply"
                ));
            }
        }
    }
    for (id, action) in &model.actions {
        let context = action
            .context
            .values()
            .flat_map(|field| field.shape.names());
        if let Some(other) = context
            .chain(&action.resources)
            .find(|it| is_of_openpass(it))
        {
            return Err(format!(
                "the action `{id}` needs `{other}`, which a host cannot supply"
            ));
        }
        let mut principals = action.principals.iter();
        let other = principals.find(|it| is_of_openpass(it) && !ASKS.contains(&it.as_str()));
        if let Some(other) = other {
            return Err(format!(
                "the action `{id}` cannot be asked for by `{other}`"
            ));
        }
    }
    Ok(())
}

/// OpenPass's own principals.
const ASKS: [&str; 2] = ["OpenPass::User", "OpenPass::Agent"];

fn is_of_openpass(name: &str) -> bool {
    name == "OpenPass" || name.starts_with("OpenPass::")
}

/// The attributes of a record type, or of a common type of the same namespace that
/// is one.
pub(in crate::engine) fn record_of(namespace: &Value, declared: &Value) -> Option<Value> {
    record_within(namespace, declared, DEEPEST)
}

/// The most common types that may stand between a name and its record. Types that refer
/// to each other in a circle end here.
const DEEPEST: usize = 32;

fn record_within(namespace: &Value, declared: &Value, deep: usize) -> Option<Value> {
    let deep = deep.checked_sub(1)?;
    match declared.get("type").and_then(Value::as_str)? {
        "Record" => {
            let mut record = declared.clone();
            // A common type can have a doc, which a context in its place cannot.
            record.as_object_mut()?.remove("annotations");
            Some(record)
        }
        "EntityOrCommon" => {
            let name = declared.get("name").and_then(Value::as_str)?;
            record_within(namespace, namespace.get("commonTypes")?.get(name)?, deep)
        }
        name => record_within(namespace, namespace.get("commonTypes")?.get(name)?, deep),
    }
}

/// A context's own part: the types of the common one are no host's.
fn without_common(context: &Value) -> Value {
    let mut own = context.clone();
    let attributes = own.get_mut("attributes").and_then(Value::as_object_mut);
    if let Some(attributes) = attributes {
        attributes.retain(|name, _| !COMMON.contains(&name.as_str()));
    }
    own
}

fn namespaces(fragment: &Value) -> impl Iterator<Item = (&String, &Value)> {
    fragment.as_object().into_iter().flatten()
}

fn members<'a>(namespace: &'a Value, kind: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    let all = namespace.get(kind).and_then(Value::as_object);
    all.into_iter().flatten()
}

fn qualified(namespace: &str, name: &str) -> String {
    if namespace.is_empty() || name.contains("::") {
        name.to_owned()
    } else {
        format!("{namespace}::{name}")
    }
}

fn texts<'a>(declared: &'a Value, key: &str) -> impl Iterator<Item = &'a str> {
    let all = declared.get(key).and_then(Value::as_array);
    let all = all.map(Vec::as_slice).unwrap_or_default().iter();
    all.filter_map(|one| {
        let named = one.get("name").and_then(Value::as_str);
        one.as_str().or(named)
    })
}

/// The names that there are.
#[derive(Default)]
struct Reader {
    /// Common types, each with the namespace that its names are relative to.
    common: BTreeMap<String, (String, Value)>,
    entities: BTreeSet<String>,
}

impl Reader {
    fn note(&mut self, name: &str, namespace: &Value) {
        for (id, _) in members(namespace, "entityTypes") {
            self.entities.insert(qualified(name, id));
        }
        for (id, declared) in members(namespace, "commonTypes") {
            let declared = (name.to_owned(), declared.clone());
            self.common.insert(qualified(name, id), declared);
        }
    }
}

/// A place in one namespace.
#[derive(Clone, Copy)]
struct At<'a> {
    reader: &'a Reader,
    namespace: &'a str,
    /// The part of a context that is read.
    context: fn(&Value) -> Value,
}

impl At<'_> {
    fn entity(self, declared: &Value) -> Result<EntityShape, String> {
        let words = declared.get("enum").and_then(Value::as_array);
        let words = words.map(|words| {
            let words = words.iter().filter_map(Value::as_str);
            words.map(str::to_owned).collect()
        });
        let shape = declared.get("shape");
        Ok(EntityShape {
            fields: shape
                .map(|it| self.fields(it))
                .transpose()?
                .unwrap_or_default(),
            parents: texts(declared, "memberOfTypes")
                .map(|name| self.entity_name(name))
                .collect(),
            tags: declared.get("tags").map(|it| self.shape(it)).transpose()?,
            words,
        })
    }

    fn action(self, declared: &Value) -> Result<ActionShape, String> {
        let Some(applies) = declared.get("appliesTo") else {
            return Ok(ActionShape::default());
        };
        let names = |key| {
            texts(applies, key)
                .map(|name| self.entity_name(name))
                .collect()
        };
        let context = match applies.get("context") {
            Some(declared) => self.fields(&(self.context)(declared))?,
            None => Fields::new(),
        };
        Ok(ActionShape {
            principals: names("principalTypes"),
            resources: names("resourceTypes"),
            context,
            is_look: false,
        })
    }

    /// An entity type's name with its namespace.
    fn entity_name(self, name: &str) -> String {
        let here = qualified(self.namespace, name);
        if self.reader.entities.contains(&here) {
            here
        } else {
            name.to_owned()
        }
    }

    fn fields(self, record: &Value) -> Result<Fields, String> {
        match self.shape(record)? {
            Shape::Record(fields) => Ok(fields
                .into_iter()
                .map(|(name, (shape, required))| (name, Field { shape, required }))
                .collect()),
            _ => Err("a shape or a context is not a record".to_owned()),
        }
    }

    fn shape(self, declared: &Value) -> Result<Shape, String> {
        let named = |key: &str| declared.get(key).and_then(Value::as_str);
        match named("type").unwrap_or_default() {
            "Set" => {
                let element = declared.get("element").ok_or("a set has no element type")?;
                Ok(Shape::Set(Box::new(self.shape(element)?)))
            }
            "Record" => self.record(declared),
            "Entity" => Ok(Shape::Entity(
                self.entity_name(named("name").unwrap_or_default()),
            )),
            "Extension" | "EntityOrCommon" => self.by_name(named("name").unwrap_or_default()),
            name => self.by_name(name),
        }
    }

    fn record(self, declared: &Value) -> Result<Shape, String> {
        let attributes = declared.get("attributes").and_then(Value::as_object);
        let empty = Map::new();
        let mut fields = BTreeMap::new();
        for (name, attribute) in attributes.unwrap_or(&empty) {
            let required = attribute.get("required").and_then(Value::as_bool);
            let field = (self.shape(attribute)?, required.unwrap_or(true));
            fields.insert(name.clone(), field);
        }
        Ok(Shape::Record(fields))
    }

    /// As Cedar finds a name: a common type before an entity type, the namespace's
    /// own before one without, and what Cedar has itself last.
    fn by_name(self, name: &str) -> Result<Shape, String> {
        for full in [qualified(self.namespace, name), name.to_owned()] {
            if let Some((namespace, declared)) = self.reader.common.get(&full) {
                let at = At { namespace, ..self };
                return at.shape(declared);
            }
            if self.reader.entities.contains(&full) {
                return Ok(Shape::Entity(full));
            }
        }
        Ok(match name.strip_prefix("__cedar::").unwrap_or(name) {
            "Bool" | "Boolean" => Shape::Bool,
            "Long" => Shape::Long,
            "String" => Shape::Text,
            "decimal" => Shape::Decimal,
            "ipaddr" => Shape::Ip,
            "datetime" => Shape::Datetime,
            "duration" => Shape::Duration,
            other => return Err(format!("there is no type `{other}` that a host can supply")),
        })
    }
}

impl Shape {
    /// The entity types that it needs.
    fn names(&self) -> Vec<&String> {
        match self {
            Self::Entity(name) => vec![name],
            Self::Set(element) => element.names(),
            Self::Record(fields) => {
                let shapes = fields.values().map(|(shape, _)| shape);
                shapes.flat_map(Self::names).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Notes which actions give no power.
fn looks(fragments: &[Value], model: &mut Model) {
    let mut groups = Groups::new();
    for (name, namespace) in fragments.iter().flat_map(namespaces) {
        for (id, action) in members(namespace, "actions") {
            let of = action.get("memberOf").and_then(Value::as_array);
            let of = of.into_iter().flatten().map(|member| {
                let part = |key| member.get(key).and_then(Value::as_str);
                let id = part("id").unwrap_or_default();
                match part("type") {
                    Some("OpenPass::Action") => format!("OpenPass::{id}"),
                    _ => qualified(name, id),
                }
            });
            groups.entry(qualified(name, id)).or_default().extend(of);
        }
    }
    for (id, action) in &mut model.actions {
        let mut reached = BTreeSet::new();
        reach(&groups, id, &mut reached);
        let is_in = |group: &str| reached.contains(&format!("OpenPass::{group}"));
        let changes = ["config", "critical", "guardrails", "credentials"];
        action.is_look = is_in("routine") && !changes.into_iter().any(is_in);
    }
}

/// For each action, the groups that it is in by its own declaration.
type Groups = BTreeMap<String, Vec<String>>;

fn reach(groups: &Groups, id: &str, reached: &mut BTreeSet<String>) {
    for group in groups.get(id).into_iter().flatten() {
        if reached.insert(group.clone()) {
            reach(groups, group, reached);
        }
    }
}
