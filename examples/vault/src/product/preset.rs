//! The tiers and what each sets.

use openpass_policy::{Standing, Tier};

use crate::Value;

/// A tier that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no tier {0}; choose read-only, standard or admin")]
pub struct UnknownTier(openpass_auth::SafeText);

/// The tier that a person names: `read-only`, which is also called `safe`,
/// `standard` or `admin`.
///
/// # Errors
///
/// [`UnknownTier`] for every other word, `custom` too: it is no preset.
pub fn parse_tier(name: &str) -> Result<Tier, UnknownTier> {
    match name {
        "read-only" | "safe" => Ok(Tier::ReadOnly),
        "standard" => Ok(Tier::Standard),
        "admin" => Ok(Tier::Admin),
        _ => Err(UnknownTier(openpass_auth::SafeText::quoted(name))),
    }
}

/// The programs that the standard tier may start.
const STANDARD_EXECUTABLES: [&str; 9] = [
    "curl",
    "git",
    "terraform",
    "npm",
    "node",
    "python",
    "python3",
    "docker",
    "kubectl",
];

/// The fields that a tier sets, in the order in which the product prints them.
/// A tier that is no preset sets none.
pub(crate) fn preset(tier: Tier) -> Vec<(&'static str, Value)> {
    let (all, standard, mode) = match tier {
        Tier::ReadOnly => (false, false, "deny"),
        Tier::Standard => (false, true, "prompt"),
        Tier::Admin => (true, true, "prompt"),
        Tier::Custom => return Vec::new(),
    };
    let mut fields = vec![
        ("canWrite", Value::Bool(all)),
        ("canRunCommands", Value::Bool(all)),
        ("canManageConfig", Value::Bool(all)),
        ("canUseClipboard", Value::Bool(standard)),
        ("canUseAutotype", Value::Bool(standard)),
        ("canReadValues", Value::Bool(standard)),
        ("exposeValueTools", Value::Bool(all)),
        ("autoUnseal", Value::Bool(all)),
        ("requireApproval", Value::Bool(standard)),
        ("approvalMode", Value::Text(mode.to_owned())),
    ];
    if tier == Tier::Standard {
        let names = STANDARD_EXECUTABLES.map(str::to_owned);
        fields.push(("allowedExecutables", Value::List(names.to_vec())));
    }
    fields
}

/// Returns the standing of an agent called `name` without an entry in config.yaml.
/// The agent may do nothing, except where the product has a profile of that name of
/// its own. What such a profile allows nobody can tell: the product's versions
/// differ.
pub(crate) fn left_of(name: &str) -> Standing {
    match crate::product::BUILT_IN_AGENTS.contains(&name) {
        true => Standing::UNKNOWN,
        false => Standing::NONE,
    }
}

/// Returns the fields of the product's own profile called `name`, as its version of
/// 20 May 2026 has them; nothing for every other name.
///
/// Nothing is concluded from it for a direction: other versions differ.
pub(crate) fn built_in(name: &str) -> Vec<(&'static str, Value)> {
    if !crate::product::BUILT_IN_AGENTS.contains(&name) {
        return Vec::new();
    }
    let writes = matches!(name, "claude-code" | "hermes" | "openclaw");
    let mut fields = vec![
        ("canWrite", Value::Bool(writes)),
        ("canRunCommands", Value::Bool(false)),
        ("approvalMode", Value::Text("deny".to_owned())),
        ("exposeValueTools", Value::Bool(true)),
        ("autoUnseal", Value::Bool(true)),
    ];
    let skill = match name {
        "claude-code" => "~/.claude/skills/openpass/SKILL.md",
        "codex" => "~/.codex/skills/openpass/AGENTS.md",
        "hermes" => "~/.hermes/skills/openpass/SKILL.md",
        "openclaw" => "~/.openclaw/skills/openpass/SKILL.md",
        "opencode" => "~/.opencode/skills/openpass/SKILL.md",
        _ => return fields,
    };
    fields.push(("skillPath", Value::Text(skill.to_owned())));
    fields
}
