//! The digest to which a grant is bound.

use core::fmt;

use serde::{Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use super::{
    AgentRef, Extra, FieldChange, Operation, Powers, Principal, Request, Resource, Standing,
};

/// A SHA-256 of everything in an operation: who, what, on what, under which
/// settings, every field's before and after, and the state. Not the time of
/// day: it is no part of what is approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OperationDigest([u8; 32]);

/// The beginning of the transcript of an operation.
const OPERATION: &str = "openpass operation 6";

impl OperationDigest {
    pub(super) fn of(operation: &Operation) -> Self {
        let mut transcript = Transcript::new(OPERATION);
        transcript.operation(operation);
        Self(transcript.finish())
    }

    /// The 32 bytes: what an approver signs.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A short code for people: eight hex digits in two groups. It tells one
    /// question from another; it is not meant to withstand a search.
    #[must_use]
    pub fn code(&self) -> String {
        let [a, b, c, d, ..] = self.0;
        format!("{a:02X}{b:02X}-{c:02X}{d:02X}")
    }
}

impl fmt::Display for OperationDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for OperationDigest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Hashes a sequence of values so that no two sequences give the same bytes:
/// each value has its length before it, each choice its name.
pub(crate) struct Transcript {
    hash: Sha256,
    /// The bytes that were hashed, for a caller who wants to see them.
    kept: Option<Vec<u8>>,
}

impl Transcript {
    pub(crate) fn new(domain: &'static str) -> Self {
        Self::keeping(None, domain)
    }

    fn keeping(kept: Option<Vec<u8>>, domain: &'static str) -> Self {
        let hash = Sha256::new();
        let mut transcript = Self { hash, kept };
        transcript.text(domain);
        transcript
    }

    /// The bytes of which an operation's digest is the SHA-256.
    pub(super) fn whole(operation: &Operation) -> Vec<u8> {
        let mut transcript = Self::keeping(Some(Vec::new()), OPERATION);
        transcript.operation(operation);
        transcript.kept.unwrap_or_default()
    }

    pub(crate) fn finish(self) -> [u8; 32] {
        self.hash.finalize().into()
    }

    fn put(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        if let Some(kept) = &mut self.kept {
            kept.extend_from_slice(bytes);
        }
    }

    fn operation(&mut self, operation: &Operation) {
        self.request(operation.request());
        self.text(operation.action().as_str());
        self.resource(operation.resource());
        self.extra(operation.extra());
        self.count(operation.changes().len());
        for change in operation.changes() {
            self.change(change);
        }
        self.bytes(operation.state().as_bytes());
        self.count(operation.parts().len());
        for part in operation.parts() {
            self.bytes(OperationDigest::of(part).as_bytes());
        }
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.put(bytes);
    }

    pub(crate) fn count(&mut self, count: usize) {
        // usize is at most 64 bits on every target that Rust has.
        self.put(&(count as u64).to_be_bytes());
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn optional(&mut self, text: Option<&str>) {
        self.flag(text.is_some());
        self.text(text.unwrap_or_default());
    }

    pub(crate) fn flag(&mut self, flag: bool) {
        self.put(&[u8::from(flag)]);
    }

    fn request(&mut self, request: &Request) {
        match &request.principal {
            Principal::User => self.text("user"),
            Principal::Agent(agent) => {
                self.text("agent");
                self.agent(agent);
            }
            Principal::Host(entity) => {
                self.text("own");
                entity.put_into(self);
            }
        }
        self.text(request.channel.as_str());
        self.flag(request.attended);
        self.text(request.settings.step_up.as_str());
        self.text(request.settings.unattended.as_str());
        self.text(request.settings.sealed.as_str());
        self.text(&request.vault);
        self.optional(request.reason.as_deref());
    }

    fn agent(&mut self, agent: &AgentRef) {
        self.text(&agent.name);
        self.text(agent.tier.as_str());
        self.powers(agent.powers);
    }

    fn powers(&mut self, powers: Powers) {
        self.count(powers.iter().count());
        for power in powers.iter() {
            self.text(power.as_str());
        }
    }

    fn standing(&mut self, standing: Standing) {
        self.text(standing.tier.as_str());
        self.powers(standing.powers);
    }

    fn resource(&mut self, resource: &Resource) {
        self.text(resource.type_name());
        self.text(resource.id());
        match resource {
            Resource::AgentProfile { agent } => self.agent(agent),
            Resource::Token(token) => {
                self.agent(&token.agent);
                self.flag(token.all_tools);
            }
            Resource::Approver(approver) => self.text(approver.kind.as_str()),
            Resource::Host(resource) => resource.put_into(self),
            _ => {}
        }
    }

    fn extra(&mut self, extra: &Extra) {
        match extra {
            Extra::None => self.text("none"),
            &Extra::Standing {
                before,
                after,
                gained,
            } => {
                self.text("standing");
                self.standing(before);
                self.standing(after);
                self.powers(gained);
            }
            Extra::Value { before, after } => {
                self.text("value");
                self.text(before.as_str());
                self.text(after.as_str());
            }
            Extra::Method { before, after } => {
                self.text("method");
                self.text(before.as_str());
                self.text(after.as_str());
            }
            Extra::Host(own) => {
                self.text("host");
                own.put_into(self);
            }
        }
    }

    fn change(&mut self, change: &FieldChange) {
        self.text(&change.field);
        self.optional(change.before.as_deref());
        self.optional(change.after.as_deref());
        self.optional(change.seen());
        self.text(change.direction.as_str());
        self.difference(&change.difference);
    }
}
