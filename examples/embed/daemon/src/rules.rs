//! The engine, from the daemon's schema and the policies in force.

use openpass_auth::Factor;
use openpass_policy::{EngineBuilder, PolicyEngine, PolicyLoadError, PolicySource};

use crate::people::Person;

/// The channel that every request comes through.
pub const CHANNEL: &str = "web";

/// Decides by `policies`, and takes an answer on a phone.
///
/// # Errors
///
/// Everything that is wrong with the policies.
pub fn engine(policies: PolicySource) -> Result<PolicyEngine, PolicyLoadError> {
    EngineBuilder::default()
        .host(include_str!("../deploys.cedarschema"))
        .person(Person::TYPE)
        .channel(CHANNEL)
        .factors([Factor::Device])
        .policies(&[policies])
        .build()
}
