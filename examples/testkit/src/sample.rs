//! The vault that the real product made: `sample-vault`, beside its README.

/// Taken in when the kit is built, so that no test looks for it.
macro_rules! sample {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../sample-vault/", $name)))
    };
}

/// Every file by its path in the vault.
pub(crate) const FILES: [(&str, &[u8]); 18] = [
    // Under another name in this repository, where git would obey it.
    (".gitignore", include_bytes!("../sample-vault/gitignore")),
    sample!(".lock"),
    sample!("audit-claude-code.log"),
    sample!("audit-hermes.log"),
    sample!("audit-openpass.log"),
    sample!("config.yaml"),
    sample!("entries/dev/api-key.age"),
    sample!("entries/personal/mail.age"),
    sample!("entries/prod/db.age"),
    sample!("entries/prod/stripe.age"),
    sample!("identity.age"),
    sample!("manifest.age"),
    sample!("mcp-tokens.json"),
    sample!("mcp-tokens/claude-code.token"),
    sample!("mcp-tokens/hermes.token"),
    sample!("mcp-tokens/openclaw.token"),
    sample!("policies/10-dev.yaml"),
    sample!("policies/20-prod.yaml"),
];

/// The sample's configuration.
pub const CONFIG: &str = include_str!("../sample-vault/config.yaml");

/// The agent `codex` in the fixture.
const CODEX: &str = "    codex:
        tier: read-only
        approvalMode: deny
        canWrite: false
        canRunCommands: false
        canManageConfig: false
        canUseClipboard: false
        canUseAutotype: false
        canReadValues: false
        exposeValueTools: false
        autoUnseal: false
        requireApproval: false
        skillPath: ~/.codex/skills/openpass/AGENTS.md
";

/// The same agent with the product's preset of the tier admin.
const CODEX_AS_ADMIN: &str = "    codex:
        tier: admin
        approvalMode: prompt
        canWrite: true
        canRunCommands: true
        canManageConfig: true
        canUseClipboard: true
        canUseAutotype: true
        canReadValues: true
        exposeValueTools: true
        autoUnseal: true
        requireApproval: true
        skillPath: ~/.codex/skills/openpass/AGENTS.md
";

/// The configuration in which codex is an admin, and all else is as in
/// `config`.
pub fn with_codex_as_admin(config: &str) -> String {
    assert_eq!(config.matches(CODEX).count(), 1);
    config.replace(CODEX, CODEX_AS_ADMIN)
}
