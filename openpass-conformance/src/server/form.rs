//! The yes of a client to a form that a server sends it.

use serde_json::{Map, Value, json};

/// A yes in the form that was asked for (MCP, `elicitation/create`, `requestedSchema`):
/// each boolean is true, each choice its first, each number its least, each text a yes.
/// Without a form, the members that a server may look for.
pub(super) fn yes_to(params: Option<&Value>) -> Value {
    let properties = params
        .and_then(|params| params.pointer("/requestedSchema/properties"))
        .and_then(Value::as_object);
    let Some(properties) = properties else {
        return json!({"approved": true, "answer": "yes"});
    };
    let filled = properties
        .iter()
        .map(|(name, schema)| (name.clone(), value_for(schema)));
    Value::Object(filled.collect::<Map<_, _>>())
}

fn value_for(schema: &Value) -> Value {
    let first = ["/enum/0", "/oneOf/0/const"];
    if let Some(choice) = first.iter().find_map(|it| schema.pointer(it)) {
        return choice.clone();
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("boolean") => json!(true),
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
        Some("array") => json!([value_for(schema.get("items").unwrap_or(&Value::Null))]),
        _ => json!("yes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_filled_as_it_asks_to_be() {
        let properties = json!({
            "sure": {"type": "boolean"},
            "role": {"type": "string", "enum": ["admin", "user"]},
            "tier": {"type": "string", "oneOf": [{"const": "top", "title": "Top"}]},
            "count": {"type": "integer", "minimum": 3},
            "name": {"type": "string"},
        });
        let params = json!({"message": "?", "requestedSchema": {"properties": properties}});
        let wanted =
            json!({"sure": true, "role": "admin", "tier": "top", "count": 3, "name": "yes"});
        assert_eq!(yes_to(Some(&params)), wanted);
    }
}
