//! The messages about values that are not what they should be.

use crate::{problem::Complaint, quote};

pub(super) const REFUSES: &str = "refuses the file, and one bad file switches all policies off";

pub(super) fn null(key: &str) -> Complaint {
    let product = match key {
        "name" | "version" | "action" => REFUSES.to_owned(),
        _ => "takes it as if the key were not there, so that the rule holds for more".to_owned(),
    };
    Complaint::new(
        format!("`{key}` has no value (null; an unquoted `~` is null too)"),
        product,
        format!("write a value, in quotes if it is `~`, or remove `{key}`"),
    )
}

pub(super) fn wrong_kind(key: &str, wanted: &str) -> Complaint {
    Complaint::new(
        format!("`{key}` is not {wanted}"),
        REFUSES,
        format!("write {wanted}, as in {}", example(key)),
    )
}

fn example(key: &str) -> &'static str {
    match key {
        "rules" => "`rules: [{name: all, action: deny}]`",
        "conditions" => "`conditions: {path: dev/**}`",
        "tags" => "`tags: [prod]`",
        "allowed_tools" => "`allowed_tools: [get_entry]`",
        "time_of_day" => "`time_of_day: {start: \"08:00\", end: \"19:00\"}`",
        "env_vars" => "`env_vars: {CI: \"true\"}`",
        "max_secrets" => "`max_secrets: 5`",
        "priority" => "`priority: 50`",
        "rate_limit" => "`rate_limit: {max_reads_per_hour: 60}`",
        "agent_id" => "`agent_id: claude-code`; one rule for each agent",
        _ => "the documentation",
    }
}

pub(super) fn missing(key: &str) -> Complaint {
    Complaint::new(
        format!("`{key}` is missing"),
        REFUSES,
        match key {
            "action" => "write `action: allow`, `deny`, `prompt` or `require_biometry`".to_owned(),
            "version" => "write `version: \"1.0\"`".to_owned(),
            "rules" => "write `rules` with at least one rule".to_owned(),
            _ => format!("write `{key}`"),
        },
    )
}

pub(super) fn not_one_of(key: &str, value: &str, all: &[&str]) -> Complaint {
    let nearest = super::keys::nearest(value, all);
    let all = all.join("`, `");
    Complaint::new(
        format!("`{key}` is {}, which means nothing", quote::shown(value)),
        REFUSES,
        nearest.map_or_else(
            || format!("write one of `{all}`"),
            |nearest| format!("write `{nearest}`; there are `{all}`"),
        ),
    )
}

pub(super) fn empty_item(key: &str) -> Complaint {
    Complaint::new(
        format!("an item of `{key}` has no value (null)"),
        "drops the item, and with the last one the whole condition",
        "remove the item, or write it in quotes",
    )
}
