//! From what is asked to an operation: every field's before and after, and
//! every file's.

mod acceptance;
mod adoption;
mod agents;
mod auth;
mod bare;
mod config_key;
mod debug;
mod guard;
mod identity;
pub(crate) mod lines;
mod loads;
mod log_key;
mod material;
mod plan;
mod policies;
mod profile;
mod ready;
mod repair;
mod replaceable;
mod text;
mod token_files;
mod tokens;
mod typed;

use core::fmt;

use openpass_policy::{AuthMethod, Effect, MatrixDiff, Operation, Principal, Request, Tier};
use serde::{Deserialize, Serialize};

use crate::{
    Profile, Vault, VaultError,
    approved::{Adopts, Baseline, Next},
};

pub use identity::SealedIdentity;
pub use tokens::IssuedToken;
pub use typed::typed_values;

pub(crate) use bare::Knowing;
pub(crate) use identity::KEPT;
pub(crate) use material::Material;
pub(crate) use plan::{FileChange, Plan};
pub(crate) use policies::described;

/// A change that somebody asks for.
///
/// Two ways to say the same change, such as setting `agents.codex.tier` and
/// putting `codex` on a tier, lead to the same operation: see
/// [`Proposal::change`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Change {
    /// Put an agent on a tier: its whole preset.
    SetTier {
        /// The agent's name.
        agent: String,
        /// The tier.
        #[serde(with = "text::tier")]
        tier: Tier,
    },
    /// Add an agent with a tier's preset.
    AddAgent {
        /// The agent's name: letters, digits, `-`, `_` and `.`.
        agent: String,
        /// The tier.
        #[serde(with = "text::tier")]
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
        #[serde(with = "text::method")]
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
        /// The agent it is for.
        agent: String,
        /// What to call it.
        label: Option<String>,
        /// The tools it opens; `*` is every one.
        tools: Vec<String>,
        /// After how many seconds it expires; `None` is never.
        lifetime: Option<u64>,
    },
    /// Revoke an agent's live tokens and issue one in their place.
    RotateTokens {
        /// The agent.
        agent: String,
    },
    /// Revoke one token.
    RevokeToken {
        /// Its id.
        id: String,
    },
    /// Add or replace a policy file.
    ApplyPolicy {
        /// Its bare name, ending with `.cedar`, `.yaml` or `.yml`.
        name: String,
        /// Its text.
        text: String,
    },
    /// Remove a policy file.
    RemovePolicy {
        /// Its bare name.
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
        /// What tells this enrolment from others: 64 hexadecimal digits.
        pin: String,
    },
    /// Take what was changed outside the guard for good.
    AcceptDrift {},
    /// Put the approved state back on disk.
    Restore {},
    /// Reset the guard's settings to the defaults.
    ResetSettings {},
    /// Set a damaged guard log aside.
    SetLogAside {},
    /// Give the guard's log another key, and close what the one before signed.
    RotateLogKey {},
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

/// One field of a profile and its new value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "hosts fill in every field")]
pub struct FieldEdit {
    /// The field, as config.yaml spells it.
    pub field: String,
    /// The value, as a person writes it; lists with commas between.
    pub value: String,
}

/// A change worked out against the vault as it is: the operation to be
/// authorized, and what would be written.
#[derive(Clone)]
pub struct Proposal {
    change: Change,
    material: Material,
    operation: Operation,
    files: Vec<FileChange>,
    profiles: Option<(Profile, Profile)>,
    decisions: Option<MatrixDiff>,
    accepts: Option<plan::Accepts>,
    next: Next,
    adopts: bool,
    issued: Option<IssuedToken>,
    left: Option<String>,
}

impl Proposal {
    /// The operation to be authorized.
    #[must_use]
    pub const fn operation(&self) -> &Operation {
        &self.operation
    }

    /// The change, in the one form that all ways to ask for it share.
    #[must_use]
    pub const fn change(&self) -> &Change {
        &self.change
    }

    /// The agent's profile before and after, where a profile changes.
    #[must_use]
    pub const fn profiles(&self) -> Option<&(Profile, Profile)> {
        self.profiles.as_ref()
    }

    /// What the guard would decide otherwise, where its policies change.
    #[must_use]
    pub const fn decisions(&self) -> Option<&MatrixDiff> {
        self.decisions.as_ref()
    }

    /// How the vault would be unlocked, if the change makes that another way.
    #[must_use]
    pub fn unlocks_by(&self) -> Option<AuthMethod> {
        let changes = self.operation.changes();
        let change = changes
            .iter()
            .find(|change| change.field == auth::IN_EFFECT)?;
        crate::parse_auth_method(change.after.as_deref()?)
    }

    /// The token that would be issued, without its secret.
    #[must_use]
    pub const fn issued(&self) -> Option<&IssuedToken> {
        self.issued.as_ref()
    }

