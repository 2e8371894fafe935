//! The shape of a test file: that of `cedar run-tests`, in OpenPass's words.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{AuthFactor, Powers, author::Cell};

/// A file of tests. It is deserialized; an unknown field is an error.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TestSuite {
    /// The agents and tokens that the tests speak of.
    #[serde(default)]
    pub entities: TestEntities,
    /// The tests.
    pub tests: Vec<TestCase>,
}

/// The agents and tokens that tests speak of.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TestEntities {
    /// Agents, by name.
    #[serde(default)]
    pub agents: BTreeMap<String, TestAgent>,
    /// Tokens, by id or label.
    #[serde(default)]
    pub tokens: BTreeMap<String, TestToken>,
}

/// An agent as its profile is before the operation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct TestAgent {
    /// `read-only`, `standard`, `admin` or `custom`.
    pub tier: String,
    /// Whether it may change configuration; if not given, as its powers say.
    pub can_manage_config: Option<bool>,
    /// What it may do, each by its field, such as `canWrite`; if not given, what its
    /// tier gives.
    pub powers: Option<Powers>,
}

/// A token.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct TestToken {
    /// The agent it is for.
    pub agent_name: String,
    /// Whether it opens every tool.
    #[serde(default)]
    pub all_tools: bool,
}

/// One test.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TestCase {
    /// What it shows, as a sentence.
    pub name: String,
    /// What is asked.
    pub request: TestRequest,
    /// What policy should say.
    pub decision: Expected,
    /// The ids of the policies that should decide, all of them.
    pub reason: Option<Vec<String>>,
}

/// What is asked.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TestRequest {
    /// `user`, or `agent:` and a name.
    pub principal: String,
    /// The action's id.
    pub action: String,
    /// The id of what it is on: an agent, a token, a file, a key. The rest
    /// have none.
    pub resource: Option<String>,
    /// The circumstances.
    #[serde(default)]
    pub context: TestContext,
}

/// The circumstances, as the schema has them. What is not given is as for a
/// person at the command line under the shipped settings.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TestContext {
    /// What is given: with it, the answer is `allow` or `deny`.
    pub authentication: Option<Authentication>,
    /// `cli` or `mcp`.
    pub channel: Option<String>,
    /// Whether somebody is there.
    pub attended: Option<bool>,
    /// The guard's settings.
    #[serde(default)]
    pub guard: GuardContext,
    /// A day and a time of day, such as `mon 09:30`.
    pub time: Option<String>,
    /// The tier after, by name; before, it is the agent's own.
    pub tier: Option<Becomes>,
    /// The powers that an agent gains beside those of the tier after.
    pub powers: Option<Gained>,
    /// The value of a key of config.yaml after; before, there is none.
    pub value: Option<Becomes>,
    /// How the vault is unlocked after, `passphrase` or `touchid`; before, it
    /// is the other.
    pub method: Option<Becomes>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(unnameable_types, reason = "a part of the file's shape, read by serde")]
pub struct Authentication {
    pub(super) factor: AuthFactor,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[expect(unnameable_types, reason = "a part of the file's shape, read by serde")]
pub struct GuardContext {
    pub(super) step_up: Option<String>,
    pub(super) unattended: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(unnameable_types, reason = "a part of the file's shape, read by serde")]
pub struct Gained {
    pub(super) gained: Powers,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(unnameable_types, reason = "a part of the file's shape, read by serde")]
pub struct Becomes {
    pub(super) after: String,
}

/// What policy should say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new answer must break the builds that expect answers"
)]
pub enum Expected {
    /// It may run, asking nobody, or with the factor that the test gives.
    #[serde(rename = "allow")]
    Allow,
    /// It may not.
    #[serde(rename = "deny")]
    Deny,
    /// It takes biometry.
    #[serde(rename = "biometry")]
    Biometry,
    /// It takes the passphrase.
    #[serde(rename = "passphrase")]
    Passphrase,
    /// It takes either.
    #[serde(rename = "biometry or passphrase")]
    Either,
}

impl Expected {
    pub(super) const fn cell(self) -> Cell {
        match self {
            Self::Allow => Cell::Allow,
            Self::Deny => Cell::Deny,
            Self::Biometry => Cell::Biometry,
            Self::Passphrase => Cell::Passphrase,
            Self::Either => Cell::Either,
        }
    }
}

impl TestCase {
    pub(super) fn factor(&self) -> Option<AuthFactor> {
        Some(self.request.context.authentication?.factor)
    }
}
