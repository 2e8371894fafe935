//! The page on entities, actions and context, made from the schema.
//! `UPDATE_DOCS=1 cargo test` writes it anew.
#![expect(clippy::disallowed_methods, reason = "the page is no vault file")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::{collections::BTreeMap, fmt::Write as _};

use cedar_policy::SchemaFragment;
use serde_json::Value;

const SCHEMA: &str = include_str!("../schema/openpass.cedarschema");
const PAGE: &str = "../docs/policy/model.md";

fn doc(value: &Value) -> &str {
    value["annotations"]["doc"].as_str().unwrap()
}

/// A type as the schema writes it.
fn type_name(value: &Value) -> String {
    if let Some(attributes) = value["attributes"].as_object() {
        let fields: Vec<String> = attributes
            .iter()
            .map(|(name, value)| format!("{name}: {}", type_name(value)))
            .collect();
        return format!("{{ {} }}", fields.join(", "));
    }
    let name = value["name"].as_str().or_else(|| value["type"].as_str());
    name.unwrap().to_owned()
}

fn attributes(page: &mut String, shape: &Value) {
    for (name, value) in shape["attributes"].as_object().into_iter().flatten() {
        writeln!(page, "- `{name}`: `{}`", type_name(value)).unwrap();
    }
}

fn groups(action: &Value) -> String {
    let members = action["memberOf"].as_array().into_iter().flatten();
    let names: Vec<&str> = members.map(|group| group["id"].as_str().unwrap()).collect();
    names.join(", ")
}

fn entities(page: &mut String, schema: &Value) {
    page.push_str("## Entities\n");
    for (name, entity) in schema["entityTypes"].as_object().unwrap() {
        writeln!(page, "\n### {name}\n\n{}\n", doc(entity)).unwrap();
        if let Some(ids) = entity["enum"].as_array() {
            let ids: Vec<String> = ids
                .iter()
                .map(|id| format!("`{}`", id.as_str().unwrap()))
                .collect();
            writeln!(page, "One of {}.", ids.join(", ")).unwrap();
        }
        attributes(page, &entity["shape"]);
        if page.ends_with("\n\n") {
            page.pop();
        }
    }
}

fn types(page: &mut String, schema: &Value) {
    page.push_str("\n## Context\n");
    for (name, declared) in schema["commonTypes"].as_object().unwrap() {
        writeln!(page, "\n### {name}\n\n{}\n", doc(declared)).unwrap();
        attributes(page, declared);
    }
}

fn actions(page: &mut String, schema: &Value) {
    page.push_str("\n## Groups of actions\n\n| group | in | what |\n|---|---|---|\n");
    let actions = schema["actions"].as_object().unwrap();
    let is_group = |action: &Value| action["appliesTo"]["principalTypes"] == serde_json::json!([]);
    for (name, group) in actions.iter().filter(|(_, action)| is_group(action)) {
        let what = doc(group).trim_start_matches("Group: ");
        writeln!(page, "| `{name}` | {} | {what} |", groups(group)).unwrap();
    }
    page.push_str("\n## Actions\n\n| action | in | on | context | what |\n|---|---|---|---|---|\n");
    let mut rows = BTreeMap::new();
    for (name, action) in actions.iter().filter(|(_, action)| !is_group(action)) {
        let applies = &action["appliesTo"];
        assert_eq!(
            applies["principalTypes"],
            serde_json::json!(["User", "Agent"])
        );
        let on = applies["resourceTypes"][0].as_str().unwrap();
        let context = type_name(&applies["context"]);
        let row = format!(
            "| `{name}` | {} | {on} | {context} | {} |\n",
            groups(action),
            doc(action)
        );
        rows.insert((groups(action), name), row);
    }
    page.extend(rows.into_values());
}

#[test]
fn the_page_on_the_model_is_what_the_schema_says() {
    let (fragment, _) = SchemaFragment::from_cedarschema_str(SCHEMA).unwrap();
    let json = fragment.to_json_value().unwrap();
    let schema = &json["OpenPass"];
    let mut page = "# What a policy can speak of\n\n\
        Made by `openpass-policy/tests/model.rs` from \
        `openpass-policy/schema/openpass.cedarschema`.\n\
        Everything here is in the namespace `OpenPass`, and every attribute is always there. What \
        imported rules speak of is in the namespace `Data` ([import.md](import.md)). \
        Every action takes a `User` or an `Agent` as its principal.\n\n"
        .to_owned();
    entities(&mut page, schema);
    types(&mut page, schema);
    actions(&mut page, schema);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(PAGE, page).unwrap();
        return;
    }
    assert_eq!(page, std::fs::read_to_string(PAGE).unwrap());
}
