//! Every command, and whether what it prints is what its schema says.

use std::collections::{BTreeMap, BTreeSet};

use openpass_testkit::Run;
use serde_json::Value;

use crate::{
    check::problems,
    documents,
    sample::{Ended, PASSPHRASE, Sample},
};

const WIDENS: &str = "@id(\"own.x\") permit (principal, action, resource);\n";
const RULES: &str = "version: \"1.0\"\nrules:\n  - name: r\n    priority: 1\n    conditions:\n      agent_id: codex\n      path: dev/**\n    action: allow\n";
const TESTS: &str = "\
tests:
  - name: passes
    request: { principal: user, action: removePolicy, resource: x.cedar }
    decision: biometry or passphrase
  - name: fails
    request: { principal: user, action: removePolicy, resource: x.cedar }
    decision: deny
  - name: fails with lists
    request: { principal: user, action: [removePolicy, list], resource: [x.cedar, y.cedar] }
    decision: deny
  - name: is broken
    request: { principal: nobody, action: removePolicy, resource: x.cedar }
    decision: deny
";

/// What was printed, by the schema that it has to fit.
struct Printed<'a> {
    sample: &'a Sample,
    schemas: BTreeMap<&'static str, Value>,
    seen: BTreeSet<&'static str>,
}

impl<'a> Printed<'a> {
    fn of(sample: &'a Sample) -> Self {
        Self {
            sample,
            schemas: documents::all(),
            seen: BTreeSet::new(),
        }
    }

    #[track_caller]
    fn fits(&mut self, name: &'static str, ended: &Ended) -> Value {
        let value = ended.json();
        let problems = problems(&self.schemas[name], &value);
        assert!(problems.is_empty(), "{name}: {problems:#?}\n{ended:#?}");
        self.seen.insert(name);
        value
    }

    /// What `words` prints, without anybody to ask.
    #[track_caller]
    fn looks(&mut self, name: &'static str, words: &[&str]) -> Value {
        let ended = self.sample.run(&[words, &["--output", "json"]].concat());
        self.fits(name, &ended)
    }

    /// The first line of a log that is followed.
    fn follows(&mut self) {
        let follow = ["--output", "json", "audit", "list", "--follow"];
        let first = "\"$@\" 2>&1 | head -n 1";
        let run = self.sample.command(&follow, &[]).by_shell(first);
        let ended = run.without_a_terminal().with(0);
        self.fits("audit-list-follow", &ended);
    }

    /// What `words` prints as a dry run, and by a script that gives the passphrase.
    #[track_caller]
    fn changes(&mut self, name: &'static str, words: &[&str]) -> Value {
        let dry = self.looks(name, &[words, &["--dry-run"]].concat());
        assert_eq!(dry["outcome"], "dry-run", "{name}");
        let words = [words, &["--output", "json"]].concat();
        let done = self.fits(name, &self.sample.script(&words).with(0));
        assert_eq!(done["outcome"], "done", "{name}");
        done
    }
}

fn file(sample: &Sample, name: &str, text: &str) -> String {
    sample.write(name, text);
    sample.dir().join(name).to_str().unwrap().to_owned()
}

fn agents(printed: &mut Printed<'_>) {
    printed.looks("agent-list", &["agent", "list"]);
    let shown = printed.looks("agent-show", &["agent", "show", "codex"]);
    assert_eq!(shown["effective"]["canWrite"], false);
    let raised = printed.changes(
        "agent-upgrade",
        &["agent", "upgrade", "codex", "--tier", "admin"],
    );
    let write = field(&raised, "canWrite");
    assert_eq!(
        (&write["before"], &write["after"]),
        (&false.into(), &true.into())
    );
    printed.changes("agent-add", &["agent", "add", "new", "--tier", "standard"]);
    let edit = [
        "agent",
        "profile",
        "edit",
        "new",
        "--set",
        "allowedPaths=a,b",
    ];
    let edited = printed.changes("agent-profile-edit", &edit);
    assert_eq!(
        field(&edited, "allowedPaths")["after"],
        serde_json::json!(["a", "b"])
    );
    let issued = printed.changes("agent-token-new", &["agent", "token", "new", "new"]);
    let id = issued["issued"]["id"].as_str().unwrap().to_owned();
    printed.changes("agent-token-rotate", &["agent", "token", "rotate", "new"]);
    printed.looks("agent-token-list", &["agent", "token", "list"]);
    printed.looks("error", &["agent", "token", "revoke", &id, "--dry-run"]);
    printed.changes(
        "agent-token-revoke",
        &["agent", "token", "revoke", "tok-20261123-98755ef2"],
    );
    printed.changes("agent-remove", &["agent", "remove", "new"]);
}

