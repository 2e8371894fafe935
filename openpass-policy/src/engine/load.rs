//! From files to an engine: all of it, or an error.

use core::str::FromStr as _;
use std::collections::BTreeSet;

use cedar_policy::{
    Authorizer, PolicyId as CedarPolicyId, PolicySet, Schema, ValidationMode, Validator,
};
use openpass_auth::SafeText;

use super::{PolicyEngine, PolicySource};
use crate::PolicyLoadError;

const SCHEMA: &str = include_str!("../../schema/openpass.cedarschema");
const SHIPPED: [(&str, &str); 2] = [
    ("guards.cedar", include_str!("../../policies/guards.cedar")),
    (
        "default.cedar",
        include_str!("../../policies/default.cedar"),
    ),
];

pub(super) fn engine(own: &[PolicySource]) -> Result<PolicyEngine, PolicyLoadError> {
    let schema = schema()?;
    let mut policies = PolicySet::new();
    let mut taken = BTreeSet::new();
    for (file, text) in SHIPPED {
        add(&mut policies, &mut taken, file, text)?;
    }
    for source in own {
        add(&mut policies, &mut taken, &source.file, &source.text)?;
    }
    fits_schema(&schema, &policies)?;
    let actions = schema
        .action_entities()
        .map_err(|error| PolicyLoadError::Schema(error.to_string()))?;
    Ok(PolicyEngine {
        authorizer: Authorizer::new(),
        schema,
        policies,
        actions,
    })
}

fn schema() -> Result<Schema, PolicyLoadError> {
    let (schema, _warnings) = Schema::from_cedarschema_str(SCHEMA)
        .map_err(|error| PolicyLoadError::Schema(error.to_string()))?;
    Ok(schema)
}

/// Adds the policies of one file under ids of their own.
fn add(
    all: &mut PolicySet,
    taken: &mut BTreeSet<String>,
    file: &str,
    text: &str,
) -> Result<(), PolicyLoadError> {
    let file = SafeText::escape(file).to_string();
    let parsed = PolicySet::from_str(text).map_err(|error| PolicyLoadError::Syntax {
        file: file.clone(),
        message: error.to_string(),
    })?;
    if parsed.templates().next().is_some() {
        return Err(PolicyLoadError::Template { file });
    }
    for policy in parsed.policies() {
        let id = match policy.annotation("id") {
            Some(id) if !id.is_empty() => id.to_owned(),
            _ => format!("{file}#{}", policy.id()),
        };
        let taken_id = || PolicyLoadError::DuplicateId {
            file: file.clone(),
            id: SafeText::quoted(&id).to_string(),
        };
        if !taken.insert(id.clone()) {
            return Err(taken_id());
        }
        // An ignored error here would drop a forbid.
        all.add(policy.new_id(CedarPolicyId::new(&id)))
            .map_err(|_| taken_id())?;
    }
    Ok(())
}

fn fits_schema(schema: &Schema, policies: &PolicySet) -> Result<(), PolicyLoadError> {
    let result = Validator::new(schema.clone()).validate(policies, ValidationMode::Strict);
    if result.validation_passed() {
        return Ok(());
    }
    let errors: Vec<String> = result
        .validation_errors()
        .map(ToString::to_string)
        .collect();
    Err(PolicyLoadError::Invalid(errors.join("; ")))
}
