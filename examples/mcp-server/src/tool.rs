//! The parts of a tool: its words, its arguments, and the operation or change
//! that the guard decides on. There is no third kind.

use std::{sync::Arc, time::Duration};

use openpass_vault::Change;
pub use openpass_vault::{Look, Looked};
use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use schemars::{JsonSchema, Schema, generate::SchemaSettings, transform::RecursiveTransform};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

pub use crate::{
    failure::{Code, Failure, Refused, Stopped},
    site::Site,
};

/// The largest size of all arguments of one call, in bytes of JSON.
const MAX_ARGUMENTS: usize = 32 * 1024;

/// The names and the description of a tool.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "every tool fills in every field")]
pub struct About {
    /// Its name in the protocol.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// The description of the tool, for the model.
    pub description: &'static str,
}

/// No arguments, or nothing to say.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "it is empty")]
pub struct Nothing {}

/// A tool that looks and changes nothing.
pub trait Reads: 'static {
    /// Its words.
    const ABOUT: About;
    /// The arguments of the tool.
    type Arguments: DeserializeOwned + JsonSchema + Send + Sync;
    /// The answer of the tool.
    type Answer: Serialize + JsonSchema;

    /// The look that the guard decides on.
    const LOOK: Look;

    /// Looks, once the guard allowed it.
    ///
    /// # Errors
    ///
    /// The failure that the client gets instead of an answer.
    fn read(
        looked: Looked,
        site: &Site,
        arguments: &Self::Arguments,
    ) -> Result<Self::Answer, Failure>;

    /// For how long the client waits for another answer than this one, if it
    /// does: it is read again until then.
    fn waits(_arguments: &Self::Arguments, _answer: &Self::Answer) -> Option<Duration> {
        None
    }
}

/// A tool that changes the vault. It has no handler: the dispatch commits the
/// change with the guard's grant.
pub trait Changes: 'static {
    /// Its words.
    const ABOUT: About;
    /// Whether it takes something away that cannot be had back.
    const DESTRUCTIVE: bool;
    /// Whether a second call changes nothing more.
    const IDEMPOTENT: bool;
    /// The arguments of the tool.
    type Arguments: DeserializeOwned + JsonSchema;

    /// Returns the change that a call with `arguments` asks for, with its reason.
    ///
    /// # Errors
    ///
    /// The failure that the client gets instead of a change.
    fn change(arguments: Self::Arguments) -> Result<Requested, Failure>;
}

/// A change that a client asks for, and why.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "every tool fills in every field")]
pub struct Requested {
    /// The change.
    pub change: Change,
    /// The client's reason: a claim that is shown as one.
    pub reason: Option<String>,
}

/// The function of a tool that looks, which runs each time that the guard allows
/// a look.
pub(crate) type Read = Arc<dyn Fn(Looked, &Site) -> Result<Said, Failure> + Send + Sync>;

/// The answer of a tool that looks.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) answer: Value,
    /// For how long the client waits for something else.
    pub(crate) waits: Option<Duration>,
}

/// The work that a call asks for: a look or a change.
pub(crate) enum Plan {
    Reads { look: Look, read: Read },
    Changes(Requested),
}

/// One tool, as the server lists and dispatches it.
pub(crate) struct Registration {
    about: About,
    annotations: fn() -> ToolAnnotations,
    input: fn() -> JsonObject,
    output: fn() -> JsonObject,
    plan: fn(JsonObject) -> Result<Plan, Failure>,
}

impl Registration {
    /// A tool that looks.
    pub(crate) const fn reads<T: Reads>() -> Self {
        Self {
            about: T::ABOUT,
            annotations: || ToolAnnotations::new().read_only(true).open_world(false),
            input: schema_of::<T::Arguments>,
            output: answers::<T::Answer>,
            plan: |given| {
                let arguments: T::Arguments = strict(given)?;
                Ok(Plan::Reads {
                    look: T::LOOK,
                    read: Arc::new(move |looked, site| {
                        let answer = T::read(looked, site, &arguments)?;
                        Ok(Said {
                            waits: T::waits(&arguments, &answer),
                            answer: to_value(&answer)?,
                        })
                    }),
                })
            },
        }
    }

    /// A tool that changes.
    pub(crate) const fn changes<T: Changes>() -> Self {
        Self {
            about: T::ABOUT,
            annotations: || {
                ToolAnnotations::new()
                    .read_only(false)
                    .destructive(T::DESTRUCTIVE)
                    .idempotent(T::IDEMPOTENT)
                    .open_world(false)
            },
            input: schema_of::<T::Arguments>,
            output: answers::<crate::changed::Changed>,
            plan: |given| T::change(strict(given)?).map(Plan::Changes),
        }
    }

