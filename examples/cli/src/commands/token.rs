//! `openpass agent token …`.

use openpass_auth::SafeText;
use openpass_vault::{Change, Proposal, Vault};
use serde::Serialize;

use super::change::{self, Telling};
use crate::{
    args::Token,
    failure::Failure,
    output::{Output, Paper, cell},
    table::{Cell, Table},
};

pub(super) fn run(vault: &Vault, command: &Token, output: &Output) -> Result<(), Failure> {
    let Some((change, flags)) = command.change() else {
        return list(vault, output);
    };
    match &change {
        Change::RevokeToken { id } => {
            let done = |_: &Proposal| format!("✓ Token {} revoked", SafeText::quoted(id));
            let telling = Telling::plain(&done).with("token", id.clone());
            change::run(vault, flags, &change, &telling, output)
        }
        Change::IssueToken { agent, .. } | Change::RotateTokens { agent } => {
            let telling = Telling::plain(&issued).with("agent", agent.clone());
            change::run(vault, flags, &change, &telling, output)
        }
        _ => change::run(vault, flags, &change, &Telling::plain(&issued), output),
    }
}

/// The file, and never the token itself: a terminal keeps what it shows.
fn issued(proposal: &Proposal) -> String {
    proposal.issued().map_or_else(String::new, |token| {
        let file = SafeText::escape(&token.file);
        format!(
            "✓ Token written to {file} (id={})",
            SafeText::escape(&token.id)
        )
    })
}

#[derive(Serialize)]
struct TokenList {
    tokens: Vec<TokenRow>,
    count: usize,
}

#[derive(Serialize)]
struct TokenRow {
    id: String,
    agent: String,
    label: Option<String>,
    allowed_tools: Vec<String>,
    created_at: String,
    expires_at: Option<String>,
    last_used_at: Option<String>,
    state: &'static str,
}

fn list(vault: &Vault, output: &Output) -> Result<(), Failure> {
    let tokens: Vec<TokenRow> = vault
        .tokens()?
        .into_iter()
        .map(|token| TokenRow {
            state: match (token.revoked, token.is_live()) {
                (true, _) => "revoked",
                (false, true) => "live",
                (false, false) => "expired",
            },
            agent: token.agent().to_owned(),
            id: token.id,
            label: token.label,
            allowed_tools: token.allowed_tools,
            created_at: token.created_at,
            expires_at: token.expires_at,
            last_used_at: token.last_used_at,
        })
        .collect();
    let listing = TokenList {
        count: tokens.len(),
        tokens,
    };
    output.result(&listing, || table(&listing, output.stdout()))
}

fn table(listing: &TokenList, paper: Paper) -> String {
    let mut table = Table::under(&["ID", "AGENT", "STATE", "EXPIRES", "TOOLS"]);
    for token in &listing.tokens {
        table.push(vec![
            Cell::of(cell(&token.id)),
            Cell::of(cell(&token.agent)),
            Cell::of(token.state),
            Cell::of(cell(token.expires_at.as_deref().unwrap_or("never"))),
            Cell::of(cell(&token.allowed_tools.join(","))),
        ]);
    }
    table.on(paper)
}
