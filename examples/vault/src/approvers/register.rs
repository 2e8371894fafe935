//! The approvers, as the log has them.

use std::collections::BTreeMap;

use openpass_approval::{Approver, Recorded};
use openpass_auth::Factor;
use serde::{Deserialize, Serialize};

/// The most earlier approvers that are kept, so that their signatures can be verified. The
/// lines themselves stay on the log whatever their number.
const MOST_FORMER: usize = 64;

/// The approvers, as the lines of the log left them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Register {
    /// The id that stands for the vault in everything that is signed.
    #[serde(default, with = "as_hex", skip_serializing_if = "Option::is_none")]
    pub(crate) scope: Option<[u8; 16]>,
    /// The approvers whose signatures count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) in_force: Vec<Approver>,
    /// The approvers whose signatures counted before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) former: Vec<Approver>,
    /// Whether the passphrase enrols the next time that it is typed: its key went with an
    /// identity that was exchanged.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub(crate) awaits_passphrase: bool,
    /// Whether lines of the log were missing or damaged, so that others may be in force, and
    /// nobody has looked since.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub(crate) in_doubt: bool,
    /// The last counter of each security key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) counters: BTreeMap<String, u32>,
}

/// The approvers that a change leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Left {
    /// The id that stands for the vault.
    #[serde(with = "as_hex")]
    pub(crate) scope: Option<[u8; 16]>,
    /// The approvers whose signatures count from then on.
    pub(crate) in_force: Vec<Approver>,
    /// Whether the passphrase enrols the next time that it is typed.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub(crate) awaits_passphrase: bool,
    /// Whether a person was shown all of them.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub(crate) shown: bool,
}

impl Register {
    /// Goes on with what a change that was made left.
    pub(crate) fn become_as(&mut self, left: Left) {
        let gone = core::mem::replace(&mut self.in_force, left.in_force);
        self.scope = left.scope;
        self.awaits_passphrase = left.awaits_passphrase;
        self.in_doubt &= !left.shown;
        let is_new = |it: &Approver| !self.in_force.iter().any(|now| now.id() == it.id());
        let gone: Vec<Approver> = gone.into_iter().filter(is_new).collect();
        self.former
            .retain(|it| !gone.iter().any(|one| one.id() == it.id()));
        self.former.extend(gone);
        let surplus = self.former.len().saturating_sub(MOST_FORMER);
        self.former.drain(..surplus);
    }

    /// Whether `left` has another key for the passphrase than there was.
    pub(crate) fn has_another_passphrase_than(&self, left: &Left) -> bool {
        let own = |all: &[Approver]| {
            let mut all = all.iter();
            all.find(|it| it.factor() == Factor::Passphrase)
                .map(Approver::id)
        };
        let (before, after) = (own(&self.in_force), own(&left.in_force));
        before.is_some() && after.is_some() && before != after
    }

    /// Whether the next passphrase that is typed enrols its key: there is none that counts,
    /// or it went with an identity that was exchanged.
    pub(crate) fn enrols_next(&self) -> bool {
        let counts = |it: &Approver| !self.in_doubt || it.factor() == Factor::Passphrase;
        self.awaits_passphrase || !self.in_force.iter().any(counts)
    }

    /// Notes the counter of a security key that signed an intent.
    pub(crate) fn counted(&mut self, approval: &serde_json::Value) {
        let recorded = Recorded::deserialize(approval).ok();
        if let Some((approver, counter)) = recorded.and_then(|it| it.counter()) {
            let known = self.counters.entry(approver).or_default();
            *known = counter.max(*known);
        }
    }

    /// Tells what is known from anything else that could be.
    pub(crate) fn digest(&self) -> String {
        let scope = self.scope.map(|it| crate::hash::hex(&it));
        let known = (scope, &self.in_force, self.awaits_passphrase, self.in_doubt);
        crate::hash::sha256_hex(&serde_json::to_vec(&known).unwrap_or_default())
    }
}

/// Sixteen bytes as hexadecimal digits.
pub(crate) mod as_hex {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    use crate::hash;

    #[expect(clippy::ref_option, reason = "serde wants it so")]
    pub(crate) fn serialize<S: Serializer>(
        scope: &Option<[u8; 16]>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match scope {
            Some(scope) => serializer.serialize_str(&hash::hex(scope)),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<[u8; 16]>, D::Error> {
        let Some(text) = Option::<String>::deserialize(deserializer)? else {
            return Ok(None);
        };
        let scope = hash::unhex::<16>(text.as_bytes());
        Ok(Some(scope.ok_or_else(|| {
            D::Error::custom("a vault's id is 32 hexadecimal digits")
        })?))
    }
}
