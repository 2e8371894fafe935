//! The abuse cases of the conformance kit, played on the built server by an agent.
#![cfg(unix)]

use openpass_conformance::McpServer;
use openpass_testkit::TestVault;
use serde_json::json;

const CONFIG: &str = "\
agents:
  boss:
    tier: admin
    canManageConfig: true
  codex:
    tier: read-only
authMethod: touchid
";

fn vault() -> TestVault {
    let vault = TestVault::new();
    vault.put("config.yaml", CONFIG);
    vault
}

#[test]
fn openpass_mcp_holds_every_case_that_applies() {
    let admin = CONFIG.replace("tier: read-only", "tier: admin");
    let raise = json!({"name": "codex", "tier": "admin"});
    let report = McpServer::new(env!("CARGO_BIN_EXE_openpass-mcp"), vault, TestVault::config)
        .arguments(|vault| {
            ["--vault", vault.dir_text(), "--agent", "boss"]
                .map(str::to_owned)
                .into()
        })
        .environment(|vault| vec![("HOME".to_owned(), vault.home().into())])
        .change("upgrade_agent", raise, admin)
        .waits_with("approval_required")
        .run();
    report.assert_holds();
}
