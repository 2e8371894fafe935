//! The remarks on a profile of which config.yaml says more than has effect.

use core::fmt::Write as _;

use openpass_auth::SafeText;
use openpass_vault::{EffectiveProfile, NotCounted, Value};
use serde::Serialize;

use crate::json;

/// The end of a remark: the command that makes a value count, and the command
/// that puts the approved value back.
const UNTIL: &str = "It was changed outside the guard, and has no effect until a person accepts it \
                     (`openpass guard accept`); `openpass guard restore` puts it back.";

/// One field, for programs.
#[derive(Debug, Serialize)]
pub(super) struct Field {
    field: String,
    approved: serde_json::Value,
    found: serde_json::Value,
    counts: serde_json::Value,
}

/// Returns the fields of `profile` whose values in config.yaml do not count,
/// for programs.
pub(super) fn fields(profile: &EffectiveProfile) -> Vec<Field> {
    let field = |it: &NotCounted| Field {
        field: it.field.clone(),
        approved: json::stored(it.approved.as_ref().unwrap_or(&Value::Unset)),
        found: json::stored(&it.found),
        counts: json::in_effect(&it.counts),
    };
    profile.not_counted().iter().map(field).collect()
}

/// Returns the remark that stands behind a field to which config.yaml gives
/// another value. It is empty for every other field.
pub(super) fn beside(profile: &EffectiveProfile, field: &str) -> String {
    let mut all = profile.not_counted().iter();
    let found = all.find(|it| it.field == field);
    found.map_or_else(String::new, |it| {
        let found = SafeText::whole(&it.found.to_string());
        format!("  * config.yaml: {found}")
    })
}

/// Returns the remarks below the profile of one agent.
pub(super) fn below(profile: &EffectiveProfile) -> String {
    let mut text = of_lost(profile.lost());
    // Writing to a String cannot fail.
    if profile.is_never_approved() {
        let _ = writeln!(text, "* Nobody has approved this agent. {UNTIL}");
    } else if !profile.not_counted().is_empty() {
        let _ = writeln!(
            text,
            "* config.yaml says this, but it does not count. {UNTIL}"
        );
    }
    text
}

/// Returns the remarks below the list of all agents.
pub(super) fn below_all(profiles: &[EffectiveProfile]) -> String {
    let lost = profiles.iter().find_map(EffectiveProfile::lost);
    let mut text = of_lost(lost);
    if profiles.iter().any(|it| !it.not_counted().is_empty()) {
        let _ = writeln!(
            text,
            "* config.yaml says more about this agent; `openpass agent show` shows it. {UNTIL}"
        );
    }
    text
}

fn of_lost(why: Option<&str>) -> String {
    why.map_or_else(String::new, |why| {
        let why = SafeText::escape(why);
        format!(
            "* It is not known what was approved, so nothing counts until a person accepts what \
             there is (`openpass guard accept`): {why}\n"
        )
    })
}
