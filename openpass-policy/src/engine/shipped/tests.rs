use core::str::FromStr as _;
use std::collections::BTreeSet;

use cedar_policy::{PolicySet, Schema, SchemaFragment, ValidationMode, Validator};

use super::{BLIND, FILES, LEVELS, LOOKED_AT};
use crate::engine::{
    extend::{SCHEMA, SCHEMA_JSON},
    shape,
};

fn policies() -> PolicySet {
    let all = FILES.map(|(_, text)| text).concat();
    PolicySet::from_str(&all).unwrap()
}

#[test]
fn what_is_written_down_is_what_the_policies_say() {
    let (mut levels, mut looked_at, mut blind) = (0, BTreeSet::new(), BTreeSet::new());
    for policy in policies().policies() {
        let json = policy.to_json().unwrap();
        assert_eq!(shape::looks_into(&json), None);
        levels = levels.max(shape::levels(&json));
        shape::attributes(&json, &mut looked_at);
        if !shape::looks_at_context(&json, "authentication") {
            blind.insert(policy.annotation("id").unwrap().to_owned());
        }
    }
    let looked_at: Vec<&str> = looked_at.iter().map(String::as_str).collect();
    let blind: Vec<&str> = blind.iter().map(String::as_str).collect();
    assert_eq!(
        (levels, &looked_at[..], &blind[..]),
        (LEVELS, LOOKED_AT, BLIND)
    );
}

/// The loader holds them against the requests that a host adds, and none of these.
#[test]
fn the_shipped_policies_fit_the_shipped_schema() {
    let (schema, warnings) = Schema::from_cedarschema_str(SCHEMA).unwrap();
    assert_eq!(warnings.count(), 0);
    let result = Validator::new(schema).validate(&policies(), ValidationMode::Strict);
    let errors: Vec<String> = result
        .validation_errors()
        .map(ToString::to_string)
        .collect();
    let warnings: Vec<String> = result
        .validation_warnings()
        .map(ToString::to_string)
        .collect();
    assert_eq!((errors, warnings), (Vec::new(), Vec::new()));
}

/// `UPDATE_SCHEMA=1` writes the JSON form anew.
#[test]
#[expect(clippy::disallowed_methods, reason = "no file of a vault")]
fn both_forms_of_the_schema_are_one() {
    let (fragment, _) = SchemaFragment::from_cedarschema_str(SCHEMA).unwrap();
    let json = fragment.to_json_value().unwrap();
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/schema/openpass.cedarschema.json"
        );
        let text = serde_json::to_string_pretty(&json).unwrap() + "\n";
        return std::fs::write(path, text).unwrap();
    }
    let written: serde_json::Value = serde_json::from_str(SCHEMA_JSON).unwrap();
    assert!(
        json == written,
        "write it anew: UPDATE_SCHEMA=1 cargo test -p openpass-policy both_forms"
    );
}
