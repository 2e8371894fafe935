//! One change, or one refusal, from the log's lines about it.

use core::{borrow::Borrow, fmt::Write as _};

use jiff::{Timestamp, tz::TimeZone};
use openpass_auth::SafeText;
use openpass_vault::Process;
use serde_json::Value;

use super::list::quoted;
use crate::output::Paper;

/// So many fields stand in one line.
const FIELDS_IN_A_LINE: usize = 3;

/// The lines of the log that belong together: `V` is a line, or a reference to one.
#[derive(Debug)]
pub(super) struct LoggedOperation<V> {
    /// The first of them, which says what was to happen.
    first: (usize, V),
    /// The later lines on the same operation, such as its outcome.
    later: Vec<(usize, V)>,
}

/// Joins `lines` to operations, in their order. An outcome belongs to the last
/// intent of the same operation that has none.
pub(super) fn all(lines: &[Value]) -> Vec<LoggedOperation<&Value>> {
    let mut entries: Vec<LoggedOperation<&Value>> = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let open = entries.iter_mut().rev().find(|entry| {
            goes_on(line) && entry.is_open() && digest(entry.first.1) == digest(line)
        });
        match open {
            Some(entry) => entry.later.push((place, line)),
            None => entries.push(LoggedOperation::begins(place, line)),
        }
    }
    entries
}

/// Whether the line may be a later one of an operation.
pub(super) fn goes_on(line: &Value) -> bool {
    matches!(event(line), "prepared" | "unconfirmed" | "outcome")
}

/// Whether the line begins an operation that is open until there is an outcome.
pub(super) fn is_intent(line: &Value) -> bool {
    event(line) == "intent"
}

/// Whether the line ends an operation.
pub(super) fn is_outcome(line: &Value) -> bool {
    event(line) == "outcome"
}

/// The digest of the operation that the line is about.
pub(super) fn digest(line: &Value) -> Option<&str> {
    text(line, "/digest")
}

fn text<'a>(line: &'a Value, pointer: &str) -> Option<&'a str> {
    line.pointer(pointer).and_then(Value::as_str)
}

fn event(line: &Value) -> &str {
    text(line, "/event/event").unwrap_or_default()
}

impl<V: Borrow<Value>> LoggedOperation<V> {
    /// An operation of which no more is known than its first line.
    pub(super) const fn begins(place: usize, line: V) -> Self {
        Self {
            first: (place, line),
            later: Vec::new(),
        }
    }

    /// Adds a later line.
    pub(super) fn goes_on_with(&mut self, place: usize, line: V) {
        self.later.push((place, line));
    }

    /// The place of its first line on the log.
    pub(super) const fn place(&self) -> usize {
        self.first.0
    }

    /// The number of its later lines.
    pub(super) const fn later(&self) -> usize {
        self.later.len()
    }

