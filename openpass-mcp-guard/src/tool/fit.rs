//! Arguments as the values that policy sees.

use std::collections::{BTreeMap, HashSet};

use openpass_policy::Value;

use super::{
    ArgumentsError, ArgumentsProblem as Problem,
    declared::{Kind, Record},
    json::{Json, Members},
    number,
    told::Place,
};

/// Turns arguments into the record that a tool's declaration takes.
#[derive(Default)]
pub(super) struct Fit {
    /// Whether something was given that policy does not see.
    pub(super) unspecified: bool,
}

impl Fit {
    /// The value of all arguments. It is a record, whatever `kind` is.
    pub(super) fn arguments(
        &mut self,
        kind: &Kind,
        given: &Members,
    ) -> Result<Value, ArgumentsError> {
        match kind {
            Kind::Record(record) => self.record(&Place::Whole, record, given),
            _ => {
                self.unspecified = true;
                Ok(Value::Record(BTreeMap::new()))
            }
        }
    }

    /// The value of `given`; `None` where policy does not see it.
    fn value(
        &mut self,
        at: &Place<'_>,
        kind: &Kind,
        given: &Json,
    ) -> Result<Option<Value>, ArgumentsError> {
        let value = match (kind, given) {
            (Kind::Unspecified, _) => {
                self.unspecified = true;
                return Ok(None);
            }
            (Kind::Text { words: None }, Json::Text(text)) => Value::from(text.as_str()),
            (Kind::Text { words: Some(words) }, Json::Text(text)) => match words.contains(text) {
                true => Value::from(text.as_str()),
                false => return Err(Problem::UnknownWord.at(at)),
            },
            (Kind::Long, Json::Number(text)) => match number::whole(text) {
                Some(value) => Value::from(value),
                None => return Err(Problem::NoLong.at(at)),
            },
            (Kind::Number, Json::Number(text)) => a_number(text),
            (Kind::Bool, Json::Bool(value)) => Value::from(*value),
            (Kind::List(element), Json::Array(items)) => self.list(at, element, items)?,
            (Kind::Record(record), Json::Object(members)) => self.record(at, record, members)?,
            _ => {
                let wanted = kind.in_words();
                return Err(Problem::WrongType { wanted }.at(at));
            }
        };
        Ok(Some(value))
    }

    fn list(
        &mut self,
        at: &Place<'_>,
        element: &Kind,
        given: &[Json],
    ) -> Result<Value, ArgumentsError> {
        let mut items = Vec::new();
        for (index, item) in given.iter().enumerate() {
            items.extend(self.value(&Place::Item(at, index), element, item)?);
        }
        let count = i64::try_from(given.len()).unwrap_or(i64::MAX);
        let parts = [("items", Value::from(items)), ("count", Value::from(count))];
        Ok(Value::record(parts))
    }

    fn record(
        &mut self,
        at: &Place<'_>,
        declared: &Record,
        given: &Members,
    ) -> Result<Value, ArgumentsError> {
        let (mut values, mut names) = (BTreeMap::new(), HashSet::new());
        for (name, value) in given {
            names.insert(name);
            let at = Place::Member(at, name);
            match declared.fields.get(name) {
                Some(field) => {
                    if let Some(value) = self.value(&at, &field.kind, value)? {
                        values.insert(name.clone(), value);
                    }
                }
                None if declared.is_open => self.unspecified = true,
                None => return Err(Problem::Undeclared.at(&at)),
            }
        }
        for (name, field) in &declared.fields {
            if field.required && !names.contains(name) {
                return Err(Problem::Missing.at(&Place::Member(at, name)));
            }
        }
        Ok(Value::Record(values))
    }
}

/// A number as it was sent, and as Cedar's `Long` where it is one.
fn a_number(text: &str) -> Value {
    let mut parts = vec![("text", Value::from(text))];
    parts.extend(number::whole(text).map(|value| ("whole", Value::from(value))));
    Value::record(parts)
}

impl Kind {
    const fn in_words(&self) -> &'static str {
        match self {
            Self::Text { .. } => "a text",
            Self::Long => "a whole number",
            Self::Number => "a number",
            Self::Bool => "true or false",
            Self::List(_) => "an array",
            Self::Record(_) => "an object",
            Self::Unspecified => "any",
        }
    }
}
