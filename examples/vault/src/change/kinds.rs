//! The changes that can be asked for, the plan that works each one out, and the
//! operation that it is before anything of the vault is known.

use openpass_approval::Approver;
use openpass_policy::{After, AuthMethod, Before, Effect, Operation, Request, Tier};
use serde::{Deserialize, Serialize};

use super::{Material, Plan, SealedIdentity, bare::Bare, text};
use crate::{Vault, VaultError, approved::Baseline, approvers, product};

/// A change that somebody asks for.
///
/// Two ways to say the same change, such as setting `agents.codex.tier` and
/// putting `codex` on a tier, lead to the same operation: see
/// [`Proposal::change`](super::Proposal::change).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Change {
    /// Put an agent on a tier: its whole preset.
    SetTier {
        /// The agent's name.
        agent: String,
        /// The tier.
        #[serde(deserialize_with = "text::tier")]
        tier: Tier,
    },
    /// Add an agent with a tier's preset.
    AddAgent {
        /// The agent's name: letters, digits, `-`, `_` and `.`.
        agent: String,
        /// The tier.
        #[serde(deserialize_with = "text::tier")]
        tier: Tier,
    },
    /// Set fields of an agent's profile, in order. `tier` sets the preset.
    EditAgent {
        /// The agent's name.
        agent: String,
        /// The fields.
        edits: Vec<FieldEdit>,
    },
    /// Remove an agent's profile, its live tokens and its token file.
    RemoveAgent {
        /// The agent's name.
        agent: String,
    },
    /// Set how the vault is unlocked.
    SetAuthMethod {
        /// The method.
        method: AuthMethod,
    },
    /// Set a key of config.yaml.
    SetConfigKey {
        /// The key, with dots between its parts.
        key: String,
        /// The value, as a person writes it.
        value: String,
    },
    /// Issue an access token; it is written to `mcp-tokens/AGENT.token`.
    IssueToken {
        /// The agent that the token is for.
        agent: String,
        /// The token's label, for people.
        label: Option<String>,
        /// The tools that the token opens; `*` is every one.
        tools: Vec<String>,
        /// The seconds until the token expires; `None` is never.
        lifetime: Option<u64>,
    },
    /// Revoke an agent's live tokens and issue one in their place.
    RotateTokens {
        /// The agent.
        agent: String,
    },
    /// Revoke one token.
    RevokeToken {
        /// The token's id.
        id: String,
    },
    /// Add or replace a policy file.
    ApplyPolicy {
        /// The file's bare name, ending with `.cedar`, `.cedarschema`, `.yaml` or `.yml`.
        name: String,
        /// The file's text.
        text: String,
    },
    /// Remove a policy file.
    RemovePolicy {
        /// The file's bare name.
        name: String,
    },
    /// Set one of the guard's settings.
    SetGuard {
        /// The setting, as `settings.yaml` spells it.
        key: String,
        /// The value; `None` removes it, so that the default holds.
        value: Option<String>,
    },
    /// Take the enrolled fingers or faces as they are now for good ones.
    PinEnrolment {
        /// The digest that tells this enrolment from others: 64 hexadecimal
        /// digits.
        pin: String,
    },
    /// Take what was changed outside the guard for good.
    AcceptDrift {},
    /// Seal what is approved as it is.
    Seal {},
    /// Put the approved state back on disk.
    Restore {},
    /// Reset the guard's settings to the defaults.
    ResetSettings {},
    /// Set a damaged guard log aside.
    SetLogAside {},
    /// Give the guard's log another key, and close what the one before signed.
    RotateLogKey {},
    /// Let another key approve.
    AddApprover {
        /// The key, what it is and what it is called.
        approver: Box<Approver>,
        /// The data that Touch ID needs to use the key again, in hexadecimal
        /// digits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stored: Option<String>,
    },
    /// Put a key in the place of another that approves.
    ReplaceApprover {
        /// The approver that goes: its key's id, the start of the id, or its
        /// label.
        id: String,
        /// The approver that comes.
        approver: Box<Approver>,
        /// The data that Touch ID needs to use the new key again, in
        /// hexadecimal digits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stored: Option<String>,
    },
    /// Let a key approve no longer.
    RemoveApprover {
        /// The approver's id, the start of it, or its label.
        id: String,
    },
    /// Enrol the key anew that the passphrase derives.
    RenewApprover {},
    /// Take the identity.age that there is for this vault's, in the place of
    /// the one that the log pins.
    AcceptIdentity {},
    /// Put another identity.age in the place of the one that there is: the
    /// same key under a new passphrase.
    #[serde(skip)]
    RotatePassphrase {
        /// The new file, which the new passphrase has opened.
        identity: SealedIdentity,
    },
}

impl Change {
    /// Whether it can end a state in which the guard lets nothing else through:
    /// a broken policy, rules that nothing enforces, other settings.
    #[must_use]
    pub const fn mends_the_guard(&self) -> bool {
        self.is_repair()
            || matches!(
                self,
                Self::ApplyPolicy { .. }
                    | Self::SetGuard { .. }
                    | Self::AcceptDrift {}
                    | Self::AcceptIdentity {}
            )
    }
}

