//! A call of a tool as an operation.

use openpass_policy::{Entity, OnWhat, Operation, Principal, Request, StateDigest};

use super::{Arguments, Tool};

impl Tool {
    /// The call of this tool with `arguments`, for a host that has OpenPass's requests.
    ///
    /// `namespace` is that of the [`Fragment`](super::Fragment) in which the tool is
    /// accepted, and `server` the name under which the person knows the server. The
    /// operation is bound to the tool as it is described and to the exact arguments.
    /// Arguments that were read for another tool make another operation, which no approval
    /// of this one counts for.
    #[must_use]
    pub fn operation(
        &self,
        namespace: &str,
        server: &str,
        arguments: &Arguments,
        request: Request,
    ) -> Operation {
        let on = Operation::new(self.action(namespace)).requested(request);
        self.told(namespace, server, arguments, on)
    }

    /// As [`operation`](Self::operation), for a host that has no OpenPass vault:
    /// `principal` asks, by an entity of the fragment's type `Client`, or an OpenPass
    /// agent. Say the channel and the settings on what it returns.
    #[must_use]
    pub fn operation_by(
        &self,
        namespace: &str,
        server: &str,
        arguments: &Arguments,
        principal: impl Into<Principal>,
    ) -> Operation {
        let on = Operation::new(self.action(namespace)).by(principal);
        self.told(namespace, server, arguments, on)
    }

    fn action(&self, namespace: &str) -> String {
        format!("{namespace}::{}", self.name())
    }

    /// INVARIANT (9): every argument is told, and what is told is bound.
    fn told(&self, namespace: &str, server: &str, arguments: &Arguments, on: OnWhat) -> Operation {
        let server = Entity::new(format!("{namespace}::Server"), server);
        let exact = arguments.text();
        let bound = [
            b"openpass mcp call 1".as_slice(),
            self.canonical().as_bytes(),
            arguments.tool.as_bytes(),
            exact.as_bytes(),
        ];
        let operation = on
            .on(server)
            .saying(format!("call the tool {} of {{}}", self.name()))
            .with("input", arguments.input().clone())
            .with("unspecified", arguments.is_unspecified())
            .onto(StateDigest::of(&bound));
        let told = arguments.told().into_iter();
        told.fold(operation, |operation, (name, value)| {
            operation.showing(label(&name), value)
        })
    }
}

/// The name of an argument where other things are told, too: none of them begins so.
fn label(name: &str) -> String {
    let dot = if name.starts_with('[') { "" } else { "." };
    format!("input{dot}{name}")
}
