//! `openpass policy schema`.

use openpass_policy::PolicyEngine;
use serde::Serialize;

use crate::{failure::Failure, output::Output};

/// The JSON schema of a file of tests, for an editor.
const TEST_FILE: &str = include_str!("../../../../../docs/schemas/policy-test-file.json");

#[derive(Serialize)]
struct Schemas {
    /// In Cedar's own syntax, as an editor reads it from a `.cedarschema` file.
    cedarschema: String,
    /// The JSON schema of files of tests.
    test_file: &'static str,
}

/// Prints the schema that policies of a vault are checked against, or that of files
/// of tests.
pub(super) fn run(tests: bool, output: &Output) -> Result<(), Failure> {
    let builder = PolicyEngine::builder().host(openpass_policy_yaml::data_schema());
    let schemas = Schemas {
        cedarschema: builder.schema_text()?,
        test_file: TEST_FILE,
    };
    output.result(&schemas, || match tests {
        true => TEST_FILE.to_owned(),
        false => schemas.cedarschema.clone(),
    })
}
