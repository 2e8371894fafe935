//! regorus, a Rego engine: the three answers in one evaluation.

use std::fmt::Write as _;

use regorus::{Engine, Value};
use serde_json::json;

use crate::{Own, REAL};

/// As many rules as a file may have: the parser has a limit of lines.
const IN_A_FILE: usize = 1_000;

const RULES: &str = "package guard

critical := {\"widenAgent\", \"addAgent\", \"removeAgent\"}

# Without proof, and as if each factor had been given.
answer := {factor | some factor in input.factors; allowed(factor)}

allowed(factor) if {
    input.person
    critical[input.action]
    counts(factor)
    not denied
}

default denied := false

counts(factor) if factor in {REAL}
counts(\"confirm\") if { input.person; input.channel == \"cli\"; input.attended; input.stepUp == \"confirm\" }
counts(\"waived\") if { input.person; input.channel == \"cli\"; not input.attended; input.unattended == \"waive\" }
counts(\"system-login\") if input.stepUp == \"system-login\"
";

/// The engine with the rules and the question.
#[derive(Debug)]
pub struct Rego {
    engine: Engine,
    input: Value,
}

impl Rego {
    /// Prepares the question.
    #[must_use]
    pub fn new(own: Own, count: usize) -> Self {
        let mut engine = Engine::new();
        let real = format!("{{\"{}\"}}", REAL.join("\", \""));
        let rules = RULES.replace("{REAL}", &real);
        engine.add_policy("guard.rego".to_owned(), rules).unwrap();
        for (file, text) in files(own, count) {
            engine.add_policy(file, text).unwrap();
        }
        let input = json!({
            "who": "owner", "person": true, "action": "widenAgent", "resource": "codex",
            "factors": ["none", "biometry", "passphrase"], "channel": "cli", "attended": true,
            "stepUp": "biometry", "unattended": "passphrase", "minute": 0,
        });
        let input = Value::from_json_str(&input.to_string()).unwrap();
        let mut rego = Self { engine, input };
        let expected = r#"["biometry", "passphrase"]"#;
        let answer = rego.decide().to_json_str().unwrap();
        let parsed = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(parsed(&answer), parsed(expected));
        rego
    }

    /// Returns which of no factor, biometry and the passphrase suffice.
    pub fn decide(&mut self) -> Value {
        self.engine.set_input(self.input.clone());
        self.engine
            .eval_rule("data.guard.answer".to_owned())
            .unwrap()
    }
}

fn files(own: Own, count: usize) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for number in 0..count {
        if number % IN_A_FILE == 0 {
            files.push((format!("own-{number}.rego"), "package guard\n".to_owned()));
        }
        let who = own.agent(number);
        let who = who.map_or_else(String::new, |name| format!("input.who == \"{name}\"; "));
        let minute = own.minute(number);
        let (_, text) = files.last_mut().unwrap();
        writeln!(
            text,
            "denied if {{ {who}critical[input.action]; input.minute > {minute} }}"
        )
        .unwrap();
    }
    files
}
