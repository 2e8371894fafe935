//! Turns what is asked for into an operation: every field's before and after, and every
//! file's.

mod acceptance;
mod adoption;
mod agents;
mod asker;
mod auth;
mod bare;
mod config_key;
mod debug;
mod guard;
mod identity;
mod kinds;
pub(crate) mod lines;
mod loads;
mod log_key;
mod material;
mod plan;
mod policies;
mod profile;
mod proposal;
mod ready;
mod repair;
mod replaceable;
mod seal;
mod text;
mod token_files;
mod tokens;
mod typed;

use std::sync::Arc;

use openpass_policy::{Effect, Principal, Request};

use crate::{
    Vault, VaultError,
    approved::{Adopts, Next},
    seal::{Planned, Seal},
};

pub use identity::SealedIdentity;
pub use kinds::{Change, FieldEdit};
use proposal::sealed;

pub use proposal::Proposal;
pub use tokens::IssuedToken;
pub use typed::typed_values;

pub(crate) use bare::Knowing;
pub(crate) use identity::KEPT;
pub(crate) use material::Material;
pub(crate) use plan::{FileChange, Plan};
pub(crate) use policies::described;

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
        let now = self.at_one_moment();
        let proposal = now.work_out(request, change, Material::fresh(now.scope()?)?)?;
        now.is_ready_for(&proposal)?;
        Ok(proposal)
    }

    /// Returns the same proposal, worked out from the state as it is now.
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
        baseline.show_what_nobody_signed(&mut changes);
        let scope = baseline
            .state()
            .approvers
            .scope
            .unwrap_or(*material.scope());
        let planned = Planned::after(baseline.state(), &change, plan.approvers.as_deref());
        let last = baseline.state().seals.last.as_ref();
        let seal = Seal::following(last, &scope, &next.approved, planned);
        let effect = Effect::new(changes, self.state_digest(&plan.files, &baseline, &next));
        Ok(Proposal {
            operation: Arc::new(sealed((plan.operation)(request, effect.clone()), &seal)),
            seal,
            effect,
            build: plan.operation,
            files: plan.files,
            profiles: plan.profiles,
            decisions: plan.decisions,
            accepts: plan.accepts,
            next,
            scope,
            approvers: plan.approvers,
            adopts: does_adopt,
            issued: plan.issued,
            left: plan.left,
            change,
            material,
        })
    }

    /// Returns the request with its agent as that is in effect now. An agent
    /// that was changed since it asked is another principal, and gives another
    /// digest.
    fn as_known_now(&self, mut request: Request) -> Request {
        if let Principal::Agent(agent) = &mut request.principal {
            *agent = self.agent_ref(&agent.name);
        }
        request
    }
}