fn field<'v>(change: &'v Value, name: &str) -> &'v Value {
    let mut changes = change["changes"].as_array().unwrap().iter();
    changes.find(|one| one["field"] == name).unwrap()
}

fn vault(printed: &mut Printed<'_>) {
    printed.looks("auth-status", &["auth", "status"]);
    printed.looks("config-validate", &["config", "validate"]);
    let all = printed.looks("config-get", &["config", "get"]);
    assert_eq!(all["values"]["mcp.port"], 8080);
    assert_eq!(all["values"]["mcp.metrics_auth_required"], true);
    assert!(all["values"]["agents.ci-bot.allowedPaths"].is_array());
    let port = printed.changes("config-set", &["config", "set", "mcp.port", "8081"]);
    let port = field(&port, "mcp.port");
    assert_eq!(
        (&port["before"], &port["after"]),
        (&8080.into(), &8081.into())
    );
    let auth = printed.sample.read("config.yaml");
    printed.sample.write(
        "config.yaml",
        &auth.replace("authMethod: passphrase", "authMethod: touchid"),
    );
    printed.changes("auth-set", &["auth", "set", "passphrase"]);
}

fn rotate(printed: &mut Printed<'_>) {
    let dry = ["auth", "rotate-passphrase", "--dry-run"];
    printed.looks("auth-rotate-passphrase", &dry);
    let new = "another passphrase that is long";
    let rotate = [
        "auth",
        "rotate-passphrase",
        "--yes",
        "--no-biometric",
        "--reason",
        "a test",
        "--passphrase-fd",
        "3",
        "--new-passphrase-fd",
        "4",
        "--output",
        "json",
    ];
    let ended = printed
        .sample
        .run_with(&rotate, &[PASSPHRASE, new], &[])
        .with(0);
    printed.fits("auth-rotate-passphrase", &ended);
}

/// Each kind of thing that `policy check` finds without a vault.
const ODD: &str = r#"forbid (principal, action, resource) when { context.time.weekday == 0 };
permit (principal == OpenPass::Agent::"test-*", action == OpenPass::Action::"list", resource);
"#;

