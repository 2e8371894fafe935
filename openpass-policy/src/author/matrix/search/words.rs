//! A sample that a search found, in words.

use openpass_auth::SafeText;

use super::{Dim, Found};
use crate::{
    Action, Channel, Power, Powers,
    author::matrix::{dims::Value, point::Who, pools::another},
};

impl Found {
    pub(super) fn what(&self) -> String {
        let named = [Dim::Target, Dim::TokenId, Dim::TokenAgent, Dim::Id];
        let named = named.into_iter().any(|dim| self.chosen(dim).is_some());
        let makes = matches!(self.point.action, Action::CreateToken | Action::RotateToken);
        let parts = [
            self.chosen(Dim::TargetTier),
            self.chosen(Dim::TargetManages),
            self.chosen(Dim::Held),
            self.chosen(Dim::TierAfter),
            self.chosen(Dim::Gained),
            self.chosen(Dim::Kind),
            self.chosen(Dim::Meaning),
            self.chosen(Dim::TokenId).filter(|_| makes),
            self.chosen(Dim::Method),
        ];
        let parts: Vec<String> = parts.iter().flatten().filter_map(part).collect();
        let what = self.point.words(named);
        match parts.is_empty() {
            true => what,
            false => format!("{what} ({})", parts.join(", ")),
        }
    }

    pub(super) fn who(&self) -> String {
        let point = &self.point;
        let quoted = |name: &str| SafeText::fill("agent {}", &[&SafeText::quoted(name)]);
        let mut parts = Vec::new();
        let usual = match &point.who {
            Who::Person => {
                parts.push("person".to_owned());
                Channel::Cli
            }
            Who::Itself => {
                parts.push("agent, on itself".to_owned());
                Channel::Mcp
            }
            Who::Agent(agent) => {
                let is_sample = agent.name == another(&self.base.target);
                parts.push(match (is_sample, agent.can_manage_config()) {
                    (true, true) => "agent that manages".to_owned(),
                    (true, false) => "agent".to_owned(),
                    (false, _) => quoted(&agent.name).to_string(),
                });
                if !is_sample && self.dims.contains(&Dim::AskerManages) {
                    let manages = agent.can_manage_config();
                    parts.push(if manages { "managing" } else { "not managing" }.to_owned());
                }
                if self.dims.contains(&Dim::AskerTier) {
                    parts.push(format!("of tier {}", agent.tier.as_str()));
                }
                Channel::Mcp
            }
        };
        if point.channel != usual {
            parts.push(by(&point.channel));
        }
        if !point.attended {
            parts.push("nobody there".to_owned());
        }
        parts.join(", ")
    }
}

fn by(channel: &Channel) -> String {
    match channel {
        Channel::Cli => "at the command line".to_owned(),
        Channel::Mcp => "by MCP".to_owned(),
        Channel::Other | Channel::Host(_) => {
            let name = SafeText::quoted(channel.as_str());
            SafeText::fill("by channel {}", &[&name]).to_string()
        }
    }
}

fn part(value: &Value) -> Option<String> {
    Some(match value {
        Value::TargetTier(tier) => format!("now {}", tier.as_str()),
        Value::TargetManages(true) => "that manages".to_owned(),
        Value::TargetManages(false) => "that does not manage".to_owned(),
        Value::Held(powers) => format!("that holds {}", listed(*powers)),
        Value::Gained(powers) => format!("gaining {}", listed(*powers)),
        Value::Meaning((before, after)) => {
            let shown = |value: &Option<&str>| value.unwrap_or("nothing").to_owned();
            format!("from {} to {}", shown(before), shown(after))
        }
        Value::Kind(kind) => format!("of kind {kind}"),
        Value::TierAfter(tier) => format!("to tier {}", tier.as_str()),
        Value::TokenId(id) => SafeText::fill("called {}", &[&SafeText::quoted(id)]).to_string(),
        Value::Method((before, after)) => {
            format!("from {} to {}", before.as_str(), after.as_str())
        }
        _ => return None,
    })
}

fn listed(powers: Powers) -> String {
    let words: Vec<&str> = powers.iter().map(Power::as_str).collect();
    match words.is_empty() {
        true => "nothing".to_owned(),
        false => words.join(" and "),
    }
}
