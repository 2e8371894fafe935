//! The built server as a process: what it says where, and how it ends.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "this is a test"
)]

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use openpass_auth_passphrase::{Passphrase, identity};
use openpass_policy_yaml::{ImportOptions, YamlSource, import};
use openpass_vault::Vault;
use serde_json::{Value, json};

const CONFIG: &str = "\
agents:
  boss:
    tier: admin
    canManageConfig: true
  codex:
    tier: standard
authMethod: touchid
";

struct Server {
    vault: tempfile::TempDir,
    child: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
}

#[expect(clippy::disallowed_methods, reason = "a test makes a vault by hand")]
fn vault() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let passphrase = Passphrase::new(b"correct horse battery staple").unwrap();
    let sealed = identity::seal(&identity::generate(), &passphrase, 10).unwrap();
    let vault = Vault::init(&folder.path().join("vault"), &sealed).unwrap();
    std::fs::write(vault.dir().join("config.yaml"), CONFIG).unwrap();
    folder
}

fn command(vault: &tempfile::TempDir, agent: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_openpass-mcp"));
    command
        .arg("--vault")
        .arg(vault.path().join("vault"))
        .args(["--agent", agent, "--log-json", "--log-level", "debug"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

impl Server {
    fn start() -> Self {
        Self::on(vault())
    }

    fn on(vault: tempfile::TempDir) -> Self {
        let mut child = command(&vault, "boss").spawn().unwrap();
        let mut server = Self {
            to: child.stdin.take(),
            from: BufReader::new(child.stdout.take().unwrap()),
            vault,
            child,
        };
        let hello = json!({"protocolVersion": "2025-06-18", "capabilities": {"elicitation": {}},
                           "clientInfo": {"name": "test", "version": "1"}});
        let answer = server.ask(1, "initialize", hello);
        assert!(answer["result"]["capabilities"]["tools"].is_object());
        server.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        server
    }

    fn send(&mut self, message: &Value) {
        writeln!(self.to.as_mut().unwrap(), "{message}").unwrap();
    }

    /// The next line of stdout, which must be the answer to `id`.
    fn answer(&mut self, id: u64) -> Value {
        let mut line = String::new();
        self.from.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(
            (&answer["jsonrpc"], &answer["id"]),
            (&json!("2.0"), &json!(id)),
            "{line}"
        );
        answer
    }

    fn ask(&mut self, id: u64, method: &str, params: Value) -> Value {
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        self.answer(id)
    }

    fn config(&self) -> String {
        std::fs::read_to_string(self.vault.path().join("vault/config.yaml")).unwrap()
    }
}

#[test]
fn case_20_case_21_case_26_stdout_is_protocol_only_and_nothing_is_asked_of_the_client() {
    let mut server = Server::start();
    // `answer` takes nothing but the answer: an elicitation would fail it.
    let arguments = json!({"name": "set_auth_method", "arguments": {"method": "passphrase"}});
    let refused = server.ask(2, "tools/call", arguments);
    assert_eq!(refused["result"]["isError"], true, "{refused}");
    assert_eq!(
        refused["result"]["structuredContent"]["code"],
        "approval_required"
    );
    assert_eq!(server.config(), CONFIG);
    let unknown = server.ask(3, "tools/call", json!({"name": "approve", "arguments": {}}));
    assert_eq!(unknown["error"]["code"], -32602, "{unknown}");
    let ended = server.to.take();
    drop(ended);
    let output = server.child.wait_with_output().unwrap();
    assert!(output.status.success(), "{:?}", output.status);
    for line in String::from_utf8(output.stderr).unwrap().lines() {
        let log: Value = serde_json::from_str(line).unwrap();
        assert!(log["level"].is_string(), "{line}");
    }
}

#[test]
fn case_25_arguments_of_the_wrong_type_get_an_error_and_the_server_stays_up() {
    let mut server = Server::start();
    for (id, arguments) in [(2, json!(7)), (3, json!("x")), (4, json!(["x"]))] {
        let params = json!({"name": "list_agents", "arguments": arguments});
        let answer = server.ask(id, "tools/call", params);
        assert!(answer["error"]["code"].is_i64(), "{answer}");
    }
    let params = json!({"name": "list_agents", "arguments": null});
    let answer = server.ask(5, "tools/call", params);
    assert_eq!(
        answer["result"]["structuredContent"]["count"], 2,
        "{answer}"
    );
}

#[test]
fn sigterm_ends_it_cleanly_while_the_client_is_still_there() {
    let mut server = Server::start();
    let id = server.child.id().to_string();
    assert!(Command::new("kill").arg(&id).status().unwrap().success());
    assert!(server.child.wait().unwrap().success());
}

#[test]
fn an_agent_that_is_not_in_the_vault_gets_no_server() {
    let vault = vault();
    let output = command(&vault, "stranger").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("there is no agent"), "{said}");
}

/// A vault whose only rules, in YAML, are imported and in force.
#[expect(clippy::disallowed_methods, reason = "a test makes a vault by hand")]
fn vault_with_rules(rules: &str) -> tempfile::TempDir {
    let folder = vault();
    let yaml = format!("version: \"1.0\"\nrules:\n{rules}\n");
    let source = YamlSource::new("rules.yaml", yaml.as_bytes());
    let imported = import(&[source], ImportOptions::new()).unwrap();
    let policies = folder.path().join("vault/policies");
    std::fs::create_dir_all(&policies).unwrap();
    std::fs::write(policies.join("rules.yaml"), &yaml).unwrap();
    std::fs::write(policies.join("imported-rules.cedar"), imported.text).unwrap();
    folder
}

fn lower_codex() -> Value {
    json!({"name": "upgrade_agent", "arguments": {"name": "codex", "tier": "read-only"}})
}

#[test]
fn rules_about_configuration_are_enforced_for_an_agent_that_may_manage_it() {
    let rule = "- {name: hands off, conditions: {path: config/agents/codex}, action: deny}";
    let mut server = Server::on(vault_with_rules(rule));
    let denied = server.ask(2, "tools/call", lower_codex());
    let said = &denied["result"]["structuredContent"];
    assert_eq!(said["code"], "denied", "{denied}");
    assert_eq!(
        said["policies"],
        json!(["import.rules.yaml.1.config"]),
        "{denied}"
    );
    // Nothing else is that rule's matter: a person may approve it.
    let other = json!({"name": "set_auth_method", "arguments": {"method": "passphrase"}});
    let waits = server.ask(3, "tools/call", other);
    let said = &waits["result"]["structuredContent"];
    assert_eq!(said["code"], "approval_required", "{waits}");
    assert_eq!(server.config(), CONFIG);

    let rule =
        "- {name: ask me, conditions: {path: config/agents/codex}, action: require_biometry}";
    let mut server = Server::on(vault_with_rules(rule));
    let waits = server.ask(2, "tools/call", lower_codex());
    let said = &waits["result"]["structuredContent"];
    assert_eq!(said["code"], "approval_required", "{waits}");
    let question = json!({"name": "explain_decision", "arguments": {
        "tool": "upgrade_agent", "arguments": {"name": "codex", "tier": "read-only"}}});
    let explained = server.ask(3, "tools/call", question);
    let said = &explained["result"]["structuredContent"];
    assert_eq!(said["decision"], "require-biometry", "{explained}");
    let policies = said["policies"].as_array().unwrap();
    let named = policies.contains(&json!("import.rules.yaml.1.config"));
    assert!(named, "{explained}");
    assert_eq!(server.config(), CONFIG);
}

#[test]
fn a_rule_about_the_time_of_day_knows_the_time() {
    let rule = "- {name: any time, conditions: {path: config/agents/codex, \
                time_of_day: {start: '00:00', end: '00:00'}}, action: require_biometry}";
    let mut server = Server::on(vault_with_rules(rule));
    let waits = server.ask(2, "tools/call", lower_codex());
    let said = &waits["result"]["structuredContent"];
    assert_eq!(said["code"], "approval_required", "{waits}");
}

#[test]
fn a_closing_rule_without_a_path_locks_no_agent_out_of_configuration() {
    let mut server = Server::on(vault_with_rules("- {name: everything else, action: deny}"));
    let waits = server.ask(2, "tools/call", lower_codex());
    let said = &waits["result"]["structuredContent"];
    assert_eq!(said["code"], "approval_required", "{waits}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test makes a vault by hand")]
fn rules_that_nothing_enforces_are_logged_at_start_and_stop_changes_where_settings_say_so() {
    let folder = vault_with_rules("- {name: r, action: deny}");
    let vault = folder.path().join("vault");
    std::fs::remove_file(vault.join("policies/imported-rules.cedar")).unwrap();
    std::fs::create_dir_all(vault.join("guard")).unwrap();
    std::fs::write(
        vault.join("guard/settings.yaml"),
        "unenforced_yaml: refuse\n",
    )
    .unwrap();
    let mut server = Server::on(folder);
    let refused = server.ask(2, "tools/call", lower_codex());
    let said = &refused["result"]["structuredContent"];
    assert_eq!(said["code"], "policy_broken", "{refused}");
    assert!(refused.to_string().contains("unenforced_yaml"), "{refused}");
    let listed = json!({"name": "list_policies", "arguments": {}});
    let listed = server.ask(3, "tools/call", listed);
    let policy = &listed["result"]["structuredContent"]["policies"][0];
    assert_eq!(policy["not_enforced"], "not imported", "{listed}");
    assert_eq!(server.config(), CONFIG);
    drop(server.to.take());
    let output = server.child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("rules.yaml") && said.contains("policy import"),
        "{said}"
    );
}