    /// The lines, each with its place on the log.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &Value)> {
        let all = core::iter::once(&self.first).chain(&self.later);
        all.map(|(place, line)| (*place, line.borrow()))
    }

    fn first(&self) -> &Value {
        self.first.1.borrow()
    }

    fn of(&self, pointer: &str) -> Option<&str> {
        text(self.first(), pointer)
    }

    /// Whether it is not known yet what became of it.
    pub(super) fn is_open(&self) -> bool {
        is_intent(self.first()) && self.ended().is_none()
    }

    fn ended(&self) -> Option<&Value> {
        let mut later = self.later.iter().map(|(_, line)| line.borrow());
        later.find(|line| is_outcome(line))
    }

    pub(super) fn action(&self) -> &str {
        self.of("/action").unwrap_or_default()
    }

    pub(super) fn is_since(&self, since: Timestamp) -> bool {
        // What has no time is not left out for that.
        self.time().is_none_or(|time| time >= since)
    }

    /// Whether the agent asked for it, or it was done to it.
    pub(super) fn is_of_agent(&self, name: &str) -> bool {
        let asks = self.of("/principal/kind") == Some("agent");
        (asks && self.of("/principal/name") == Some(name))
            || self.of("/resource/agent/name") == Some(name)
            || self.of("/resource/agentName") == Some(name)
    }

    fn time(&self) -> Option<Timestamp> {
        self.of("/ts")?.parse().ok()
    }

    /// One line, and with `details` all that is known below it.
    pub(super) fn shown(&self, details: bool, paper: Paper) -> String {
        let mut parts = vec![self.when(), self.who(), self.what()];
        let changes = self.changes();
        parts.extend((!details && !changes.is_empty()).then(|| in_a_line(&changes)));
        parts.extend(self.factor().map(|factor| format!("by {factor}")));
        parts.push(self.outcome());
        parts.retain(|part| !part.is_empty());
        let mut shown = format!("{}\n", parts.join("  "));
        if details {
            self.tell_details(&changes, paper, &mut shown);
        }
        shown
    }

    fn when(&self) -> String {
        let Some(time) = self.time() else {
            return "????-??-?? ??:??:??".to_owned();
        };
        let local = time.to_zoned_datetime(TimeZone::system());
        local.strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    fn who(&self) -> String {
        match (self.of("/principal/kind"), self.of("/principal/name")) {
            (Some("agent"), name) => format!("agent {}", quoted(name.unwrap_or_default())),
            (Some("user"), _) => "user".to_owned(),
            (Some(other), _) => quoted(other),
            (None, _) => "the log".to_owned(),
        }
    }

    fn what(&self) -> String {
        let what = match self.action() {
            "" => event(self.first()),
            action => action,
        };
        let on = [
            "/resource/agent/name",
            "/resource/agentName",
            "/resource/name",
            "/resource/id",
        ];
        let on = on.into_iter().find_map(|pointer| self.of(pointer));
        match on {
            Some(on) => format!("{} {}", SafeText::escape(what), quoted(on)),
            None => SafeText::escape(what).to_string(),
        }
    }

    /// Returns the changes, with those that give power first, because a person
    /// looks for these.
    fn changes(&self) -> Vec<&Value> {
        let all = self.first().get("changes").and_then(Value::as_array);
        let mut all: Vec<&Value> = all.into_iter().flatten().collect();
        all.sort_by_key(|change| text(change, "/direction") != Some("widens"));
        all
    }

    fn factor(&self) -> Option<SafeText> {
        let factor = self.of("/event/factor").filter(|factor| *factor != "none");
        factor.map(SafeText::escape)
    }

    fn outcome(&self) -> String {
        if event(self.first()) == "refused" {
            return match self.of("/event/reason") {
                Some(reason) => format!("refused: {}", SafeText::composed(reason)),
                None => "refused".to_owned(),
            };
        }
        let Some(ended) = self.ended().or(self.stands_alone()) else {
            let is_change = is_intent(self.first());
            return if is_change { "not settled" } else { "" }.to_owned();
        };
        let outcome = text(ended, "/event/outcome/outcome").unwrap_or("?");
        match text(ended, "/event/outcome/reason") {
            Some(reason) => format!(
                "{}: {}",
                SafeText::escape(outcome),
                SafeText::composed(reason)
            ),
            None => SafeText::escape(outcome).to_string(),
        }
    }

    /// An outcome whose intent is not there.
    fn stands_alone(&self) -> Option<&Value> {
        Some(self.first()).filter(|line| is_outcome(line))
    }

    fn tell_details(&self, changes: &[&Value], paper: Paper, shown: &mut String) {
        for change in changes {
            let widens = text(change, "/direction") == Some("widens");
            let mark = if widens { "!" } else { " " };
            let line = format!("{mark} {}", field(change, SafeText::quoted));
            // Writing to a String cannot fail.
            let _ = writeln!(shown, "  {}", paper.marked(&line, widens));
        }
        if let Some(count) = self.first().pointer("/moreChanges/count") {
            let _ = writeln!(
                shown,
                "    and {count} more fields, which the log does not hold"
            );
        }
        if let Some(asked_by) = self.first().get("askedBy") {
            let known: Vec<Process> = serde_json::from_value(asked_by.clone()).unwrap_or_default();
            let _ = writeln!(shown, "    process: {}", Process::chain(&known));
        }
        let numbers: Vec<String> = self
            .lines()
            .filter_map(|(_, line)| Some(line.get("seq")?.to_string()))
            .collect();
        let _ = writeln!(shown, "    lines: {}", numbers.join(", "));
        let facts = [
            ("reason", "/reason"),
            ("through", "/channel"),
            ("proof taken by", "/event/authenticator"),
            ("checked against", "/event/reference"),
            ("digest", "/digest"),
        ];
        for (name, pointer) in facts {
            if let Some(fact) = self.of(pointer) {
                let _ = writeln!(shown, "    {name}: {}", SafeText::quoted(fact));
            }
        }
        for (name, pointer) in [
            ("allowed by", "/event/policies"),
            ("told", "/event/notices"),
        ] {
            let all = self.first().pointer(pointer).and_then(Value::as_array);
            for one in all.into_iter().flatten().filter_map(Value::as_str) {
                let _ = writeln!(shown, "    {name}: {}", SafeText::quoted(one));
            }
        }
    }
}

fn in_a_line(changes: &[&Value]) -> String {
    let shown = changes.iter().take(FIELDS_IN_A_LINE);
    let mut fields: Vec<String> = shown.map(|change| field(change, quoted)).collect();
    let more = changes.len().saturating_sub(FIELDS_IN_A_LINE);
    fields.extend((more > 0).then(|| format!("{more} more")));
    fields.join("; ")
}

/// A field's name, and its value before and after.
fn field<T: ToString>(change: &Value, shown: impl Fn(&str) -> T) -> String {
    let value = |pointer| {
        text(change, pointer).map_or_else(|| "none".to_owned(), |it| shown(it).to_string())
    };
    let name = SafeText::escape(text(change, "/field").unwrap_or("?"));
    format!("{name}: {} → {}", value("/before"), value("/after"))
}
