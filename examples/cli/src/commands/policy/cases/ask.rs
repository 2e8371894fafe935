//! The question of a case, and the answer of the imported rules.

use std::collections::{BTreeMap, BTreeSet};

use jiff::fmt::temporal::Pieces;
use openpass_auth::SafeText;
use openpass_policy::{
    AgentRef, AuthFactor, Channel, Decision, Denial, GuardSettings, Operation, PolicyEngine,
    PolicyId, Request, Tier, WallTime,
};
use openpass_policy_yaml::{DataAction, DataRequest, Imported};
use serde::Deserialize;

use super::Expected;

/// The home folder that the cases were made with.
const HOME: &str = "/home/tester";

/// A request, as the case files write one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ask {
    agent_id: String,
    path: String,
    tags: BTreeSet<String>,
    working_dir: String,
    env_vars: BTreeMap<String, String>,
    action_type: String,
    tool_name: String,
    now: String,
    secrets_accessed: u32,
}

impl Ask {
    /// Decides by the imported rules and returns the answer in the words of the
    /// product. There is more than one answer where it may be any of several
    /// rules that say the same.
    pub(super) fn decided(
        &self,
        engine: &PolicyEngine,
        imported: &Imported,
    ) -> Result<Vec<Expected>, String> {
        let operation = self.operation()?;
        let policies = match engine.decide(&operation) {
            Decision::Allow { policies } => policies,
            // What decides is what allows it once a person is there.
            Decision::RequireBiometry { .. } => engine
                .decide_with(&operation, AuthFactor::Biometry)
                .map_err(|denial| denial.to_string())?,
            Decision::Deny(Denial::NotPermitted) => return Ok(vec![unmatched()]),
            Decision::Deny(Denial::Forbidden { policies }) => policies,
            Decision::Deny(other) => return Err(other.to_string()),
        };
        named(&policies, imported)
    }

    fn operation(&self) -> Result<Operation, String> {
        let agent = AgentRef::new(&*self.agent_id, Tier::Standard, false);
        let settings = GuardSettings::default();
        let request =
            Request::by_agent(agent, Channel::Mcp, "a test", settings).at(Some(self.time()?));
        let data = DataRequest::new(DataAction::named(&self.action_type), &self.path)
            .tags(self.tags.clone())
            .home(HOME)
            .map_err(|error| error.to_string())?
            .working_dir(&self.working_dir)
            .environment(self.env_vars.clone())
            .tool(&self.tool_name)
            .secrets_read(self.secrets_accessed);
        Ok(data.operation(request))
    }

    /// The timestamp's own clock, whatever its zone: so the product reads it.
    fn time(&self) -> Result<WallTime, String> {
        let no_time = |_| format!("now: {} is not a time", SafeText::quoted(&self.now));
        let pieces = Pieces::parse(&self.now).map_err(no_time)?;
        let (date, time) = (pieces.date(), pieces.time().unwrap_or_default());
        let day = u8::try_from(date.weekday().to_monday_one_offset()).ok();
        let minute = i32::from(time.hour()) * 60 + i32::from(time.minute());
        let minute = u16::try_from(minute).ok();
        day.zip(minute)
            .and_then(|(day, minute)| WallTime::new(day, minute))
            .ok_or_else(|| "now: it is not a time of day".to_owned())
    }
}

fn unmatched() -> Expected {
    Expected {
        action: "deny".to_owned(),
        rule_name: String::new(),
        matched: false,
    }
}

/// The rule that decides: the first in the order in which they are tried. What
/// tries many rules in their order does not say which of them it is.
fn named(policies: &[PolicyId], imported: &Imported) -> Result<Vec<Expected>, String> {
    let decides = |id: &str| policies.iter().any(|policy| policy.as_str() == id);
    if decides("import.unmatched") {
        return Ok(vec![unmatched()]);
    }
    let rules = &imported.policies;
    let first = rules.iter().find(|rule| decides(&rule.id));
    let first = first.ok_or("the policy that decides is not a rule of the case")?;
    let same = rules.iter().filter(|rule| rule.id == first.id);
    let expected = same.map(|rule| Expected {
        action: rule.action.to_owned(),
        rule_name: rule.rule.clone(),
        matched: true,
    });
    Ok(expected.collect())
}
