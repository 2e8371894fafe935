//! The names that policies contain.

use std::collections::BTreeSet;

use crate::engine::Looks;

/// The names that policies contain.
#[derive(Default)]
pub(super) struct Names {
    pub(super) agents: Vec<String>,
    pub(super) tokens: Vec<String>,
    pub(super) keys: Vec<String>,
    pub(super) files: Vec<String>,
    pub(super) approvers: Vec<String>,
    pub(super) channels: Vec<String>,
}

/// The paths whose texts are names, and whether these are of agents; else of keys.
const TEXTS: [(&str, bool); 4] = [
    ("principal.name", true),
    ("resource.agent.name", true),
    ("resource.agentName", true),
    ("resource.name", false),
];

/// Collects what `looks` name, each name once.
pub(super) fn names(looks: &[&Looks]) -> Names {
    let mut names = Names::default();
    for looks in looks {
        for (kind, id) in &looks.entities {
            if let Some(list) = names.of(kind) {
                list.push(id.clone());
            }
        }
        let texts = TEXTS
            .iter()
            .filter(|(path, _)| looks.paths.contains_key(*path));
        for (_, is_agent) in texts {
            let list = match is_agent {
                true => &mut names.agents,
                false => &mut names.keys,
            };
            list.extend(looks.instances());
        }
    }
    names.once()
}

impl Names {
    fn of(&mut self, kind: &str) -> Option<&mut Vec<String>> {
        Some(match kind {
            "OpenPass::Agent" | "OpenPass::AgentProfile" => &mut self.agents,
            "OpenPass::Token" => &mut self.tokens,
            "OpenPass::ConfigKey" => &mut self.keys,
            "OpenPass::PolicyFile" => &mut self.files,
            "OpenPass::Approver" => &mut self.approvers,
            "OpenPass::Channel" => &mut self.channels,
            _ => return None,
        })
    }

    fn once(mut self) -> Self {
        let lists = [
            &mut self.agents,
            &mut self.tokens,
            &mut self.keys,
            &mut self.files,
            &mut self.approvers,
            &mut self.channels,
        ];
        for list in lists {
            let mut seen = BTreeSet::new();
            list.retain(|name| seen.insert(name.clone()));
        }
        self
    }
}
