//! Rules about configuration: their paths lie under `config/`.

use super::{
    clause::{Clause, Resource},
    data,
    narrow::Cannot,
};
use crate::{quote, rules::Rule};

/// The sections that hold named things, and their Cedar types.
const NAMED: [(&str, &str); 4] = [
    ("agents", "AgentProfile"),
    ("tokens", "Token"),
    ("policies", "PolicyFile"),
    ("keys", "ConfigKey"),
];

/// The things that there is one of, and their Cedar types.
const SINGLE: [(&str, &str); 6] = [
    ("authMethod", "Vault"),
    ("passphrase", "Identity"),
    ("recipients", "Recipients"),
    ("devices", "Devices"),
    ("guard", "GuardSettings"),
    ("audit", "AuditSettings"),
];

const REMOVALS: &str = r#"in [OpenPass::Action::"removeAgent", OpenPass::Action::"revokeToken", OpenPass::Action::"removePolicy"]"#;

/// Returns the rule's clause for operations on the configuration, and the conditions
/// that Cedar cannot say. `None` if the rule is not about such operations.
pub(super) fn clause(rule: &Rule) -> Option<(Clause, Vec<Cannot>)> {
    let conditions = &rule.conditions;
    let pattern = conditions.path.as_ref()?;
    let below = pattern.text().strip_prefix("config")?;
    if !below.is_empty() && !below.starts_with('/') {
        return None;
    }
    let mut clause = Clause {
        principal: data::agent(conditions),
        time: conditions.time,
        ..Clause::default()
    };
    match conditions.action.as_deref() {
        None => {}
        Some("set") => clause.terms.push(format!("!(action {REMOVALS})")),
        Some("delete") => clause.action = Some(REMOVALS.to_owned()),
        // No configuration operation is of the other kinds.
        Some(_) => return None,
    }
    let mut cannot = Vec::new();
    match resource(below) {
        Some(resource) => clause.resource = resource,
        None => cannot.push(unknown_path(pattern.line, pattern.text())),
    }
    clause.terms.extend(data::time(conditions));
    cannot.extend(unknown_conditions(rule));
    cannot.extend(conditions.rate_limit.map(data::rate_limit));
    Some((clause, cannot))
}

/// Returns the resources whose names lie at or below `config` and `below`. The inner
/// `None` is for all resources. The outer `None` is for a path that names no resource
/// known here.
#[expect(clippy::option_option, reason = "the two are told apart at one place")]
fn resource(below: &str) -> Option<Option<Resource>> {
    let below = below.strip_prefix('/').unwrap_or(below);
    if below.is_empty() || below == "**" {
        return Some(None);
    }
    let path = below
        .strip_suffix("/**")
        .or_else(|| below.strip_suffix('/'));
    let path = path.unwrap_or(below);
    let entity = |table: &[(&str, &'static str)], name: &str| {
        let found = table.iter().find(|(section, _)| *section == name);
        found.map(|(_, entity)| *entity)
    };
    if let Some(entity) = entity(&SINGLE, path).or_else(|| entity(&NAMED, path)) {
        return Some(Some(Resource { entity, id: None }));
    }
    let (section, name) = path.split_once('/')?;
    let entity = entity(&NAMED, section)?;
    if name == "*" && below == path {
        return Some(Some(Resource { entity, id: None }));
    }
    if name.contains(['/', '*', '?', '[', '\\']) {
        return None;
    }
    let id = Some(quote::literal(name));
    Some(Some(Resource { entity, id }))
}

fn unknown_path(line: usize, text: &str) -> Cannot {
    let sections: Vec<String> = SINGLE
        .iter()
        .map(|(name, _)| format!("config/{name}"))
        .chain(NAMED.iter().map(|(name, _)| format!("config/{name}/NAME")))
        .collect();
    Cannot {
        line,
        what: format!("the configuration path {}", quote::shown(text)),
        product: "knows no paths of configuration, and matches only entries".to_owned(),
        help: format!(
            "write one name, or `config/agents/**` for a whole section; there are {}",
            sections.join(", ")
        ),
    }
}

/// The conditions that a configuration operation says nothing about.
fn unknown_conditions(rule: &Rule) -> Vec<Cannot> {
    let conditions = &rule.conditions;
    let given = [
        ("tags", !conditions.tags.is_empty()),
        ("working_dir", conditions.working_dir.is_some()),
        ("env_vars", !conditions.environment.is_empty()),
        ("allowed_tools", !conditions.tools.is_empty()),
        ("max_secrets", conditions.max_secrets.is_some()),
    ];
    let given = given.into_iter().filter(|(_, given)| *given);
    given
        .map(|(key, _)| Cannot {
            line: rule.line,
            what: format!("`{key}` of a configuration operation"),
            product: "knows no rules about configuration".to_owned(),
            help: format!("remove `{key}`, or the path under `config/`"),
        })
        .collect()
}
