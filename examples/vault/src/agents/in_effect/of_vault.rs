//! The agents of a vault, as they are in effect.

use std::sync::Arc;

use super::{Basis, EffectiveProfile};
use crate::{
    Profile, Vault, VaultError,
    approved::{Fields, ItemKind, Known, Observed},
};

impl Vault {
    /// The agent called `name`, to the letter, as far as its profile has effect:
    /// the narrower of what was approved and what config.yaml says.
    ///
    /// Where the guard knows nothing of the agents, that is what config.yaml says; where
    /// what was approved is lost, nothing, until a person has accepted what there is:
    /// who can edit the file can remove what it would be compared with. While lines of
    /// the guard's log are missing, what the others say was approved still counts: it
    /// gives no more than the file does.
    ///
    /// # Errors
    ///
    /// As [`config`](Self::config), and [`VaultError::UnknownAgent`] or
    /// [`VaultError::BuiltInAgent`] for an agent that the file does not list.
    pub fn effective(&self, name: &str) -> Result<EffectiveProfile, VaultError> {
        let all = self.effective_now()?;
        let found = all.iter().find(|profile| profile.name() == name);
        match found {
            Some(profile) => Ok(profile.clone()),
            // It says which agents there are.
            None => self.effective_of(&self.config()?.agent(name)?),
        }
    }

    /// Every agent of config.yaml, in the file's order, as
    /// [`effective`](Self::effective) has it.
    ///
    /// # Errors
    ///
    /// As [`config`](Self::config).
    pub fn effective_agents(&self) -> Result<Vec<EffectiveProfile>, VaultError> {
        Ok(self.effective_now()?.to_vec())
    }

    /// Every agent, at the moment of the snapshot if there is one.
    fn effective_now(&self) -> Result<Arc<[EffectiveProfile]>, VaultError> {
        let work_out = || {
            let config = self.config()?;
            let now = Observed::agents_of(&config);
            let known = self.agents_known(&now);
            let agents = config.profiles().iter();
            Ok(agents.map(|it| effective(&known, &now, it)).collect())
        };
        match &self.reads {
            Some(reads) => reads.agents(work_out),
            None => work_out(),
        }
    }

    fn effective_of(&self, present: &Profile) -> Result<EffectiveProfile, VaultError> {
        let now = Observed::agents_of(&self.config()?);
        Ok(effective(&self.agents_known(&now), &now, present))
    }

    /// Returns what is known of the approved agents. `now` has the agents that are
    /// there.
    fn agents_known(&self, now: &Observed) -> Known {
        self.baseline_if_any().of(ItemKind::Agents, now)
    }
}

/// Returns the part of `present` that counts. `present` is one of the agents that `now`
/// holds.
fn effective(known: &Known, now: &Observed, present: &Profile) -> EffectiveProfile {
    let nothing = Fields::new();
    let now = now.part.get(present.name()).unwrap_or(&nothing);
    match known {
        Known::Nothing => EffectiveProfile::as_it_is(Basis::Unsealed, present),
        Known::Lost(why) => EffectiveProfile::unknown(why, present),
        Known::Part(agents) => match agents.get(present.name()) {
            Some(fields) => EffectiveProfile::sealed(fields, now, present),
            None => EffectiveProfile::never_approved(present),
        },
    }
}
