//! The rules of who may do what, and what it takes: the files in `rules`.

use openpass_auth::Factor;
use openpass_policy::{PolicyEngine, PolicyLoadError, PolicySource};

const SCHEMA: &str = include_str!("../rules/flags.cedarschema");
const POLICIES: &str = include_str!("../rules/flags.cedar");

pub(crate) fn engine() -> Result<PolicyEngine, PolicyLoadError> {
    PolicyEngine::builder()
        .host(PolicySource::new("flags.cedarschema", SCHEMA))
        .person("Flags::Person")
        .factors([Factor::Passphrase])
        .policies(&[PolicySource::new("flags.cedar", POLICIES)])
        .build()
}
