//! The agents of a vault, as they are in effect.

use super::{Basis, EffectiveProfile};
use crate::{
    Config, Profile, Vault, VaultError,
    approved::{Fields, ItemKind, Known, Observed, held_agents},
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
        let config = self.config()?;
        let present = config.agent(name)?;
        let now = observed(&config);
        Ok(effective(&self.agents_known(&now), &now, &present))
    }

    /// Every agent of config.yaml, in the file's order, as
    /// [`effective`](Self::effective) has it.
    ///
    /// # Errors
    ///
    /// As [`config`](Self::config).
    pub fn effective_agents(&self) -> Result<Vec<EffectiveProfile>, VaultError> {
        let config = self.config()?;
        let now = observed(&config);
        let known = self.agents_known(&now);
        let agents = config.agents().into_iter();
        Ok(agents.map(|it| effective(&known, &now, &it)).collect())
    }

    /// Returns what is known of the approved agents. `now` has the agents that are
    /// there.
    fn agents_known(&self, now: &Observed) -> Known {
        self.baseline_if_any().of(ItemKind::Agents, now)
    }
}

/// The agents that are there.
fn observed(config: &Config) -> Observed {
    Observed {
        part: held_agents(config),
        ..Observed::default()
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
