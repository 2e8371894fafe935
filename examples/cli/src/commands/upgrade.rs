//! `openpass agent upgrade`.

mod table;

use futures_lite::future::block_on;
use openpass_auth::{Challenge, FactorSet, SafeText};
use openpass_policy::{AuthFactor, Decision, FieldChange};
use openpass_vault::{Change, Proposal, Vault};
use serde::Serialize;

use crate::{args::Upgrade, asking::Asker, failure::Failure, output::Output};

/// What programs are told of an upgrade.
#[derive(Serialize)]
struct Report<'a> {
    agent: &'a str,
    tier: &'a str,
    digest: String,
    #[serde(flatten)]
    decision: &'a Decision,
    changes: &'a [FieldChange],
    outcome: &'static str,
    factor: Option<AuthFactor>,
}

/// Puts an agent on a tier.
pub(super) fn run(vault: &Vault, upgrade: &Upgrade, output: &Output) -> Result<(), Failure> {
    let asker = Asker::new(&upgrade.asking, vault, output)?;
    let change = Change::SetTier {
        agent: upgrade.name.clone(),
        tier: upgrade.tier,
    };
    let proposal = vault.propose(asker.request(), &change)?;
    let decision = asker.engine().decide(proposal.operation());
    if let Some(profiles) = proposal.profiles() {
        let changes = proposal.operation().changes();
        let reason = upgrade.asking.reason.as_deref();
        output.note(&table::of(profiles, changes, reason, output.columns()));
    }
    output.note(&needs(&decision));
    if upgrade.asking.dry_run {
        output.note("[DRY-RUN] No changes written.");
        return report(&proposal, upgrade, &decision, "dry-run", None, output);
    }
    asker.flags_fit(&decision)?;
    confirm_if_plain(&asker, upgrade, &proposal, &decision)?;
    let grant = block_on(asker.guard(output)?.authorize(proposal.operation().clone()))?;
    let factor = grant.factor();
    vault.commit(grant, &proposal)?;
    output.note(&format!(
        "✓ Profile for {} upgraded to \"{}\"",
        SafeText::quoted(&upgrade.name),
        upgrade.tier
    ));
    report(&proposal, upgrade, &decision, "done", Some(factor), output)
}

/// A change that policy allows as it is still gets a y/N, unless `--yes`.
fn confirm_if_plain(
    asker: &Asker<'_>,
    upgrade: &Upgrade,
    proposal: &Proposal,
    decision: &Decision,
) -> Result<(), Failure> {
    if upgrade.asking.yes || !matches!(decision, Decision::Allow { .. }) {
        return Ok(());
    }
    let challenge = Challenge::new(
        proposal.operation().summary(),
        FactorSet::EMPTY,
        core::time::Duration::from_secs(60),
    );
    block_on(asker.confirmation().confirm(&challenge))?;
    Ok(())
}

/// What the change would take, for people.
fn needs(decision: &Decision) -> String {
    match decision {
        Decision::Allow { .. } => "\nThis change only narrows: a y/N is enough.".to_owned(),
        Decision::RequireBiometry { accepts, policies } => {
            let policies: Vec<&str> = policies.iter().map(|id| id.as_str()).collect();
            format!("\nThis change takes {accepts}, by {}.", policies.join(", "))
        }
        Decision::Deny(denial) => format!("\nThis change is denied: {denial}."),
    }
}

fn report(
    proposal: &Proposal,
    upgrade: &Upgrade,
    decision: &Decision,
    outcome: &'static str,
    factor: Option<AuthFactor>,
    output: &Output,
) -> Result<(), Failure> {
    let operation = proposal.operation();
    let report = Report {
        agent: &upgrade.name,
        tier: upgrade.tier.as_str(),
        digest: operation.digest().to_string(),
        decision,
        changes: operation.changes(),
        outcome,
        factor,
    };
    // In text, everything has been said on stderr, as the product does.
    output.result(&report, String::new)
}
