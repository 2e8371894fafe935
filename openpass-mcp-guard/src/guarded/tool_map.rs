//! The operation that a call of each tool is to policy.

use core::fmt;
use std::{collections::HashMap, sync::Arc};

use openpass_auth::SafeText;
use openpass_policy::{Channel, Entity, Operation, PolicySource};
use rmcp::{
    RoleServer,
    model::{CallToolRequestParams, Tool as Listed},
    service::RequestContext,
};
use serde_json::Value;

use super::{Asked, Who};
use crate::{
    Blocked, Code,
    tool::{Fragment, FragmentError, Group, Standing, Tool, ToolError},
};

/// The code of a call of a tool that the server describes otherwise than it did.
const NOT_ACCEPTED: Code = Code::host("not_accepted");

type Asks = dyn Fn(&RequestContext<RoleServer>) -> Result<Who, Blocked> + Send + Sync;
type Effect = dyn Fn(&Asked) -> Result<Operation, Blocked> + Send + Sync;

/// The tools of a server, and the operation that a call of each is.
///
/// Without more, a call of the tool `delete` of the server `Notes` is the operation
/// `Notes::delete` on the resource `Notes::Server::"notes"`, with the arguments as
/// `context.input` ([`tool`](crate::tool)). It is *critical*: a person answers for each
/// call. What the server says of its tools (`readOnlyHint` and its like) changes nothing;
/// the host declares by [`declaring`](Self::declaring) what it knows of a tool. Where the
/// host can say what exactly a call does, it does so by
/// [`with_effect`](Self::with_effect).
///
/// A person is told, and an approval is bound to, every argument, the whole description of
/// the tool, what a retry brings (`inputResponses`, `requestState`), and what else the
/// client sends with the call in `_meta`.
pub struct ToolMap {
    /// Every tool, as the server described it when the map was made.
    tools: Fragment,
    server: String,
    effects: HashMap<String, Arc<Effect>>,
    asks: Arc<Asks>,
}

