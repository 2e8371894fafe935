//! A rule's conditions: all of them must hold.

use super::{Pattern, Reader, complaints, keys::get, numbers, values::is_null};
use crate::{
    ACTIONS,
    problem::Complaint,
    quote,
    read::{Member, Value},
};

const KEYS: [&str; 10] = [
    "agent_id",
    "path",
    "tags",
    "working_dir",
    "time_of_day",
    "env_vars",
    "action",
    "allowed_tools",
    "max_secrets",
    "rate_limit",
];

/// The conditions that must all hold. A key that is absent is no condition.
#[derive(Debug, Clone, Default)]
pub(crate) struct Conditions {
    /// An agent's exact name.
    pub(crate) agent: Option<String>,
    pub(crate) path: Option<Pattern>,
    pub(crate) tags: Vec<String>,
    pub(crate) working_dir: Option<Pattern>,
    /// Minutes of the day: from, and up to but without.
    pub(crate) time: Option<(u16, u16)>,
    /// Names with an exact value, or with any.
    pub(crate) environment: Vec<(String, Option<String>)>,
    pub(crate) action: Option<String>,
    pub(crate) tools: Vec<String>,
    /// The limit for the secrets that were read: there must be fewer.
    pub(crate) max_secrets: Option<i64>,
    /// The line of a rate limit.
    pub(crate) rate_limit: Option<usize>,
}

impl Reader<'_> {
    pub(super) fn conditions(&mut self, entry: Option<&Member>) -> Conditions {
        let Some(entries) = self.mapping(entry) else {
            return Conditions::default();
        };
        self.known_keys(entries, &KEYS);
        Conditions {
            agent: self
                .text(get(entries, "agent_id"))
                .filter(|name| name != "*"),
            path: self.pattern(get(entries, "path")),
            tags: self.texts(get(entries, "tags")),
            working_dir: self.pattern(get(entries, "working_dir")),
            time: self.time(get(entries, "time_of_day")),
            environment: self.environment(get(entries, "env_vars")),
            action: self.action(get(entries, "action")),
            tools: self.texts(get(entries, "allowed_tools")),
            max_secrets: self.max_secrets(get(entries, "max_secrets")),
            rate_limit: self.rate_limit(get(entries, "rate_limit")),
        }
    }

    fn pattern(&mut self, entry: Option<&Member>) -> Option<Pattern> {
        let text = self.text(entry)?;
        let entry = entry?;
        let (pattern, note) = self.keep(entry.line, Pattern::new(&text, entry.line))?;
        if let Some(note) = note {
            self.note(entry.line, note);
        }
        Some(pattern)
    }

    fn time(&mut self, entry: Option<&Member>) -> Option<(u16, u16)> {
        let line = entry?.line;
        let entries = self.mapping(entry)?;
        self.known_keys(entries, &["start", "end"]);
        let mut side = |key| {
            let text = match get(entries, key) {
                Some(entry) => self.text(Some(entry)).unwrap_or_default(),
                None => String::new(),
            };
            self.keep(line, numbers::minute(key, &text))
        };
        let (start, end) = (side("start"), side("end"));
        Some((start?, end?))
    }

    fn environment(&mut self, entry: Option<&Member>) -> Vec<(String, Option<String>)> {
        let Some(entries) = self.mapping(entry) else {
            return Vec::new();
        };
        if let (true, Some(entry)) = (entries.is_empty(), entry) {
            self.no_condition(entry);
        }
        let mut variables = Vec::new();
        for entry in entries {
            match &entry.value.value {
                _ if is_null(&entry.value) => {
                    self.complain(entry.line, null_variable(&entry.key));
                }
                _ if entry.key.is_empty() || entry.key.contains(['=', '\0']) => {
                    self.complain(entry.line, no_variable(&entry.key));
                }
                Value::Scalar { text, .. } => {
                    let value = (text != "*").then(|| text.clone());
                    variables.push((entry.key.clone(), value));
                }
                Value::List(_) | Value::Map(_) => {
                    let complaint = complaints::wrong_kind("env_vars", "a mapping of texts");
                    self.complain(entry.line, complaint);
                }
            }
        }
        variables
    }

    fn action(&mut self, entry: Option<&Member>) -> Option<String> {
        let text = self.text(entry)?;
        if ACTIONS.contains(&text.as_str()) {
            return Some(text);
        }
        let line = entry.map_or(0, |entry| entry.line);
        self.complain(
            line,
            complaints::not_one_of("conditions.action", &text, &ACTIONS),
        );
        None
    }

    fn max_secrets(&mut self, entry: Option<&Member>) -> Option<i64> {
        let entry = entry?;
        if is_null(&entry.value) {
            self.complain(entry.line, complaints::null("max_secrets"));
            return None;
        }
        let number = numbers::integer("max_secrets", &entry.value);
        match self.keep(entry.line, number)? {
            0 => {
                self.complain(entry.line, no_secret());
                None
            }
            ..0 => {
                self.note(
                    entry.line,
                    "`max_secrets` is below zero, so it is not a limit",
                );
                None
            }
            limit => Some(limit),
        }
    }

    fn rate_limit(&mut self, entry: Option<&Member>) -> Option<usize> {
        let entries = self.mapping(entry)?;
        self.known_keys(entries, &["max_reads_per_hour", "max_reads_per_day"]);
        for entry in entries {
            let number = numbers::integer(&entry.key, &entry.value);
            self.keep(entry.line, number);
        }
        entry.map(|entry| entry.line)
    }
}

fn null_variable(name: &str) -> Complaint {
    Complaint::new(
        format!("the variable {} has no value (null)", quote::shown(name)),
        "takes it as an empty value",
        "write `\"\"` for an empty value, or `\"*\"` for any",
    )
}

fn no_variable(name: &str) -> Complaint {
    Complaint::new(
        format!("{} is not the name of a variable", quote::shown(name)),
        "finds no such variable, so that the rule never holds",
        "write the name and the value separately, as in `env_vars: {CI: \"true\"}`",
    )
}

fn no_secret() -> Complaint {
    Complaint::new(
        "`max_secrets` is 0",
        "takes it as no limit at all",
        "write `action: deny` to allow none, or remove `max_secrets`",
    )
}
