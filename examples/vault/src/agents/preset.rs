//! The tiers and what each sets.

use openpass_policy::Tier;

use super::Value;

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
