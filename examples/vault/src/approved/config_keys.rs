//! config.yaml's keys outside the agents, as they are in effect.

use openpass_policy::ConfigKeyKind;

use super::{Fields, Held};
use crate::{
    Config, Value,
    product::{self, ValueKind},
    yaml::Tree,
};

use crate::config::AUTH_METHOD;

/// The values that the product takes where the file says nothing, as the product
/// writes them.
const DEFAULTS: [(&str, &str); 22] = [
    ("defaultAgent", "default"),
    ("sessionTimeout", "15m0s"),
    ("vault.scrypt_work_factor", "18"),
    ("vault.format_version", "1"),
    ("git.auto_push", "true"),
    ("git.auto_pull", "true"),
    ("git.auto_pull_interval", "10s"),
    ("mcp.port", "8080"),
    ("mcp.bind", "127.0.0.1"),
    ("mcp.httpTokenFile", "auto"),
    ("mcp.read_header_timeout", "5s"),
    ("mcp.read_timeout", "10s"),
    ("mcp.write_timeout", "10s"),
    ("mcp.shutdown_timeout", "5s"),
    ("mcp.approval_timeout", "30s"),
    ("mcp.rate_limit", "60"),
    ("mcp.metrics_auth_required", "true"),
    ("mcp.oauth.access_token_ttl", "24h0m0s"),
    ("mcp.oauth.refresh_token_ttl", "720h0m0s"),
    ("audit.maxSizeMb", "100"),
    ("audit.maxBackups", "5"),
    ("audit.maxAgeDays", "30"),
];

/// Returns every key that is not at its default. A key that is written with its
/// default, as the product does when it saves, counts as a key that is not
/// written.
pub(crate) fn in_effect(config: &Config) -> Fields {
    let mut fields = Fields::new();
    collect(config.document().tree(), &mut Vec::new(), &mut fields);
    let method = config.auth_method().as_str().to_owned();
    fields.insert(AUTH_METHOD.to_owned(), Held::Text(method));
    fields
}

fn collect<'t>(tree: &'t Tree, path: &mut Vec<&'t str>, fields: &mut Fields) {
    let key = path.join(".");
    if !path.is_empty() && !is_watched(&key) {
        return;
    }
    if tree.is_map() {
        for (name, value) in tree.entries() {
            path.push(name);
            collect(value, path, fields);
            path.pop();
        }
        return;
    }
    let kind = product::key(path);
    let value = typed(&key, kind, tree);
    let has_default = DEFAULTS.iter().any(|(known, _)| *known == key);
    if kind.is_some() && !has_default && tree.scalar() == Some("") {
        return;
    }
    if is_default(&key, kind, &value) {
        return;
    }
    if let Some(held) = Held::of(&value, value.is_kept(&key)) {
        fields.insert(key, held);
    }
}

/// Everything, of kinds too that are not known here: but agents are watched
/// apart, the auth method by what it comes to, and a routine key gives no power.
fn is_watched(key: &str) -> bool {
    !matches!(
        ConfigKeyKind::of(key),
        ConfigKeyKind::Agents | ConfigKeyKind::AuthMethod | ConfigKeyKind::Routine
    )
}

fn typed(key: &str, kind: Option<ValueKind>, tree: &Tree) -> Value {
    match (kind, Value::of_key(key, kind, tree)) {
        (Some(ValueKind::Duration), Value::Text(text)) => Value::Text(duration(&text)),
        (_, value) => value,
    }
}

/// Spells each length of time in one way.
fn duration(text: &str) -> String {
    text.parse::<jiff::SignedDuration>()
        .map_or_else(|_| text.to_owned(), |length| format!("{length:#}"))
}

/// Returns whether `value` is the default of `key`. A value that is false,
/// nought or empty counts as not written where nothing else is the default,
/// because the product leaves it out when it saves.
fn is_default(key: &str, kind: Option<ValueKind>, value: &Value) -> bool {
    let default = DEFAULTS.iter().find(|(known, _)| *known == key);
    match (kind, default, value) {
        (None, _, value) => *value == Value::Unset,
        (Some(ValueKind::Duration), Some((_, default)), Value::Text(text)) => {
            *text == duration(default)
        }
        (_, Some((_, default)), value) => value.text().as_deref() == Some(*default),
        (_, None, Value::Bool(value)) => !value,
        (_, None, Value::Int(value)) => *value == 0,
        (_, None, Value::Text(text)) => text.is_empty(),
        (_, None, Value::List(items)) => items.is_empty(),
        (_, None, Value::Lists(lists)) => lists.is_empty(),
        (_, None, Value::Unset) => true,
        (_, None, Value::Hidden(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Fields {
        let path = std::path::Path::new("config.yaml");
        in_effect(&Config::parse(path, text.as_bytes()).unwrap())
    }

    #[test]
    fn a_default_that_is_written_out_is_as_good_as_none() {
        let nothing = fields("agents: {}\n");
        let same = [
            "mcp: {bind: 127.0.0.1, port: 8080, metrics_auth_required: true, stdio: false}\n",
            "sessionTimeout: 15m\n",
            "git: {auto_push: true, commit_template: x}\nlogging: {level: debug}\n",
            "useTouchID: false\nauthMethod: passphrase\nenvWhitelist: []\n",
            "audit: {maxBackups: 5}\nmcp: {oauth: {access_token_ttl: 24h}}\n",
        ];
        for text in same {
            assert_eq!(fields(text), nothing, "{text}");
        }
    }

    #[test]
    fn what_gives_power_is_watched_and_a_secret_only_by_its_digest() {
        let nothing = fields("agents: {}\n");
        let others = [
            "mcp: {bind: 0.0.0.0}\n",
            "mcp: {allow_insecure_bind: true}\n",
            "mcp: {metrics_auth_required: false}\n",
            "defaultAgent: hermes\n",
            "defaultProfile: work\n",
            "envWhitelist: [PATH]\n",
            "vault: {path: /elsewhere}\n",
            "security: {allow_env_passphrase: true}\n",
            "audit: {maxBackups: 0}\n",
            "authMethod: touchid\n",
            "unheard_of: 1\n",
            "git: {auto_push: false}\n",
        ];
        for text in others {
            assert_ne!(fields(text), nothing, "{text}");
        }
        let secret = format!("{:?}", fields("mcp: {perplexity: {api_key: hunter2}}\n"));
        assert!(secret.contains("mcp.perplexity.api_key") && !secret.contains("hunter2"));
    }
}