/// The reason why tools cannot be guarded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ToolMapError {
    /// The server describes a tool in a way that is not understood.
    #[error(transparent)]
    Tool(#[from] ToolError),
    /// Policy cannot have all of the tools, or not by this name.
    #[error(transparent)]
    Fragment(#[from] FragmentError),
    /// The server describes two tools by one name.
    #[error("there are two tools called {0}; rename one")]
    Twice(SafeText),
    /// The host speaks of a tool that the server does not have.
    #[error("there is no tool called {0}; say it of one of the server's")]
    Unknown(SafeText),
}

impl ToolMap {
    /// The `tools` that a server lists. `namespace` is the server's name in policy, and in
    /// lower case its name to a person.
    ///
    /// # Errors
    ///
    /// [`ToolMapError`]: a tool's description is not understood, or two have one name.
    pub fn new(
        namespace: &str,
        tools: impl IntoIterator<Item = Listed>,
    ) -> Result<Self, ToolMapError> {
        let mut known = Fragment::new(namespace, &[], None)?;
        for listed in tools {
            let tool = read(&listed)?;
            if known.tool(tool.name()).is_some() {
                return Err(ToolMapError::Twice(SafeText::quoted(tool.name())));
            }
            known.accept(tool, Group::Critical)?;
        }
        let client = Entity::new(format!("{namespace}::Client"), "client");
        Ok(Self {
            tools: known,
            server: namespace.to_lowercase(),
            effects: HashMap::new(),
            asks: Arc::new(move |_| Ok(client.clone().into())),
        })
    }

    /// Says who asks, from what the host knows of a request: a session that it has
    /// checked, or the program that started it. Nothing that a client says about itself
    /// belongs there. Without this, the requester is `NAMESPACE::Client::"client"`, about
    /// which nothing is proven.
    #[must_use]
    pub fn asked_by(
        mut self,
        who: impl Fn(&RequestContext<RoleServer>) -> Result<Who, Blocked> + Send + Sync + 'static,
    ) -> Self {
        self.asks = Arc::new(who);
        self
    }

    /// Declares that a tool is in `group`, critical without this. In
    /// [`Group::Routine`] is what changes nothing; in [`Group::Config`] what policy alone
    /// decides on. It is the host's word, and not the server's.
    ///
    /// # Errors
    ///
    /// [`ToolMapError::Unknown`]: there is no such tool.
    pub fn declaring(mut self, tool: &str, group: Group) -> Result<Self, ToolMapError> {
        let known = self.known(tool)?.clone();
        self.tools.accept(known, group)?;
        Ok(self)
    }

    /// Says what a call of `tool` does: an operation of the host's own, with the fields
    /// that change. Its action stands in a fragment of the host's, and not in
    /// [`fragment`](Self::fragment).
    ///
    /// `effect` is called before the decision, before a person is asked, and after the
    /// answer. Each time it works the operation out from the state as it is then, and it
    /// must not wait. What it leaves out of the operation no person sees.
    ///
    /// # Errors
    ///
    /// [`ToolMapError::Unknown`]: there is no such tool.
    pub fn with_effect(
        mut self,
        tool: &str,
        effect: impl Fn(&Asked) -> Result<Operation, Blocked> + Send + Sync + 'static,
    ) -> Result<Self, ToolMapError> {
        let name = self.known(tool)?.name().to_owned();
        self.effects.insert(name, Arc::new(effect));
        Ok(self)
    }

    /// The schema fragment for [`EngineBuilder::host`](openpass_policy::EngineBuilder::host):
    /// an action for each tool whose effect the host does not say itself.
    #[must_use]
    pub fn fragment(&self) -> PolicySource {
        let mut declared = self.tools.clone();
        for name in self.effects.keys() {
            declared.take_out(name);
        }
        let file = format!("{}.cedarschema", self.server);
        PolicySource::new(file, declared.text())
    }

    fn known(&self, name: &str) -> Result<&Tool, ToolMapError> {
        let known = self.tools.tool(name).map(|(tool, _)| tool);
        known.ok_or_else(|| ToolMapError::Unknown(SafeText::quoted(name)))
    }

    /// The call that a client asks for, as the host knows it.
    pub(super) fn asked(
        &self,
        request: &CallToolRequestParams,
        context: &RequestContext<RoleServer>,
    ) -> Result<Asked, Blocked> {
        let Ok(tool) = self.known(&request.name) else {
            let name = SafeText::quoted(&request.name);
            let words = format!("there is no tool {name}; see tools/list");
            return Err(Blocked::because(Code::NotFound, words));
        };
        let who = (self.asks)(context)?;
        Ok(Asked::new(tool.name(), who, request, context))
    }

    /// The operation that the call is, by now.
    pub(super) fn operation(&self, asked: &Asked) -> Result<Operation, Blocked> {
        let operation = match self.effects.get(asked.tool()) {
            Some(effect) => effect(asked)?,
            None => self.by_arguments(asked)?,
        };
        Ok(asked.beside().fold(operation, |operation, (name, value)| {
            operation.showing(name, value)
        }))
    }

    fn by_arguments(&self, asked: &Asked) -> Result<Operation, Blocked> {
        let unknown = |error: ToolMapError| Blocked::because(Code::NotFound, error.to_string());
        let tool = self.known(asked.tool()).map_err(unknown)?;
        let arguments = tool.arguments(asked.arguments()).map_err(|error| {
            Blocked::because(
                Code::InvalidArguments,
                format!("{error}. Nothing was changed"),
            )
        })?;
        let (namespace, server) = (self.tools.namespace(), self.server.as_str());
        Ok(match asked.who().clone() {
            Who::Request(request) => tool.operation(namespace, server, &arguments, request),
            Who::Principal(principal) => tool
                .operation_by(namespace, server, &arguments, principal)
                .through(Channel::Mcp),
        })
    }

    /// Whether a tool is the one that the map has.
    pub(super) fn unchanged(&self, listed: &Listed) -> Result<(), Blocked> {
        let standing = read(listed).map(|tool| self.tools.standing(&tool));
        match standing {
            Ok(Standing::Accepted) => Ok(()),
            _ => {
                let name = SafeText::quoted(&listed.name);
                let words = format!(
                    "the server describes the tool {name} otherwise than it did when it was put \
                     behind the guard. Nothing was changed. A person has to look at it and start \
                     the server again"
                );
                Err(Blocked::because(NOT_ACCEPTED, words))
            }
        }
    }
}

impl fmt::Debug for ToolMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolMap")
            .field("tools", &self.tools)
            .field("effects", &self.effects.keys())
            .finish_non_exhaustive()
    }
}

fn read(listed: &Listed) -> Result<Tool, ToolError> {
    // What has no JSON is no object, which the error says.
    Tool::read(&serde_json::to_value(listed).unwrap_or(Value::Null))
}
