//! What the tests share: an engine with imported rules, and requests.
#![allow(dead_code, reason = "each test file uses a part")]

pub(crate) mod kinds;
pub(crate) mod oracle;
pub(crate) mod random;

use std::collections::{BTreeMap, BTreeSet};

use openpass_policy::{
    AgentRef, AuthFactor, Channel, Decision, Denial, GuardSettings, Operation, PolicyEngine,
    PolicyId, Principal, Request, Tier, WallTime,
};
use openpass_policy_yaml::{
    DataAction, DataRequest, ImportError, ImportOptions, Imported, YamlSource, data_schema, import,
};

pub(crate) const HOME: &str = "/home/tester";

/// A request, as the case files write one.
#[derive(Debug, Clone, serde::Deserialize)]
pub(crate) struct Ask {
    pub(crate) agent_id: String,
    pub(crate) path: String,
    pub(crate) tags: BTreeSet<String>,
    pub(crate) working_dir: String,
    pub(crate) env_vars: BTreeMap<String, String>,
    pub(crate) action_type: String,
    pub(crate) tool_name: String,
    pub(crate) now: String,
    pub(crate) secrets_accessed: u32,
}

impl Ask {
    /// The minute of the day on the timestamp's own clock.
    pub(crate) fn minute(&self) -> u16 {
        let hour: u16 = self.now[11..13].parse().unwrap();
        hour * 60 + self.now[14..16].parse::<u16>().unwrap()
    }

    pub(crate) fn operation_by(&self, principal: Principal) -> Operation {
        let mut request = Request::by_person("~/.openpass", GuardSettings::default())
            .at(WallTime::new(1, self.minute()));
        request.principal = principal;
        request.channel = Channel::Mcp;
        DataRequest::new(DataAction::named(&self.action_type), &self.path)
            .tags(self.tags.clone())
            .home(HOME)
            .unwrap()
            .working_dir(&self.working_dir)
            .environment(self.env_vars.clone())
            .tool(&self.tool_name)
            .secrets_read(self.secrets_accessed)
            .operation(request)
    }

    pub(crate) fn operation(&self) -> Operation {
        self.operation_by(agent(&self.agent_id))
    }
}

pub(crate) fn agent(name: &str) -> Principal {
    Principal::Agent(AgentRef::new(name, Tier::Standard, false))
}

/// What was decided, in the words of the rules, and by which rule.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub(crate) struct Outcome {
    pub(crate) action: String,
    pub(crate) rule_name: String,
    pub(crate) matched: bool,
}

impl Outcome {
    pub(crate) fn unmatched() -> Self {
        Self {
            action: "deny".to_owned(),
            rule_name: String::new(),
            matched: false,
        }
    }
}

pub(crate) struct Rules {
    pub(crate) engine: PolicyEngine,
    pub(crate) imported: Imported,
    /// Action and name by policy id, from the annotations.
    named: BTreeMap<String, (String, String)>,
}

pub(crate) fn import_all(
    files: &[String],
    options: ImportOptions,
) -> Result<Imported, ImportError> {
    let names: Vec<String> = (0..files.len()).map(|n| format!("{n:02}.yaml")).collect();
    let files: Vec<YamlSource<'_>> = names
        .iter()
        .zip(files)
        .map(|(name, text)| YamlSource::new(name, text.as_bytes()))
        .collect();
    import(&files, options)
}

impl Rules {
    pub(crate) fn new(imported: Imported) -> Self {
        let engine = PolicyEngine::builder()
            .host(data_schema())
            .policies(&[imported.source("rules.cedar")])
            .build()
            .unwrap_or_else(|error| panic!("{error}\n{}", imported.text));
        let named = named(&imported.text);
        Self {
            engine,
            imported,
            named,
        }
    }

    pub(crate) fn of(files: &[String], options: ImportOptions) -> Result<Self, ImportError> {
        import_all(files, options).map(Self::new)
    }

    pub(crate) fn decide(&self, operation: &Operation) -> Outcome {
        let Some(ids) = self.deciding(operation) else {
            return Outcome::unmatched();
        };
        self.named(&ids)
    }

    /// The policies that decide; `None` where there is none.
    pub(crate) fn deciding(&self, operation: &Operation) -> Option<Vec<PolicyId>> {
        Some(match self.engine.decide(operation) {
            Decision::Allow { policies } => policies,
            Decision::RequireBiometry { accepts, .. } => {
                assert_eq!(accepts.to_string(), "biometry or passphrase");
                self.engine
                    .decide_with(operation, AuthFactor::Biometry)
                    .unwrap()
            }
            Decision::Deny(Denial::NotPermitted) => return None,
            Decision::Deny(Denial::Forbidden { policies }) => policies,
            Decision::Deny(other) => panic!("{other}\n{}", self.imported.text),
        })
    }

    fn named(&self, ids: &[PolicyId]) -> Outcome {
        let [id] = ids else {
            panic!("{ids:?} decide together\n{}", self.imported.text);
        };
        if id.as_str() == "import.unmatched" {
            return Outcome::unmatched();
        }
        let (action, rule_name) = self.named[id.as_str()].clone();
        Outcome {
            action,
            rule_name,
            matched: true,
        }
    }
}

fn named(text: &str) -> BTreeMap<String, (String, String)> {
    let mut named = BTreeMap::new();
    let value = |line: &str, key: &str| {
        let line = line.strip_prefix(key)?.strip_prefix("(\"")?;
        line.strip_suffix("\")").map(ToOwned::to_owned)
    };
    let (mut id, mut name) = (String::new(), String::new());
    for line in text.lines() {
        if let Some(found) = value(line, "@id") {
            id = found;
        } else if let Some(found) = value(line, "@name") {
            name = found;
        } else if let Some(action) = value(line, "@action") {
            named.insert(id.clone(), (action, name.clone()));
        }
    }
    named
}
