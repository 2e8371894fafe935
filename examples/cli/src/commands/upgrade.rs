//! `openpass agent upgrade`.

mod table;

use openpass_auth::SafeText;
use openpass_vault::{Proposal, Vault};

use super::change::{self, Telling};
use crate::{args::Upgrade, failure::Failure, output::Output};

/// Puts an agent on a tier.
pub(super) fn run(vault: &Vault, upgrade: &Upgrade, output: &Output) -> Result<(), Failure> {
    let reason = upgrade.flags.reason.as_deref();
    let table = |proposal: &Proposal| {
        let changes = proposal.operation().changes();
        proposal.profiles().map_or_else(String::new, |profiles| {
            table::of(profiles, changes, reason, output.stderr())
        })
    };
    let done = |_: &Proposal| {
        format!(
            "✓ Profile for {} upgraded to \"{}\"",
            SafeText::quoted(&upgrade.name),
            upgrade.tier
        )
    };
    // In text, everything is said on stderr, as the product does.
    let telling = Telling {
        table: Some(&table),
        on_stderr: true,
        ..Telling::plain(&done)
    };
    let telling = telling
        .with("agent", upgrade.name.clone())
        .with("tier", upgrade.tier.as_str());
    change::run(vault, &upgrade.flags, &upgrade.change(), &telling, output)
}
