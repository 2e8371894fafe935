//! The request of an agent. The process that waits and the process that has the request
//! signed both work it out.

use std::sync::Arc;

use openpass_mcp_guard::tool::Fragment;
use openpass_policy::{Entity, Operation, Principal, Request, StateDigest, Value};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// A call of a tool, or what a hook tells of one. It is a claim until the guard that waits
/// has verified a signature over the operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "asks", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Asked {
    /// A tool of a server behind the proxy.
    Tool {
        /// The server's name.
        server: String,
        /// The tool's name.
        tool: String,
        /// The exact text of the arguments.
        arguments: String,
        /// The exact text of `_meta`, but for the progress token, where there is more.
        meta: Option<String>,
    },
    /// A tool that an agent is about to run itself.
    Hook(Hook),
}

/// The report of a hook on a tool that the agent is about to run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hook {
    pub(crate) format: String,
    pub(crate) tool: String,
    pub(crate) input: String,
    pub(crate) command: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) server: Option<String>,
    pub(crate) folder: Option<String>,
    pub(crate) risk: Option<String>,
    pub(crate) domain: Option<String>,
    pub(crate) warnings: Vec<String>,
}

impl Asked {
    /// The operation, by what a person accepted of the tools of the server that `tools` is
    /// asked for.
    pub(crate) fn operation(
        &self,
        tools: impl FnOnce(&str) -> Result<Option<Arc<Fragment>>, Failure>,
        request: Request,
    ) -> Result<Operation, Failure> {
        match self {
            Self::Hook(hook) => Ok(hook.allow(request)),
            Self::Tool {
                server,
                tool,
                arguments,
                meta,
            } => {
                let unknown = |why: &str| Failure::NotWorkedOut(why.to_owned());
                let accepted = tools(server)?;
                let accepted = accepted
                    .ok_or_else(|| unknown("its server has no tool that a person has accepted"))?;
                let (tool, _) = accepted.tool(tool).ok_or_else(|| {
                    unknown("its tool is not accepted any more; `openpass-guard accept` accepts it")
                })?;
                let arguments = tool
                    .arguments_text(arguments)
                    .map_err(|error| Failure::NotWorkedOut(error.to_string()))?;
                // Policy does not see what is in `_meta`.
                let arguments = match meta {
                    Some(_) => arguments.with_more(),
                    None => arguments,
                };
                let request = of_client(request, server);
                let operation = tool.operation(server, server, &arguments, request);
                Ok(match meta {
                    Some(meta) => operation.showing("_meta", meta.as_str()),
                    None => operation,
                })
            }
        }
    }
}

impl Hook {
    /// A person lets the agent use the tool.
    pub(crate) fn allow(&self, request: Request) -> Operation {
        self.operation("Hook::allow", request)
    }

    /// The tool is used without anybody being asked.
    pub(crate) fn let_pass(&self, request: Request) -> Operation {
        self.operation("Hook::let_pass", request)
    }

    fn operation(&self, action: &'static str, request: Request) -> Operation {
        let operation = Operation::new(action)
            .requested(of_client(request, "Hook"))
            .on(Entity::new("Hook::Format", self.format.as_str()))
            .saying("let the agent use a tool, by its hook {}")
            .onto(StateDigest::of(&[self.input.as_bytes()]))
            .showing("tool", self.tool.as_str())
            .showing("input", self.input.as_str())
            .with("tool", self.tool.as_str())
            .with("input", self.input.as_str())
            .showing("warnings", self.warnings.join("; "))
            .with("warnings", set(&self.warnings));
        let optional = [
            ("command", &self.command),
            ("path", &self.path),
            ("server", &self.server),
            ("folder", &self.folder),
            ("risk", &self.risk),
            ("domain", &self.domain),
        ];
        optional
            .into_iter()
            .fold(operation, |operation, (name, value)| match value {
                Some(value) => operation
                    .showing(name, value.as_str())
                    .with(name, value.as_str()),
                None => operation.without(name),
            })
    }
}

/// The request as one of a client in `namespace`. The tier that the agent has over the
/// configuration of a vault says nothing of what it may have others' tools do.
fn of_client(mut request: Request, namespace: &str) -> Request {
    if let Principal::Agent(agent) = &request.principal {
        let client = Entity::new(format!("{namespace}::Client"), agent.name.as_str());
        request.principal = Principal::Host(client);
    }
    request
}

fn set(texts: &[String]) -> Value {
    Value::Set(
        texts
            .iter()
            .map(|text| Value::from(text.as_str()))
            .collect(),
    )
}
