//! A damaged log, set aside; and what is in doubt from then on.

use openpass_auth::SafeText;
use openpass_policy::{After, Before, Direction, FieldChange, Operation, Tier};

use super::super::{Change, Plan, plan::Accepts};
use crate::{
    GuardLog, Vault, VaultError,
    approved::{Baseline, Fields, Held, ItemKind},
};

/// The most items of one kind that are named. No number leaves a repair without a prompt.
const NAMED: usize = 20;
/// The text in the place of a value that nobody may have seen.
const IN_DOUBT: &str = "not known until `openpass guard accept` shows it";

impl Vault {
    /// A damaged log is set aside by the line that says that this was granted:
    /// see [`GuardLog`]. Nothing here may depend on the damage, which is gone
    /// when this is worked out again.
    pub(in crate::change) fn plan_log_aside(baseline: &Baseline<'_>) -> Plan {
        let mut changes = vec![FieldChange::new(
            "guard/log.jsonl",
            Before(Some("damaged".to_owned())),
            After(Some(
                "kept under another name; a new file begins".to_owned(),
            )),
            Direction::Widens,
        )];
        changes.extend(in_doubt(baseline));
        let mut plan = Plan::new(changes, Vec::new(), Operation::set_log_aside);
        plan.accepts = Some(Accepts {
            damaged_lines: baseline.state().damaged,
            ..Accepts::default()
        });
        plan
    }

    /// Refuses to set a log aside that is not damaged, before anybody is asked.
    pub(in crate::change) fn has_a_log_to_set_aside(
        &self,
        change: &Change,
    ) -> Result<(), VaultError> {
        if !matches!(change, Change::SetLogAside {}) || GuardLog::of(self).is_damaged()? {
            return Ok(());
        }
        Err(VaultError::NothingToChange)
    }
}

/// A function that returns what a prompt tells of one item, from its name and
/// fields.
type Told = fn(&str, &Fields) -> Vec<String>;

/// Lists what is in doubt once the log is set aside: what others can do by what
/// is there now, and what a line that is missing may have taken back.
pub(in crate::change) fn in_doubt(baseline: &Baseline<'_>) -> Vec<FieldChange> {
    let mut all = vec![FieldChange::new(
        "what was approved of agents, tokens, recipients, devices and config.yaml",
        Before(Some("as the remaining lines say".to_owned())),
        After(Some(IN_DOUBT.to_owned())),
        Direction::Widens,
    )];
    all.extend(with_power_now(baseline));
    all
}

/// Lists the agents, tokens and recipients that can do something by what there
/// is now.
pub(in crate::change) fn with_power_now(baseline: &Baseline<'_>) -> Vec<FieldChange> {
    let named: [(ItemKind, &str, Told); 3] = [
        (ItemKind::Agents, "agents with power now", agent),
        (ItemKind::Tokens, "tokens that open something now", token),
        (ItemKind::Recipients, "who can decrypt now", recipients),
    ];
    let shown = named.into_iter().filter_map(|(kind, field, told)| {
        let observed = baseline.observed(kind);
        let items = observed.part.iter();
        let all: Vec<String> = items.flat_map(|(name, it)| told(name, it)).collect();
        let shown = bounded(all)?;
        let widens = Direction::Widens;
        Some(FieldChange::list(
            field,
            Before(None),
            After(Some(shown)),
            widens,
        ))
    });
    shown.collect()
}

fn bounded(mut all: Vec<String>) -> Option<Vec<String>> {
    let more = all.len().saturating_sub(NAMED);
    all.truncate(NAMED);
    if more > 0 {
        all.push(format!("and {more} more"));
    }
    (!all.is_empty()).then_some(all)
}

fn agent(name: &str, fields: &Fields) -> Vec<String> {
    let tier = fields.get("tier").and_then(Held::as_text).unwrap_or("?");
    let asks_first = |field: &str| field == "requireApproval";
    let may = |(field, held): (&String, &Held)| *held == Held::Bool(true) && !asks_first(field);
    let has_power = tier != Tier::ReadOnly.as_str() || fields.iter().any(may);
    let (tier, name) = (SafeText::escape(tier), SafeText::quoted(name));
    has_power
        .then(|| format!("{tier}: {name}"))
        .into_iter()
        .collect()
}

fn token(id: &str, fields: &Fields) -> Vec<String> {
    if fields.get("revoked") == Some(&Held::Bool(true)) {
        return Vec::new();
    }
    let id = SafeText::quoted(id);
    let agent = fields.get("agent").and_then(Held::as_text);
    vec![match agent {
        Some(agent) => format!("for {}: {id}", SafeText::quoted(agent)),
        None => format!("for no agent: {id}"),
    }]
}

fn recipients(_: &str, fields: &Fields) -> Vec<String> {
    match fields.get("recipients") {
        Some(Held::List(keys)) => keys.iter().map(|key| SafeText::escape(key).to_string()),
        _ => return Vec::new(),
    }
    .collect()
}
