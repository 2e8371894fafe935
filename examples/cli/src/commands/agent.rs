//! `openpass agent list`.

use core::fmt::Write as _;

use openpass_auth::SafeText;
use openpass_vault::{Profile, Vault};
use serde::Serialize;

use crate::{failure::Failure, output::Output};

#[derive(Serialize)]
struct Listing {
    agents: Vec<Entry>,
    count: usize,
}

#[derive(Serialize)]
struct Entry {
    name: String,
    tier: &'static str,
    approval_mode: String,
    can_write: bool,
    can_manage_config: bool,
}

impl Entry {
    fn of(profile: &Profile) -> Self {
        let power = |field| *profile.get(field) == openpass_vault::Value::Bool(true);
        Self {
            name: profile.name().to_owned(),
            tier: profile.tier().as_str(),
            approval_mode: profile.get("approvalMode").to_string(),
            can_write: power("canWrite"),
            can_manage_config: power("canManageConfig"),
        }
    }
}

/// Lists the agents, in the file's order.
pub(super) fn list(vault: &Vault, output: &Output) -> Result<(), Failure> {
    let agents: Vec<Entry> = vault.config()?.agents().iter().map(Entry::of).collect();
    let listing = Listing {
        count: agents.len(),
        agents,
    };
    output.result(&listing, || table(&listing))
}

fn table(listing: &Listing) -> String {
    let yes_no = |power| if power { "yes" } else { "no" };
    let mut table = format!(
        "{:<14} {:<10} {:<10} {:<12} {}\n",
        "AGENT", "TIER", "APPROVAL", "CAN WRITE", "CAN CONFIGURE"
    );
    for agent in &listing.agents {
        // Writing to a String cannot fail.
        let _ = writeln!(
            table,
            "{:<14} {:<10} {:<10} {:<12} {}",
            SafeText::escape(&agent.name),
            agent.tier,
            SafeText::escape(&agent.approval_mode),
            yes_no(agent.can_write),
            yes_no(agent.can_manage_config),
        );
    }
    table
}