    pub(crate) const fn name(&self) -> &'static str {
        self.about.name
    }

    /// Reads `arguments`, and returns the work that the call asks for.
    pub(crate) fn plan(&self, arguments: JsonObject) -> Result<Plan, Failure> {
        (self.plan)(arguments)
    }

    /// The tool as the protocol describes it.
    pub(crate) fn listed(&self) -> Tool {
        Tool::new(
            self.about.name,
            self.about.description,
            Arc::new((self.input)()),
        )
        .with_title(self.about.title)
        .with_annotations((self.annotations)())
        .with_raw_output_schema(Arc::new((self.output)()))
    }
}

/// The arguments, if they are what the tool takes and nothing else.
fn strict<T: DeserializeOwned>(given: JsonObject) -> Result<T, Failure> {
    let value = Value::Object(given);
    if value.to_string().len() > MAX_ARGUMENTS {
        return Err(Failure::Arguments(format!(
            "the arguments are longer than {MAX_ARGUMENTS} bytes of JSON; send less"
        )));
    }
    serde_json::from_value(value).map_err(|error| {
        // The words hold what was sent.
        let problem = openpass_auth::SafeText::escape(&error.to_string());
        Failure::Arguments(format!(
            "the arguments do not fit the tool's input schema: {problem}"
        ))
    })
}

pub(crate) fn to_value<T: Serialize>(answer: &T) -> Result<Value, Failure> {
    serde_json::to_value(answer).map_err(Failure::broke)
}

fn schema_of<T: JsonSchema>() -> JsonObject {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
        settings
            .transforms
            .push(Box::new(RecursiveTransform(plain)));
    });
    let schema = settings.into_generator().into_root_schema_for::<T>();
    let mut schema = match schema.to_value() {
        Value::Object(schema) => schema,
        _ => JsonObject::new(),
    };
    // What takes nothing has nothing to be described.
    if schema.get("properties").is_none() {
        schema.remove("description");
    }
    // The protocol asks for it, also where nothing is taken.
    schema
        .entry("properties")
        .or_insert_with(|| Value::Object(JsonObject::new()));
    schema
}

/// Without what is no JSON Schema (`format: uint`), what says nothing to a model,
/// and what is ours alone: the names of Rust's types, and how its comments are
/// broken into lines.
fn plain(schema: &mut Schema) {
    if schema.get("title").is_some_and(Value::is_string) {
        drop(schema.remove("title"));
    }
    for ours in ["format", "minimum", "default"] {
        drop(schema.remove(ours));
    }
    let words = schema.get("description").and_then(Value::as_str);
    if let Some(words) = words.map(|words| words.replace('\n', " ")) {
        schema.insert("description".to_owned(), Value::String(words));
    }
}

/// The schema of an answer: its members and their types, and no more, since
/// the model reads the answer itself. A refusal fits it too: its members are in
/// the docs once, and not once for each tool.
fn answers<T: JsonSchema>() -> JsonObject {
    let mut whole = schema_of::<T>();
    let required = whole.remove("required").unwrap_or_else(|| json!([]));
    let mut properties = JsonObject::new();
    if let Some(Value::Object(members)) = whole.remove("properties") {
        properties.extend(members.into_iter().map(|(name, of)| (name, shallow(&of))));
    }
    // Strict validators want what is required beside its own properties.
    let answer = json!({
        "type": "object",
        "anyOf": [
            {"properties": properties, "required": required},
            {"properties": {"message": {"type": "string"}}, "required": ["message"]},
        ],
    });
    match answer {
        Value::Object(answer) => answer,
        _ => JsonObject::new(),
    }
}

/// A member's type and its words. What is left out is not null.
fn shallow(schema: &Value) -> Value {
    let mut kept = JsonObject::new();
    match schema.get("type") {
        Some(Value::Array(types)) => {
            let first = types.iter().find(|name| *name != "null");
            kept.extend(first.map(|name| ("type".to_owned(), name.clone())));
        }
        Some(one) => drop(kept.insert("type".to_owned(), one.clone())),
        None => {}
    }
    if let Some(words) = schema.get("enum") {
        kept.insert("enum".to_owned(), words.clone());
    }
    Value::Object(kept)
}