fn policies(printed: &mut Printed<'_>) {
    let sample = printed.sample;
    let rules = file(sample, "rules.yaml", RULES);
    let own = file(sample, "own.cedar", WIDENS);
    let tests = file(sample, "tests.yaml", TESTS);
    let cases = r#"[{"name": "loads", "policy": "version: \"1\"\nrules: []", "ok": true}, {"name": "no case"}]"#;
    let cases = file(sample, "cases.json", cases);
    let declares = "namespace Notes {\n  entity Note;\n}\n";
    let declares = file(sample, "notes.cedarschema", declares);
    printed.changes("policy-apply", &["policy", "apply", &declares]);
    printed.looks("policy-list", &["policy", "list"]);
    printed.looks("policy-import", &["policy", "import", &rules]);
    printed.changes(
        "policy-import-apply",
        &["policy", "import", &rules, "--apply"],
    );
    printed.changes("policy-apply", &["policy", "apply", &own]);
    printed.looks("policy-matrix", &["policy", "matrix"]);
    let dir = sample.dir().join("policies");
    printed.changes("policy-remove", &["policy", "remove", "own.cedar"]);
    let empty = tempfile::tempdir().unwrap();
    std::fs::write(empty.path().join("own.cedar"), WIDENS).unwrap();
    let empty = empty.path().to_str().unwrap();
    printed.looks("policy-matrix-diff", &["policy", "matrix", "--diff", empty]);
    drop(dir);
    let found = printed.looks("policy-check", &["policy", "check"]);
    let odd = file(sample, "odd.cedar", ODD);
    let all = printed.looks("policy-check", &["policy", "check", &odd]);
    assert!(all["count"].as_u64() > found["count"].as_u64(), "{all}");
    let notes = printed.looks("policy-apply", &["policy", "apply", &odd, "--dry-run"]);
    let notes = notes["notes"].to_string();
    assert!(notes.contains("never-applies"), "{notes}");
    printed.looks("policy-test", &["policy", "test", &tests]);
    printed.looks("policy-test", &["policy", "test", &cases]);
    printed.looks("policy-test", &["policy", "test", &tests, &cases]);
    printed.looks("policy-schema", &["policy", "schema"]);
    printed.looks("policy-show", &["policy", "show"]);
    printed.looks("policy-new", &["policy", "new"]);
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().to_str().unwrap();
    let new = ["policy", "new", "office-hours", "--to", to];
    printed.looks("policy-new", &new);
    for words in [
        &["agent", "upgrade", "codex", "--tier", "standard"][..],
        &["guard"],
        &["auth", "rotate-passphrase"],
    ] {
        let explain = [&["policy", "explain"][..], words].concat();
        printed.looks("policy-explain", &explain);
        printed.looks(
            "policy-explain",
            &[
                &explain[..],
                &["--as", "agent:openclaw", "--factor", "passphrase"],
            ]
            .concat(),
        );
    }
}

fn guard(printed: &mut Printed<'_>) {
    let narrow = [
        "config",
        "set",
        "clipboard.auto_clear_duration",
        "31",
        "--yes",
    ];
    drop(printed.sample.run(&narrow).with(0));
    printed.changes("guard-seal", &["guard", "seal"]);
    printed.changes("guard-set", &["guard", "set", "timeout", "90s"]);
    let config = printed.sample.read("config.yaml");
    printed
        .sample
        .write("config.yaml", &config.replace("port: 8081", "port: 8082"));
    let status = printed.looks("guard-status", &["guard", "status"]);
    assert_eq!(status["log"]["state"], "whole");
    assert_eq!(
        field(&status["outside_the_guard"][0], "config.yaml mcp.port")["after"],
        8082
    );
    printed.changes("guard-restore", &["guard", "restore"]);
    printed
        .sample
        .write("config.yaml", &config.replace("port: 8081", "port: 8082"));
    printed.changes("guard-accept", &["guard", "accept"]);
    printed.changes("guard-reset", &["guard", "reset"]);
    printed.changes("approver-add", &["approver", "add", "passphrase"]);
    let approvers = printed.looks("approver-list", &["approver", "list"]);
    assert_eq!(approvers["approvers"][0]["kind"], "passphrase");
    let keys = printed.sample.run(&["audit", "export", "--format", "jwks"]);
    printed.sample.write("keys.json", &keys.with(0).stdout);
    let path = printed.sample.dir().join("keys.json");
    let verify = ["audit", "verify", "--keys", path.to_str().unwrap()];
    assert_eq!(printed.looks("audit-verify-keys", &verify)["state"], "hold");
    let head = printed.looks("audit-head", &["audit", "head"]);
    let verify = ["audit", "verify", "--head", head["seal"].as_str().unwrap()];
    let found = printed.looks("audit-verify-head", &verify);
    assert_eq!(found["state"], "contained");
    printed.looks("audit-list", &["audit", "list", "--last", "2"]);
    printed.follows();
    printed.looks("audit-verify", &["audit", "verify"]);
    let log = printed.sample.read("guard/log.jsonl");
    printed.sample.write(
        "guard/log.jsonl",
        &log.replacen("\"seq\":2", "\"seq\":3", 1),
    );
    let status = printed.looks("guard-status", &["guard", "status"]);
    assert_eq!(status["log"]["state"], "not-whole");
    let found = printed.looks("audit-verify", &["audit", "verify"]);
    assert_eq!(found["state"], "not-whole");
    printed.changes("guard-set-log-aside", &["guard", "set-log-aside"]);
    printed.changes("audit-rotate-key", &["audit", "rotate-key"]);
    let found = printed.looks("audit-verify", &["audit", "verify"]);
    assert_eq!(found["state"], "whole");
}

