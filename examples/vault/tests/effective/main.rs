//! What the product makes of an agent's entry: 1,500 configurations of one
//! agent, each with what the product's own loader made of it.

#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "throw-away vaults; a panic is how a test fails; clippy sees helpers as no tests"
)]

mod meet;
mod oracle;
mod property;

use std::{fs, path::Path, sync::Arc};

use futures_lite::future::block_on;
use openpass_auth::{Factor, Script};
use openpass_policy::Guard;
use openpass_vault::{Change, GuardLog, Profile, Proposal, Value, Vault, VaultError};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

/// A configuration, and the product's profile of `worker`, or its error.
#[derive(Deserialize)]
struct Row {
    config: String,
    product: Map<String, Json>,
}

/// The product's short names, and the fields of config.yaml.
const FIELDS: [(&str, &str); 20] = [
    ("tier", "tier"),
    ("mode", "approvalMode"),
    ("paths", "allowedPaths"),
    ("exec", "allowedExecutables"),
    ("tools", "allowed_tools"),
    ("env", "allowedEnvVars"),
    ("redact", "redactFields"),
    ("ptr", "perToolRedactFields"),
    ("pim", "promptInjectionMode"),
    ("h", "max_reads_per_hour"),
    ("d", "max_reads_per_day"),
    ("s", "max_secrets_in_session"),
    ("canWrite", "canWrite"),
    ("canRunCommands", "canRunCommands"),
    ("canManageConfig", "canManageConfig"),
    ("canUseClipboard", "canUseClipboard"),
    ("canUseAutotype", "canUseAutotype"),
    ("canReadValues", "canReadValues"),
    ("exposeValueTools", "exposeValueTools"),
    ("autoUnseal", "autoUnseal"),
];

fn rows() -> Vec<Row> {
    let text = fs::read_to_string("tests/data/effective-profiles.json").unwrap();
    serde_json::from_str(&text).unwrap()
}

/// A vault whose config.yaml can be exchanged.
struct Place(tempfile::TempDir, Vault);

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        write(&dir.path().join("identity.age"), b"");
        write(&dir.path().join("config.yaml"), b"");
        let vault = Vault::open(dir.path()).unwrap();
        Self(dir, vault)
    }

    fn profile(&self, config: &str) -> Result<Profile, VaultError> {
        write(&self.0.path().join("config.yaml"), config.as_bytes());
        self.1.config()?.agent("worker")
    }

    /// What `change` of this configuration comes to; `None` if there is
    /// nothing to change, or it cannot be made here.
    fn propose(&self, config: &str, change: &Change) -> Option<Proposal> {
        write(&self.0.path().join("config.yaml"), config.as_bytes());
        self.1.propose(self.1.request(), change).ok()
    }

    /// The configuration after `proposal`.
    fn text_after(&self, proposal: &Proposal) -> String {
        let guard = Guard::new(
            self.1.engine().unwrap(),
            Arc::new(Script::new().yes(Factor::Passphrase)),
            Arc::new(GuardLog::of(&self.1)),
        );
        let grant = block_on(guard.authorize(proposal.to_authorize())).unwrap();
        self.1.commit(grant, proposal).unwrap();
        fs::read_to_string(self.0.path().join("config.yaml")).unwrap()
    }
}

fn write(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
}

fn json(value: &Value) -> Json {
    match value {
        Value::Bool(value) => (*value).into(),
        Value::Int(value) => (*value).into(),
        Value::Text(text) => text.clone().into(),
        Value::List(items) => items.clone().into(),
        _ => Json::Null,
    }
}

#[test]
fn case_43_and_45_every_profile_is_what_the_product_makes_of_it() {
    let place = Place::new();
    let rows = rows();
    assert_eq!(rows.len(), 1500);
    let mut wrong = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        let found = place.profile(&row.config);
        let same = match (row.product.get("err"), &found) {
            (None, Ok(profile)) => {
                assert_eq!(row.product.len(), FIELDS.len());
                let fields = profile.known_fields();
                FIELDS.iter().all(|(short, field)| {
                    let mut known = fields.iter();
                    let value = known.find_map(|(name, value)| (name == field).then_some(value));
                    json(value.unwrap()) == row.product[*short]
                })
            }
            (Some(error), Err(found @ VaultError::NotLoaded { .. })) => {
                // The product names every line; one is enough to mend it.
                let line = error.as_str().unwrap().split("line ").nth(1).unwrap();
                let line = line.split(':').next().unwrap();
                found.to_string().contains(&format!("line {line}:"))
            }
            _ => false,
        };
        if !same {
            wrong.push(format!(
                "{number}: {}\n{found:?}\n{:?}",
                row.config, row.product
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of 1500: {}", wrong.len(), wrong[0]);
}