/// A field of a profile and its new value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "hosts fill in every field")]
pub struct FieldEdit {
    /// The field, as config.yaml spells it.
    pub field: String,
    /// The value, as a person writes it; lists with commas between.
    pub value: String,
}

impl Vault {
    /// Works `change` out.
    pub(super) fn plan(
        &self,
        change: &Change,
        material: &Material,
        request: &Request,
        baseline: &Baseline<'_>,
    ) -> Result<Plan, VaultError> {
        match change {
            Change::SetTier { agent, tier } => self.plan_tier(agent, *tier),
            Change::AddAgent { agent, tier } => self.plan_addition(agent, *tier),
            Change::EditAgent { agent, edits } => self.plan_edit(agent, edits),
            Change::RemoveAgent { agent } => self.plan_removal(agent, material),
            Change::SetAuthMethod { method } => self.plan_auth_method(*method),
            Change::SetConfigKey { key, value } => self.plan_config_key(request, (key, value)),
            Change::IssueToken {
                agent,
                label,
                tools,
                lifetime,
            } => self.plan_token(agent, label.as_deref(), tools, *lifetime, material),
            Change::RotateTokens { agent } => self.plan_token_rotation(agent, material),
            Change::RevokeToken { id } => self.plan_token_revocation(id, material),
            Change::ApplyPolicy { name, text } => self.plan_policy(name, text, request, baseline),
            Change::RemovePolicy { name } => self.plan_policy_removal(name, request, baseline),
            Change::SetGuard { key, value } => self.plan_setting(key, value.as_deref(), baseline),
            Change::PinEnrolment { pin } => self.plan_enrolment(pin),
            Change::AcceptDrift {} => self.plan_acceptance(request, baseline),
            Change::Seal {} => self.plan_seal(baseline),
            Change::Restore {} => self.plan_restore(baseline),
            Change::ResetSettings {} => self.plan_settings_reset(baseline),
            Change::SetLogAside {} => Ok(Self::plan_log_aside(baseline)),
            Change::RotateLogKey {} => self.plan_log_key(baseline),
            Change::AddApprover { approver, stored } => {
                self.plan_approver(approver, None, stored.as_deref())
            }
            Change::ReplaceApprover {
                id,
                approver,
                stored,
            } => self.plan_approver(approver, Some(id), stored.as_deref()),
            Change::RemoveApprover { id } => self.plan_approver_removal(id),
            Change::RenewApprover {} => self.plan_approver_renewal(),
            Change::AcceptIdentity {} => self.plan_identity_acceptance(),
            Change::RotatePassphrase { identity } => self.plan_identity(identity),
        }
    }
}

impl Bare<'_> {
    pub(super) fn of(self, change: &Change, effect: Effect) -> Operation {
        let request = self.request.clone();
        match change {
            Change::SetTier { agent, tier } => self.of_agent(agent, Some(*tier), effect),
            Change::EditAgent { agent, .. } => self.of_agent(agent, None, effect),
            Change::AddAgent { agent, tier } => Operation::add_agent(request, agent, *tier, effect),
            Change::RemoveAgent { agent } => {
                let after = product::left_of(agent);
                Operation::remove_agent(request, self.agent_ref(agent), after, effect)
            }
            Change::SetAuthMethod { method } => {
                let before = Before(self.auth_method(*method));
                Operation::set_auth_method(request, before, After(*method), effect)
            }
            Change::SetConfigKey { key, value } => self.of_key((key, Some(value)), effect),
            Change::IssueToken {
                agent,
                label,
                tools,
                ..
            } => {
                let all = tools.iter().any(|tool| tool == "*");
                let token = self.token(label.as_deref().unwrap_or_default(), agent, all);
                Operation::create_token(request, token, effect)
            }
            Change::RotateTokens { agent } => {
                Operation::rotate_token(request, self.token("", agent, true), effect)
            }
            Change::RevokeToken { id } => {
                Operation::revoke_token(request, self.token(id, "", true), effect)
            }
            Change::ApplyPolicy { name, .. } => Operation::apply_policy(request, name, effect),
            Change::RemovePolicy { name } => Operation::remove_policy(request, name, effect),
            Change::SetGuard { .. } | Change::PinEnrolment { .. } => {
                Operation::change_guard_settings(request, effect)
            }
            Change::AcceptDrift {} | Change::AcceptIdentity {} => {
                Operation::accept_drift(request, effect)
            }
            Change::AddApprover { approver, .. } => {
                Operation::add_approver(request, approvers::reference(approver), effect)
            }
            Change::ReplaceApprover { approver, .. } => {
                Operation::replace_approver(request, approvers::reference(approver), effect)
            }
            Change::RemoveApprover { id } => approvers::change::bare_removal(request, id, effect),
            Change::RenewApprover {} => approvers::change::bare_renewal(request, effect),
            Change::Seal {} => Operation::seal_state(request, effect),
            Change::Restore {} => Operation::restore(request, effect),
            Change::ResetSettings {} => Operation::reset_guard_settings(request, effect),
            Change::SetLogAside {} => Operation::set_log_aside(request, effect),
            Change::RotateLogKey {} => Operation::rotate_log_key(request, effect),
            Change::RotatePassphrase { .. } => Operation::rotate_passphrase(request, effect),
        }
    }
}
