//! The committed table principal × action × factor → decision. A policy change
//! shows as a diff of `decision_table.txt`; `UPDATE_TABLE=1 cargo test` writes
//! it anew.
#![expect(clippy::disallowed_methods, reason = "the table is no vault file")]
#![expect(clippy::unwrap_used, reason = "a test")]

mod common;

use std::fmt::Write as _;

use openpass_policy::{
    Action, AgentRef, AuthFactor, Decision, GuardSettings, Operation, PolicyEngine, Request,
    StepUp, Unattended,
};

const TABLE: &str = include_str!("decision_table.txt");

/// A name for who asks, and that party's request under some settings.
type Party = (&'static str, fn(GuardSettings) -> Request);

const PARTIES: [Party; 6] = [
    ("person at the command line", common::by_person),
    ("person, nobody there", |settings| {
        Request::by_script("~/.openpass", settings)
    }),
    ("person through MCP", |settings| {
        let mut request = common::by_person(settings);
        request.channel = openpass_policy::Channel::Mcp;
        request
    }),
    ("agent", |settings| {
        common::by_agent(common::agent("other", false), settings)
    }),
    ("agent with canManageConfig", |settings| {
        common::by_agent(common::agent("other", true), settings)
    }),
    ("agent with canManageConfig, on itself", |settings| {
        common::by_agent(target(), settings)
    }),
];

fn target() -> AgentRef {
    common::agent("codex", true)
}

fn three_way(decision: &Decision) -> String {
    match decision {
        Decision::Allow { .. } => "allow".to_owned(),
        Decision::RequireBiometry { accepts, .. } => accepts.to_string(),
        Decision::Deny(_) => "deny".to_owned(),
    }
}

fn row(engine: &PolicyEngine, operation: &Operation) -> String {
    let with = AuthFactor::ALL.map(|factor| match engine.decide_with(operation, factor) {
        Ok(_) => "yes",
        Err(_) => "-",
    });
    format!(
        "{:<20} {:<23} {:<5} {:<8} {:<7} {:<11} {}",
        operation.action(),
        three_way(&engine.decide(operation)),
        with[0],
        with[1],
        with[2],
        with[3],
        with[4],
    )
    .trim_end()
    .to_owned()
}

fn table() -> String {
    let engine = PolicyEngine::shipped().unwrap();
    let opted_out = GuardSettings::new(StepUp::Confirm, Unattended::Waive);
    let mut table = String::new();
    for (settings_name, settings) in [
        ("shipped settings", GuardSettings::default()),
        ("step_up: confirm, unattended: waive", opted_out),
    ] {
        for (party, request) in PARTIES {
            writeln!(table, "== {party}; {settings_name}\n").unwrap();
            writeln!(
                table,
                "{:<20} {:<23} none  confirm  waived  passphrase  biometry",
                "action", "decision"
            )
            .unwrap();
            for action in Action::ALL {
                let operation = common::operation(action, request(settings), &target());
                writeln!(table, "{}", row(&engine, &operation)).unwrap();
            }
            table.push('\n');
        }
    }
    table
}

#[test]
fn the_committed_table_is_what_the_engine_decides() {
    let now = table();
    if std::env::var_os("UPDATE_TABLE").is_some() {
        std::fs::write("tests/decision_table.txt", &now).unwrap();
        return;
    }
    for (number, (now, committed)) in now.lines().zip(TABLE.lines()).enumerate() {
        assert_eq!(now, committed, "line {}", number + 1);
    }
    assert_eq!(now.lines().count(), TABLE.lines().count());
}

#[test]
fn a_stronger_factor_never_turns_a_yes_into_a_no() {
    let engine = PolicyEngine::shipped().unwrap();
    for step_up in [StepUp::Biometry, StepUp::Passphrase, StepUp::Confirm] {
        for unattended in [
            Unattended::Passphrase,
            Unattended::Refuse,
            Unattended::Waive,
        ] {
            for (party, request) in PARTIES {
                for action in Action::ALL {
                    let settings = GuardSettings::new(step_up, unattended);
                    let operation = common::operation(action, request(settings), &target());
                    let takes = AuthFactor::ALL
                        .map(|factor| engine.decide_with(&operation, factor).is_ok());
                    let [none, confirm, waived, passphrase, biometry] = takes;
                    let weaker = none || confirm || waived;
                    assert!(passphrase || !weaker, "{party}, {action}: passphrase");
                    assert!(biometry || !passphrase, "{party}, {action}: biometry");
                }
            }
        }
    }
}
