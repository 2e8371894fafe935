//! The committed table principal × action × factor → decision. A policy change
//! shows as a diff of `decision_table.txt`; `UPDATE_TABLE=1 cargo test` writes
//! it anew.
#![expect(clippy::disallowed_methods, reason = "the table is no vault file")]
#![expect(clippy::unwrap_used, reason = "a test")]

mod common;

use std::fmt::Write as _;

use openpass_auth::Factor;
use openpass_policy::{
    Action, AgentRef, AuthFactor, Authentication, Decision, GuardSettings, Operation, PolicyEngine,
    Request, StepUp, Unattended,
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
        Decision::RequireBiometry { .. } => decision.takes().unwrap(),
        Decision::Deny(_) => "deny".to_owned(),
    }
}

/// An engine whose prompts may ask for every factor.
fn with_every_factor() -> PolicyEngine {
    let engine = PolicyEngine::builder().factors(Factor::ALL);
    engine.build().unwrap()
}

/// The factors, but for those that only a host declares: as long as it does not, the
/// shipped engine answers no to them.
fn is_shipped(factor: AuthFactor) -> bool {
    use AuthFactor::{Device, OneTimeCode, SecurityKey, SystemLogin};
    !matches!(factor, Device | OneTimeCode | SecurityKey | SystemLogin)
}

fn row(shipped: &PolicyEngine, every: &PolicyEngine, operation: &Operation) -> String {
    let mut row = format!(
        "{:<20} {:<DECISION$}",
        operation.action(),
        three_way(&shipped.decide(operation))
    );
    for factor in AuthFactor::ALL {
        let takes = every.decide_with(operation, factor).is_ok();
        let is_taken = shipped.decide_with(operation, factor).is_ok();
        assert_eq!(is_taken, takes && is_shipped(factor), "{factor}");
        let width = factor.as_str().len() + 2;
        write!(row, "  {:<width$}", if takes { "yes" } else { "-" }).unwrap();
    }
    let signed = AuthFactor::ALL.into_iter().filter(|factor| {
        let signed = Authentication::signed(*factor);
        every.decide_with(operation, *factor).is_err()
            && every.decide_with(operation, signed).is_ok()
    });
    let signed: Vec<&str> = signed.map(AuthFactor::as_str).collect();
    if !signed.is_empty() {
        write!(row, "  {}", signed.join(", ")).unwrap();
    }
    row.trim_end().to_owned()
}

/// How wide the decisions are.
const DECISION: usize = 33;

fn head() -> String {
    let mut head = format!("{:<20} {:<DECISION$}", "action", "decision");
    for factor in AuthFactor::ALL {
        write!(head, "  {factor}  ").unwrap();
    }
    head += "  only if signed";
    head.trim_end().to_owned()
}

fn table() -> String {
    let shipped = PolicyEngine::shipped().unwrap();
    let every = with_every_factor();
    let by_the_system = GuardSettings::new(StepUp::SystemLogin, Unattended::Passphrase);
    let opted_out = GuardSettings::new(StepUp::Confirm, Unattended::Waive);
    let mut table = String::new();
    for (settings_name, settings) in [
        ("shipped settings", GuardSettings::default()),
        ("step_up: system-login", by_the_system),
        ("step_up: confirm, unattended: waive", opted_out),
    ] {
        for (party, request) in PARTIES {
            writeln!(table, "== {party}; {settings_name}\n").unwrap();
            writeln!(table, "{}", head()).unwrap();
            for action in Action::ALL {
                let operation = common::operation(&action, request(settings), &target());
                writeln!(table, "{}", row(&shipped, &every, &operation)).unwrap();
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
    let engine = with_every_factor();
    for step_up in StepUp::ALL {
        for unattended in [
            Unattended::Passphrase,
            Unattended::Refuse,
            Unattended::Waive,
        ] {
            for (party, request) in PARTIES {
                for action in Action::ALL {
                    let settings = GuardSettings::new(step_up, unattended);
                    let operation = common::operation(&action, request(settings), &target());
                    let takes = AuthFactor::ALL
                        .map(|factor| engine.decide_with(&operation, factor).is_ok());
                    let [none, confirm, waived, proving @ ..] = takes;
                    // The system's login counts under its setting, whatever else does.
                    let [code, login, showing @ ..] = proving;
                    let nothing = none || confirm || waived;
                    assert!(code || !nothing, "{party}, {action}");
                    let mut weaker = code || login;
                    for (taken, factor) in showing.into_iter().zip(&AuthFactor::ALL[5..]) {
                        assert!(taken || !weaker, "{party}, {action}: {factor}");
                        weaker = taken;
                    }
                    for factor in AuthFactor::ALL {
                        let signed = Authentication::signed(factor);
                        let taken = engine.decide_with(&operation, signed).is_ok();
                        let unsigned = engine.decide_with(&operation, factor).is_ok();
                        assert!(taken || !unsigned, "{party}, {action}: {signed}");
                    }
                }
            }
        }
    }
}
