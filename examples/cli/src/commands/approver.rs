//! `openpass approver …`.

mod added;

use openpass_approval::Approver;
use openpass_vault::{Proposal, Vault};
use serde::Serialize;

use super::change::{self, Telling};
use crate::{
    args::{AddApprover, ApproverCommand},
    failure::Failure,
    output::{Output, Paper, cell},
    table::{Cell, Table},
};

pub(super) fn run(
    vault: &Vault,
    command: &ApproverCommand,
    output: &Output,
) -> Result<(), Failure> {
    let (change, flags) = match (command, command.change()) {
        (_, Some(asked)) => asked,
        (ApproverCommand::Add(AddApprover::TouchId(key)), None) => {
            return added::touch_id(vault, key, output);
        }
        (ApproverCommand::Add(AddApprover::SecurityKey(key)), None) => {
            return added::security_key(vault, key, output);
        }
        (_, None) => return list(vault, output),
    };
    let done = |_: &Proposal| match command {
        ApproverCommand::Remove { .. } => "✓ The key can no longer approve".to_owned(),
        _ => "✓ The passphrase approves by the key that it derives".to_owned(),
    };
    change::run(vault, flags, &change, &Telling::plain(&done), output)
}

#[derive(Serialize)]
struct ApproverList {
    /// The id that stands for the vault in everything that is signed for it.
    vault_id: Option<String>,
    approvers: Vec<ApproverRow>,
    count: usize,
}

/// One key that can approve.
#[derive(Debug, Serialize)]
pub(super) struct ApproverRow {
    id: String,
    kind: &'static str,
    label: Option<String>,
    since: Option<String>,
}

impl ApproverRow {
    fn of(approver: &Approver) -> Self {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Self {
            id: approver.id().to_string(),
            kind: approver.factor().as_str(),
            label: text(approver.label()),
            since: text(approver.since()),
        }
    }
}

/// Returns the approvers, for programs.
pub(super) fn rows(vault: &Vault) -> Result<Vec<ApproverRow>, Failure> {
    Ok(vault.approvers()?.iter().map(ApproverRow::of).collect())
}

fn list(vault: &Vault, output: &Output) -> Result<(), Failure> {
    let approvers = rows(vault)?;
    let listing = ApproverList {
        vault_id: vault.id()?,
        count: approvers.len(),
        approvers,
    };
    output.result(&listing, || table(&listing, output.stdout()))
}

fn table(listing: &ApproverList, paper: Paper) -> String {
    if listing.approvers.is_empty() {
        return "Nobody signs approvals of this vault yet. The first passphrase that is typed for \
                a change makes its own key the first approver.\n"
            .to_owned();
    }
    let mut table = Table::under(&["KIND", "NAME", "SINCE", "KEY"]);
    for approver in &listing.approvers {
        table.push(vec![
            Cell::of(approver.kind),
            Cell::of(cell(approver.label.as_deref().unwrap_or("-"))),
            Cell::of(cell(approver.since.as_deref().and_then(day).unwrap_or("-"))),
            Cell::of(cell(&approver.id)),
        ]);
    }
    table.on(paper)
}

fn day(since: &str) -> Option<&str> {
    since.get(..10)
}
