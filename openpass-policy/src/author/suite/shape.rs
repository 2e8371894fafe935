//! The shape of a test file: that of `cedar run-tests`, in OpenPass's words.
//!
//! `docs/policy/testing.md` shows each field to people who write tests, and
//! `docs/schemas/policy-test-file.json` to their editors: a field that is added here is
//! added there.

use serde::Deserialize;

use super::{entities::TestEntities, reason::Reason, values::OneOrMore};
use crate::{ApproverKind, AuthFactor, Powers, author::Cell};

/// A file of tests. It is deserialized; an unknown field is an error.
///
/// `time`, `channel`, `attended` and `guard` are those of every case that does not
/// say its own.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TestSuite {
    /// A day and a time of day, such as `mon 09:30`.
    pub time: Option<OneOrMore<String>>,
    /// `cli`, `mcp` or `other`.
    pub channel: Option<OneOrMore<String>>,
    /// Whether somebody is there.
    pub attended: Option<OneOrMore<bool>>,
    /// The guard's settings.
    #[serde(default)]
    pub guard: GuardContext,
    /// The agents and tokens that the tests speak of.
    #[serde(default)]
    pub entities: TestEntities,
    /// The tests.
    pub tests: Vec<TestCase>,
}

/// An agent as its profile is before the operation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct TestAgent {
    /// `read-only`, `standard`, `admin` or `custom`.
    pub tier: String,
    /// Whether it may change configuration; if not given, as `powers` says, else not.
    pub can_manage_config: Option<bool>,
    /// The agent's powers, each by its field, such as `canWrite`; if not given, those
    /// that its tier gives.
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

/// An approver.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TestApprover {
    /// Its kind, such as `security-key`.
    pub kind: ApproverKind,
}

/// One test.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TestCase {
    /// The name of the case: what it shows, as a sentence.
    pub name: String,
    /// The request.
    pub request: TestRequest,
    /// The decision that is expected.
    pub decision: Expected,
    /// The policies that should decide.
    pub reason: Option<Reason>,
}

/// The request. With a list in one or several places, it is asked for each
/// combination.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TestRequest {
    /// `user`, or `agent:` and a name.
    pub principal: OneOrMore<String>,
    /// The action's id.
    pub action: OneOrMore<String>,
    /// The id of what it is on: an agent, a token, a file, a key. The rest
    /// have none.
    pub resource: Option<OneOrMore<String>>,
    /// The circumstances.
    #[serde(default)]
    pub context: TestContext,
}

/// The circumstances, as the schema has them. What is not given is as the file says,
/// and else as for a person at the command line under the shipped settings.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TestContext {
    /// The factor that is given. With a factor, the answer is `allow` or `deny`.
    pub authentication: Option<Authentication>,
    /// `cli`, `mcp` or `other`.
    pub channel: Option<OneOrMore<String>>,
    /// Whether somebody is there.
    pub attended: Option<OneOrMore<bool>>,
    /// The guard's settings.
    #[serde(default)]
    pub guard: GuardContext,
    /// A day and a time of day, such as `mon 09:30`.
    pub time: Option<OneOrMore<String>>,
    /// The tier after, by name; before, it is the agent's own.
    pub tier: Option<Becomes>,
    /// The powers that an agent gains beside those of the tier after.
    pub powers: Option<Gained>,
    /// The value of a key of config.yaml after; before, there is none.
    pub value: Option<Becomes>,
    /// The vault's auth method after, `passphrase` or `touchid`; before, it is the
    /// other.
    pub method: Option<Becomes>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(unnameable_types, reason = "a part of the file's shape, read by serde")]
pub struct Authentication {
    pub(super) factor: OneOrMore<AuthFactor>,
    /// Whether an approver signs for it; if not given, none does.
    pub(super) signed: Option<OneOrMore<bool>>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[expect(unnameable_types, reason = "a part of the file's shape, read by serde")]
pub struct GuardContext {
    pub(super) step_up: Option<OneOrMore<String>>,
    pub(super) unattended: Option<OneOrMore<String>>,
    pub(super) sealed: Option<OneOrMore<String>>,
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
    pub(super) after: OneOrMore<String>,
}

/// The decision that is expected.
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
    /// It takes biometry, signed by an approver.
    #[serde(rename = "biometry, if signed")]
    BiometrySigned,
    /// It takes the passphrase, signed by an approver.
    #[serde(rename = "passphrase, if signed")]
    PassphraseSigned,
    /// It takes either, signed by an approver.
    #[serde(rename = "biometry or passphrase, if signed")]
    EitherSigned,
    /// It takes biometry, or the passphrase signed by an approver.
    #[serde(rename = "biometry, or passphrase if signed")]
    BiometryOrSigned,
    /// It takes the passphrase, or biometry signed by an approver.
    #[serde(rename = "passphrase, or biometry if signed")]
    PassphraseOrSigned,
}

impl Expected {
    pub(super) const fn cell(self) -> Cell {
        match self {
            Self::Allow => Cell::Allow,
            Self::Deny => Cell::Deny,
            Self::Biometry => Cell::Biometry,
            Self::Passphrase => Cell::Passphrase,
            Self::Either => Cell::Either,
            Self::BiometrySigned => Cell::BiometrySigned,
            Self::PassphraseSigned => Cell::PassphraseSigned,
            Self::EitherSigned => Cell::EitherSigned,
            Self::BiometryOrSigned => Cell::BiometryOrSigned,
            Self::PassphraseOrSigned => Cell::PassphraseOrSigned,
        }
    }
}