    /// Whether a repair puts everything back. What it cannot keeps it from nothing
    /// else, so this is to be asked once it is made.
    ///
    /// # Errors
    ///
    /// [`VaultError::PutBackInPart`], with what is left and what to do.
    pub fn is_whole(&self) -> Result<(), VaultError> {
        match self.left.clone() {
            None => Ok(()),
            Some(what) => Err(VaultError::PutBackInPart { what }),
        }
    }

    /// The files that would be replaced, made or removed, below the vault.
    pub fn file_names(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| file.name.as_str())
    }

    pub(crate) fn files(&self) -> &[FileChange] {
        &self.files
    }

    /// Whether it takes settings or permits for good that nobody has approved
    /// yet, beside what it changes itself. They are among the operation's
    /// changes.
    #[must_use]
    pub const fn adopts(&self) -> bool {
        self.adopts
    }

    /// What is approved once the change is made.
    pub(crate) const fn next(&self) -> &Next {
        &self.next
    }

    pub(crate) const fn accepts(&self) -> Option<&plan::Accepts> {
        self.accepts.as_ref()
    }
}

/// Files may hold secrets, so none is shown.
impl fmt::Debug for Proposal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files: Vec<&str> = self.file_names().collect();
        f.debug_struct("Proposal")
            .field("change", &self.change)
            .field("operation", &self.operation)
            .field("files", &files)
            .finish_non_exhaustive()
    }
}

impl Vault {
    /// Works out what `change` would do, and writes nothing.
    ///
    /// # Errors
    ///
    /// That there is nothing to change, that the product would not load what
    /// is asked for, that it cannot be done safely, or that the vault or the
    /// machine is not ready for it.
    pub fn propose(&self, request: Request, change: &Change) -> Result<Proposal, VaultError> {
        let change = config_key::normalised(change.clone())?;
        let proposal = self.work_out(request, change, Material::fresh()?)?;
        self.is_ready_for(&proposal)?;
        Ok(proposal)
    }

    /// The same proposal, worked out from the state as it is now.
    pub(crate) fn propose_again(&self, proposal: &Proposal) -> Result<Proposal, VaultError> {
        let request = proposal.operation.request().clone();
        self.work_out(request, proposal.change.clone(), proposal.material.clone())
    }

    fn work_out(
        &self,
        request: Request,
        change: Change,
        material: Material,
    ) -> Result<Proposal, VaultError> {
        let request = self.as_known_now(request);
        let baseline = match change {
            Change::AcceptIdentity {} => self.baseline_if_any().proven_only(),
            _ => self.baseline_if_any(),
        };
        let mut plan = self.plan(&change, &material, &request, &baseline)?;
        let mut changes = core::mem::take(&mut plan.changes);
        if change.is_repair() {
            changes = repair::bounded(changes);
        }
        let mut adopts = Adopts::default();
        if let Some(accepts) = &plan.accepts {
            adopts.items.clone_from(&accepts.items);
        }
        let adopted = self.adoption(&baseline, &request, &change, &changes);
        adopts.opt_outs = adopted.is_some();
        let adopted = adopted.unwrap_or_default();
        let does_adopt = !adopted.is_empty();
        changes.extend(adopted);
        adopts.default_settings = plan.resets_settings;
        // Every change that takes a proof sets a damaged log aside.
        let is_damaged = baseline.state().is_damaged();
        let is_another = matches!(change, Change::AcceptIdentity {});
        adopts.only_what_counts = (is_damaged || is_another) && !baseline.knows_this_vault();
        let stays = plan.approves_nothing && !is_damaged;
        let next = match Next::unchanged(&baseline).filter(|_| stays) {
            Some(next) => next,
            None => self.next_approved(&baseline, &plan.files, &plan.touches, &adopts)?,
        };
        changes.extend(next.taken.iter().cloned());
        let effect = Effect::new(changes, self.state_digest(&plan.files, &baseline, &next));
        Ok(Proposal {
            operation: (plan.operation)(request, effect),
            files: plan.files,
            profiles: plan.profiles,
            decisions: plan.decisions,
            accepts: plan.accepts,
            next,
            adopts: does_adopt,
            issued: plan.issued,
            left: plan.left,
            change,
            material,
        })
    }

    /// The request of the agent as config.yaml has it now: one that was changed
    /// since it asked is another principal, and has another digest.
    fn as_known_now(&self, request: Request) -> Request {
        let Principal::Agent(agent) = &request.principal else {
            return request;
        };
        let (now, channel) = (self.agent_ref(&agent.name), request.channel);
        request.on_behalf_of(Principal::Agent(now), channel)
    }

    fn plan(
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
            Change::Restore {} => self.plan_restore(baseline),
            Change::ResetSettings {} => self.plan_settings_reset(baseline),
            Change::SetLogAside {} => Ok(Self::plan_log_aside(baseline)),
            Change::RotateLogKey {} => self.plan_log_key(baseline),
            Change::AcceptIdentity {} => self.plan_identity_acceptance(),
            Change::RotatePassphrase { identity } => self.plan_identity(identity),
        }
    }
}
