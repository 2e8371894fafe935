//! What programs read: every command's document, and its schema in
//! `docs/schemas/`.
//!
//! `OPENPASS_WRITE_SCHEMAS=1 cargo test -p openpass-cli --test json` writes
//! the schemas anew; without it, the tests say which are outdated.
// They hand passphrases over by descriptor, which Windows has none of.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "throw-away vaults; a panic is how a test fails; clippy sees helpers as no tests"
)]

mod check;
mod documents;
mod parts;
mod printed;
#[expect(dead_code, reason = "it is shared with other tests")]
#[path = "../store_commands/sample.rs"]
mod sample;
mod schema;
mod test_file;

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde_json::Value;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/schemas")
}

fn text(schema: &Value) -> String {
    format!("{}\n", serde_json::to_string_pretty(schema).unwrap())
}

#[test]
fn c12_the_schemas_in_docs_are_those_of_the_tests() {
    let files: BTreeMap<String, String> = documents::all()
        .into_iter()
        .chain([("policy-test-file", test_file::schema())])
        .map(|(name, schema)| (format!("{name}.json"), text(&schema)))
        .collect();
    if std::env::var_os("OPENPASS_WRITE_SCHEMAS").is_some() {
        fs::create_dir_all(folder()).unwrap();
        for (name, text) in &files {
            fs::write(folder().join(name), text).unwrap();
        }
    }
    let stored: BTreeMap<String, String> = folder()
        .read_dir()
        .unwrap()
        .map(|file| {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    let outdated: Vec<&String> = files
        .keys()
        .chain(stored.keys())
        .filter(|name| files.get(*name) != stored.get(*name))
        .collect();
    assert!(
        outdated.is_empty(),
        "outdated: {outdated:?}; run OPENPASS_WRITE_SCHEMAS=1 cargo test -p openpass-cli --test json"
    );
}

/// The page that lists the schemas names each of them.
#[test]
fn c12_the_page_on_json_lists_every_schema() {
    let page = fs::read_to_string(folder().join("../json.md")).unwrap();
    for name in documents::all().keys() {
        assert!(page.contains(&format!("(schemas/{name}.json)")), "{name}");
    }
}
