//! A direct reading of the contract's rules, beside the importer: rules one
//! after the other, first match wins. It shares no code with the importer.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{Ask, HOME, Outcome};

#[derive(Debug, Clone, Default)]
pub(crate) struct Rule {
    pub(crate) name: String,
    pub(crate) priority: i64,
    pub(crate) action: String,
    pub(crate) agent_id: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) working_dir: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) time: Option<(u16, u16)>,
    pub(crate) env_vars: BTreeMap<String, String>,
    pub(crate) action_type: Option<String>,
    pub(crate) tools: Vec<String>,
    pub(crate) max_secrets: Option<i64>,
}

pub(crate) fn decide(files: &[Vec<Rule>], ask: &Ask) -> Outcome {
    let mut rules: Vec<&Rule> = files.iter().flatten().collect();
    for i in 0..rules.len() {
        for j in i + 1..rules.len() {
            if rules[i].priority < rules[j].priority {
                rules.swap(i, j);
            }
        }
    }
    rules
        .into_iter()
        .find(|rule| rule.matches(ask))
        .map_or_else(Outcome::unmatched, |rule| Outcome {
            action: rule.action.clone(),
            rule_name: rule.name.clone(),
            matched: true,
        })
}

impl Rule {
    fn matches(&self, ask: &Ask) -> bool {
        let agent = self.agent_id.as_deref();
        let tool = ask.tool_name.as_str();
        agent.is_none_or(|id| id == "*" || id == ask.agent_id)
            && self.path.as_deref().is_none_or(|p| matches(p, &ask.path))
            && self
                .working_dir
                .as_deref()
                .is_none_or(|p| matches(p, &ask.working_dir))
            && (self.tags.is_empty() || self.tags.iter().any(|tag| ask.tags.contains(tag)))
            && self
                .time
                .is_none_or(|(start, end)| within(start, end, ask.minute()))
            && self.env_vars.iter().all(|(name, value)| {
                ask.env_vars
                    .get(name)
                    .is_some_and(|real| value == "*" || value == real)
            })
            && self
                .action_type
                .as_deref()
                .is_none_or(|kind| kind == ask.action_type)
            && (self.tools.is_empty() || tool.is_empty() || self.tools.iter().any(|t| t == tool))
            && self
                .max_secrets
                .is_none_or(|max| i64::from(ask.secrets_accessed) < max)
    }

    pub(crate) fn yaml(&self) -> String {
        let mut text = format!("- name: '{}'\n  priority: {}\n", self.name, self.priority);
        let mut conditions = String::new();
        let mut put = |key: &str, value: &Option<String>| {
            if let Some(value) = value {
                writeln!(conditions, "    {key}: '{value}'").unwrap();
            }
        };
        put("agent_id", &self.agent_id);
        put("path", &self.path);
        put("working_dir", &self.working_dir);
        put("action", &self.action_type);
        for (key, list) in [("tags", &self.tags), ("allowed_tools", &self.tools)] {
            if !list.is_empty() {
                writeln!(conditions, "    {key}: ['{}']", list.join("', '")).unwrap();
            }
        }
        if let Some((start, end)) = self.time {
            let clock = |m: u16| format!("\"{:02}:{:02}\"", m / 60, m % 60);
            let (start, end) = (clock(start), clock(end));
            writeln!(
                conditions,
                "    time_of_day: {{start: {start}, end: {end}}}"
            )
            .unwrap();
        }
        if !self.env_vars.is_empty() {
            writeln!(conditions, "    env_vars:").unwrap();
            for (name, value) in &self.env_vars {
                writeln!(conditions, "      {name}: '{value}'").unwrap();
            }
        }
        if let Some(max) = self.max_secrets {
            writeln!(conditions, "    max_secrets: {max}").unwrap();
        }
        if !conditions.is_empty() {
            write!(text, "  conditions:\n{conditions}").unwrap();
        }
        writeln!(text, "  action: {}", self.action).unwrap();
        text
    }
}

fn within(start: u16, end: u16, minute: u16) -> bool {
    if start < end {
        start <= minute && minute < end
    } else {
        minute >= start || minute < end
    }
}

fn matches(pattern: &str, subject: &str) -> bool {
    let subject = clean(subject);
    let pattern = pattern.trim();
    one(pattern, &subject)
        || pattern
            .strip_prefix("~/")
            .is_some_and(|rest| one(&clean_keeping_end(&format!("{HOME}/{rest}")), &subject))
}

fn one(pattern: &str, subject: &str) -> bool {
    let below = |folder: &str| subject == folder || subject.starts_with(&format!("{folder}/"));
    let folder = |suffix: &str| {
        pattern
            .strip_suffix(suffix)
            .is_some_and(|folder| !folder.is_empty() && below(folder))
    };
    pattern == "*"
        || pattern == subject
        || glob(
            &pattern.chars().collect::<Vec<_>>(),
            &subject.chars().collect::<Vec<_>>(),
        )
        || folder("/**")
        || folder("/")
        || (!pattern.contains('*') && below(pattern))
}

/// Go's `path.Match`, but for classes.
fn glob(pattern: &[char], subject: &[char]) -> bool {
    match pattern {
        [] => subject.is_empty(),
        ['*', rest @ ..] => {
            glob(rest, subject)
                || subject
                    .split_first()
                    .is_some_and(|(c, tail)| *c != '/' && glob(pattern, tail))
        }
        ['?', rest @ ..] => subject
            .split_first()
            .is_some_and(|(c, tail)| *c != '/' && glob(rest, tail)),
        ['\\', c, rest @ ..] | [c, rest @ ..] => subject
            .split_first()
            .is_some_and(|(d, tail)| c == d && glob(rest, tail)),
    }
}

fn clean(path: &str) -> String {
    let mut out: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if out.last().is_some_and(|last| *last != "..") => {
                out.pop();
            }
            ".." if path.starts_with('/') => {}
            part => out.push(part),
        }
    }
    format!(
        "{}{}",
        if path.starts_with('/') { "/" } else { "" },
        out.join("/")
    )
}

fn clean_keeping_end(path: &str) -> String {
    let clean = clean(path);
    if path.ends_with('/') {
        clean + "/"
    } else {
        clean
    }
}
