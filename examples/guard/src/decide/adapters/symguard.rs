//! symguard's subprocess contract. Sources: the program,
//! <https://github.com/danieljustus/symaira-guard/blob/230a95c4/cmd/symguard/decide/command.go>,
//! and a caller,
//! <https://github.com/danieljustus/symaira-browse/blob/c1490de3/crates/symbrowse-core/src/policy_guard.rs>.
//!
//! The caller starts the program with `decide` and no other argument, waits five seconds,
//! and takes every exit code but 0, every other text and a time-out as a denial. There is
//! no silence: an answer always has a reason. `confirm` is never in ours: the caller has
//! nobody to ask.

use core::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::{
    answer::{Answer, Reason},
    judge::Asked,
    strict::Unreadable,
    table::Adapter,
};

const WAITS: Duration = Duration::from_secs(5);
const MARGIN: Duration = Duration::from_millis(500);
const RISKS: [&str; 4] = ["low", "medium", "high", "critical"];

/// One command of a program that asks what symguard would say.
pub(in super::super) const SYMGUARD: Adapter = Adapter {
    name: "symguard",
    waits_by_default: WAITS,
    waits_as_set: WAITS,
    margin: MARGIN,
    read,
    allowed: || answer("allow", "policy allows it"),
    person_said_yes: || answer("allow", "a person approved it"),
    blocked: |reason: &Reason| answer("deny", reason.as_str()),
};

/// The members that are read. Others may be there.
#[derive(Debug, Deserialize)]
struct Request {
    command: Option<String>,
    risk_class: Option<String>,
    domain: Option<String>,
    warnings: Option<Vec<String>>,
    /// RFC 3339.
    deadline: Option<String>,
}

fn read(adapter: &Adapter, text: &str) -> Result<Asked, Unreadable> {
    let request: Request = serde_json::from_str(text)?;
    let command = request.command.filter(|command| !command.trim().is_empty());
    let command = command.ok_or(Unreadable::Missing("command"))?;
    let risk = request
        .risk_class
        .ok_or(Unreadable::Missing("risk_class"))?;
    let risk = risk.trim().to_ascii_lowercase();
    if !RISKS.contains(&risk.as_str()) {
        return Err(Unreadable::Unknown("risk_class"));
    }
    let input: Value = serde_json::from_str(text)?;
    let mut asked = Asked::of(adapter.name, String::from("command"), text.trim(), input);
    asked.command = Some(command);
    asked.risk_class = Some(risk);
    asked.domain = request.domain;
    asked.warnings = request.warnings.unwrap_or_default();
    asked.answer_within = request.deadline.as_deref().map(left_until).transpose()?;
    Ok(asked)
}

/// The time until `deadline`, less the margin: the judge has no longer. The supervisor does
/// not read it; a worker that hangs past it is answered within [`WAITS`], and the caller
/// has taken its own time-out as a denial by then. The clock on the wall is read once, here;
/// it only ever makes the time shorter than the monotonic clock does.
fn left_until(deadline: &str) -> Result<Duration, Unreadable> {
    let deadline: Timestamp = deadline
        .parse()
        .map_err(|_| Unreadable::Unknown("deadline"))?;
    let left = Duration::try_from(deadline.duration_since(Timestamp::now()));
    let left = left.unwrap_or_default().saturating_sub(MARGIN);
    match left.is_zero() {
        true => Err(Unreadable::Expired),
        false => Ok(left),
    }
}

fn answer(decision: &str, reason: &str) -> Answer {
    Answer::json(&json!({"decision": decision, "reason": reason}))
}