fn requests(printed: &mut Printed<'_>) {
    let sample = printed.sample;
    printed.looks("approve-list", &["approve"]);
    let mut codes = Vec::new();
    for tier in ["standard", "admin"] {
        let raise = [
            "agent", "upgrade", "openclaw", "--tier", tier, "--output", "json",
        ];
        let ended = sample
            .run_with(&raise, &[], &[("OPENPASS_AGENT", "hermes")])
            .with(13);
        let waits = printed.fits("error", &ended);
        codes.push(waits["request"]["code"].as_str().unwrap().to_owned());
    }
    printed.looks("approve-list", &["approve"]);
    printed.looks("deny", &["deny", &codes[0], "--dry-run"]);
    printed.looks("deny", &["deny", &codes[0]]);
    printed.changes("approve", &["approve", &codes[1]]);
}

fn others(printed: &mut Printed<'_>) {
    printed.looks("completions", &["completions", "bash"]);
    let folder = tempfile::tempdir().unwrap();
    let man = printed.looks("man", &["man", folder.path().to_str().unwrap()]);
    let mut pages: Vec<String> = folder
        .path()
        .read_dir()
        .unwrap()
        .map(|page| page.unwrap().file_name().into_string().unwrap())
        .collect();
    pages.sort();
    assert_eq!(man["pages"], serde_json::json!(pages));
    // Nobody can be asked here, so it is refused, which is its result.
    let demo = printed.looks("demo", &["demo"]);
    assert_eq!(demo["outcome"], "refused");
    printed.looks("error", &["agent", "upgrade"]);
    printed.looks("error", &["agent", "show", "nobody"]);
}

fn init(printed: &mut Printed<'_>) {
    let folder = tempfile::tempdir().unwrap();
    let vault = folder.path().join("vault");
    let vault = vault.to_str().unwrap();
    let words = |last: &[&'static str]| {
        [&["init", "--vault", vault, "--output", "json"][..], last].concat()
    };
    for flags in [&["--dry-run"][..], &["--passphrase-fd", "3"]] {
        let run = Run::of(env!("CARGO_BIN_EXE_openpass"), folder.path(), &words(flags));
        let ended = run.with_files(&[PASSPHRASE]).without_a_terminal();
        printed.fits("init", &ended.with(0));
    }
}

#[test]
fn c12_every_command_prints_what_its_schema_says() {
    let sample = Sample::new();
    let mut printed = Printed::of(&sample);
    agents(&mut printed);
    vault(&mut printed);
    policies(&mut printed);
    guard(&mut printed);
    requests(&mut printed);
    others(&mut printed);
    let all: BTreeSet<&str> = printed.schemas.keys().copied().collect();
    let unseen: Vec<&&str> = all.difference(&printed.seen).collect();
    // The test below prints two; the last needs a build with the prover.
    let elsewhere = ["auth-rotate-passphrase", "init", "policy-verify"];
    assert_eq!(unseen, elsewhere.iter().collect::<Vec<_>>());
}

#[test]
fn c12_what_makes_a_new_identity_prints_what_its_schema_says() {
    let sample = Sample::new();
    let mut printed = Printed::of(&sample);
    init(&mut printed);
    rotate(&mut printed);
}
