//! The product's keys, as its version of 20 May 2026 has them.

use super::ValueKind::{
    self, AuthMethod, Bool, Duration, Hooks, Int, OneOf, Records, Section, Text, TextList,
    TextLists, Time,
};

/// The agents that the product has when no file names any.
pub(crate) const BUILT_IN_AGENTS: [&str; 6] = [
    "default",
    "claude-code",
    "codex",
    "hermes",
    "openclaw",
    "opencode",
];

const ANY: ValueKind = Int(i64::MIN, i64::MAX);
const COUNT: ValueKind = Int(0, i64::MAX);

/// Every key outside the agents, but for those below a name of their own.
const KEYS: [(&str, ValueKind); 68] = [
    ("vaultDir", Text),
    ("defaultAgent", Text),
    ("sessionTimeout", Duration),
    ("authMethod", AuthMethod),
    ("useTouchID", Bool),
    ("defaultProfile", Text),
    ("profiles", Section),
    ("envWhitelist", TextList),
    ("scan_patterns", Records),
    ("agents", Section),
    ("vault", Section),
    ("vault.path", Text),
    ("vault.default_recipients", TextList),
    ("vault.confirm_remove", Bool),
    ("vault.authMethod", AuthMethod),
    ("vault.useTouchID", Bool),
    ("vault.legacy_mode", Bool),
    ("vault.search_workers", COUNT),
    ("vault.pseudonymize_paths", Bool),
    ("vault.scrypt_work_factor", COUNT),
    ("vault.last_rotated", Time),
    ("vault.format_version", COUNT),
    ("vault.argon2id_time", COUNT),
    ("vault.argon2id_memory", COUNT),
    ("vault.argon2id_threads", COUNT),
    ("git", Section),
    ("git.commit_template", Text),
    ("git.auto_push", Bool),
    ("git.auto_pull", Bool),
    ("git.auto_pull_interval", Duration),
    ("mcp", Section),
    ("mcp.port", Int(1, 65_535)),
    ("mcp.bind", Text),
    ("mcp.httpTokenFile", Text),
    ("mcp.otlp_endpoint", Text),
    ("mcp.stdio", Bool),
    ("mcp.approval_required", Bool),
    ("mcp.read_header_timeout", Duration),
    ("mcp.read_timeout", Duration),
    ("mcp.write_timeout", Duration),
    ("mcp.shutdown_timeout", Duration),
    ("mcp.approval_timeout", Duration),
    ("mcp.rate_limit", COUNT),
    ("mcp.trusted_proxy_ips", TextList),
    ("mcp.metrics_auth_required", Bool),
    ("mcp.tls_cert_file", Text),
    ("mcp.tls_key_file", Text),
    ("mcp.allow_insecure_bind", Bool),
    ("mcp.oauth", Section),
    ("mcp.oauth.access_token_ttl", Duration),
    ("mcp.oauth.refresh_token_ttl", Duration),
    ("update", Section),
    ("update.cache_ttl", Duration),
    ("clipboard", Section),
    ("clipboard.auto_clear_duration", COUNT),
    ("clipboard.printByDefault", Bool),
    ("clipboard.copyByDefault", Bool),
    ("audit", Section),
    ("audit.maxSizeMb", COUNT),
    ("audit.maxBackups", COUNT),
    ("audit.maxAgeDays", COUNT),
    ("logging", Section),
    ("logging.level", OneOf(&["debug", "info", "warn", "error"])),
    ("logging.format", OneOf(&["text", "json"])),
    ("security", Section),
    // A later version's; an earlier one passes over them.
    ("security.allow_env_passphrase", Bool),
    ("security.disable_env_passphrase", Bool),
    ("paymentPolicies", Section),
];

/// Every field of an agent's profile, in the order in which it is shown. The
/// tier has its own rules.
const AGENT_FIELDS: [(&str, ValueKind); 29] = [
    ("canWrite", Bool),
    ("canRunCommands", Bool),
    ("canManageConfig", Bool),
    ("canUseClipboard", Bool),
    ("canUseAutotype", Bool),
    ("canReadValues", Bool),
    ("exposeValueTools", Bool),
    ("autoUnseal", Bool),
    ("requireApproval", Bool),
    ("approvalMode", OneOf(&["none", "deny", "prompt"])),
    ("allowedExecutables", TextList),
    ("allowedPaths", TextList),
    ("redactFields", TextList),
    ("perToolRedactFields", TextLists),
    ("approvalTimeout", Duration),
    ("allowed_tools", TextList),
    ("max_reads_per_hour", ANY),
    ("max_reads_per_day", ANY),
    ("max_secrets_in_session", ANY),
    ("dynamicProviders", TextLists),
    ("allowedEnvVars", TextList),
    (
        "promptInjectionMode",
        OneOf(&["off", "log-only", "wrap", "deny"]),
    ),
    ("pre_call_hooks", Hooks),
    ("post_call_hooks", Hooks),
    ("skillPath", Text),
    ("skillVersion", Text),
    ("exposePaymentValues", Bool),
    ("paymentPolicy", Text),
    // What is written here is checked apart; the product loads any text.
    ("tier", Text),
];

/// Every field of a profile but the tier, in the order in which it is shown.
pub(crate) fn agent_fields() -> impl Iterator<Item = (&'static str, ValueKind)> {
    let fields = AGENT_FIELDS.iter().copied();
    fields.filter(|(field, _)| *field != "tier")
}

/// Every field of a profile, the tier too.
pub(super) fn all_agent_fields() -> impl Iterator<Item = &'static str> {
    AGENT_FIELDS.iter().map(|(field, _)| *field)
}

/// Every key of config.yaml that the product knows, sections too, but for those
/// below an agent's or a profile's name.
pub fn all_keys() -> impl Iterator<Item = &'static str> {
    KEYS.iter().map(|(key, _)| *key)
}

/// Returns the kind of value that the key at `path` takes; `None` when nobody
/// knows the key.
pub(crate) fn key(path: &[&str]) -> Option<ValueKind> {
    match path {
        ["agents", _] | ["profiles", _] => Some(Section),
        ["agents", _, field] => agent_field(field),
        ["profiles", _, "vault"] => Some(Text),
        _ => find(&KEYS, &path.join(".")),
    }
}

/// Returns the kind of value that a field of an agent's profile takes; `None`
/// when nobody knows the field.
pub(crate) fn agent_field(field: &str) -> Option<ValueKind> {
    find(&AGENT_FIELDS, field)
}

fn find(table: &[(&str, ValueKind)], name: &str) -> Option<ValueKind> {
    table
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, kind)| *kind)
}
