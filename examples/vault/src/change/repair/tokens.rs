//! The registry of tokens, by id. Raw tokens are kept nowhere: a token that
//! comes back is good for who has its file still.

use super::super::FileChange;
use crate::{
    Vault, VaultError,
    approved::{Baseline, Fields, Held, ItemKind, Part},
    files,
    registry::{self, Registry, Token},
};

impl Vault {
    pub(super) fn tokens_back(
        &self,
        baseline: &Baseline<'_>,
        approved: &Part,
    ) -> Result<FileChange, VaultError> {
        let path = self.dir().join(registry::FILE);
        let before = self.read_or_describe(&path)?;
        let readable = before.as_deref().filter(|it| !files::is_described(it));
        let mut registry = match Registry::parse(&path, readable) {
            Ok(registry) => registry,
            // What nobody can read gives way to what was approved.
            Err(_) => Registry::parse(&path, None)?,
        };
        let now = baseline.read(ItemKind::Tokens, registry::FILE, readable);
        let now = now.unwrap_or_default();
        registry.tokens.retain(|id, _| approved.contains_key(id));
        for (id, fields) in approved {
            if now.get(id) == Some(fields) {
                continue;
            }
            let token = registry.tokens.entry(id.clone());
            put_back(token.or_insert_with(|| without_a_record(id)), fields);
        }
        Ok(FileChange {
            name: registry::FILE.to_owned(),
            before,
            after: Some(registry.to_bytes()?),
        })
    }
}

/// Returns what is left of a token whose line is gone. The label, the first digits and the
/// time are not kept, and its id has the day.
fn without_a_record(id: &str) -> Token {
    let day = id.strip_prefix("tok-").and_then(|id| id.get(..8));
    let day = day.and_then(|day| jiff::civil::Date::strptime("%Y%m%d", day).ok());
    let day = day.map_or_else(|| "1970-01-01".to_owned(), |day| day.to_string());
    Token::new(id.to_owned(), "", "", format!("{day}T00:00:00Z"))
}

fn digest(held: &Held) -> Option<String> {
    match held {
        Held::Digest(sha256) => Some(sha256.clone()),
        _ => None,
    }
}

fn put_back(token: &mut Token, fields: &Fields) {
    let text = |field: &str| fields.get(field).and_then(Held::as_text).map(str::to_owned);
    if let Some(hash) = fields.get("hash").and_then(digest) {
        token.hash = hash;
    }
    if let Some(Held::List(tools)) = fields.get("allowed_tools") {
        token.allowed_tools.clone_from(tools);
    }
    token.revoked = fields.get("revoked") != Some(&Held::Bool(false));
    if !token.revoked {
        token.revoked_at = None;
    }
    token.agent_name = text("agent");
    token.refresh_token_hash = fields.get("refresh_token_hash").and_then(digest);
    token.refresh_expires_at = text("refresh_expires_at");
    token.expires_at = text("expires_at");
    token.know_tools_by(text("tools known by"));
}
