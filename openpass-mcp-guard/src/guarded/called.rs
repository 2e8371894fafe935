//! One call, from the gate to the log.

use std::sync::Arc;

use openpass_policy::Outcome;
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{CallToolRequestParams, CallToolResponse, Tool},
    service::RequestContext,
};

use super::{Asked, ToolMap};
use crate::{Blocked, Call, Code, Gate, blocking};

/// The parts that handle a call: the server, and the gate and the tools before it.
pub(super) struct Inner<S> {
    pub(super) server: S,
    pub(super) gate: Arc<Gate>,
    pub(super) tools: ToolMap,
    pub(super) takes_tasks: bool,
    pub(super) when_blocked: Option<Arc<WhenBlocked>>,
}

/// The host's answer to a call that did not pass.
type WhenBlocked = dyn Fn(&Asked, Blocked) -> Blocked + Send + Sync;

impl<S: ServerHandler> Inner<S> {
    /// Passes the gate with a call, and runs its tool.
    pub(super) async fn called(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
        call: Call,
    ) -> Result<Result<CallToolResponse, ErrorData>, Blocked> {
        let asked = self.tools.asked(&request, &context)?;
        let work_out = || async {
            self.unchanged(&request.name)?;
            self.tools.operation(&asked)
        };
        let granted = match self.gate.pass(&call, work_out).await {
            Ok(granted) => granted,
            Err(blocked) => return Err(self.blocked(asked, blocked).await),
        };
        let answer = self.server.call_tool(request, context).await;
        let settled = granted.settle(outcome(&answer)).await;
        settled.map_err(Blocked::NotSettled)?;
        match answer {
            Ok(CallToolResponse::Task(_)) if !self.takes_tasks => Err(Blocked::because(
                Code::Incomplete,
                "the tool goes on as a task, which the guard does not let this server have; \
                 nobody can ask how it ends",
            )),
            answer => Ok(answer),
        }
    }

    async fn blocked(&self, asked: Asked, blocked: Blocked) -> Blocked {
        let Some(answer) = self.when_blocked.clone() else {
            return blocked;
        };
        let answered = blocking(move || Ok::<_, Blocked>(answer(&asked, blocked))).await;
        answered.unwrap_or_else(|broke| broke)
    }

    /// Whether the server still describes the tool as the map has it. A server that does
    /// not say is believed to.
    fn unchanged(&self, name: &str) -> Result<(), Blocked> {
        match self.server.get_tool(name) {
            Some(tool) => self.tools.unchanged(&tool),
            None => Ok(()),
        }
    }

    pub(super) fn shows(&self, tool: &Tool) -> bool {
        self.tools.unchanged(tool).is_ok()
    }
}

/// The outcome that the log has for a tool's answer. Only the tool knows what it changed
/// before it failed.
fn outcome(answer: &Result<CallToolResponse, ErrorData>) -> Outcome {
    match answer {
        Ok(CallToolResponse::Complete(result)) if result.is_error == Some(true) => {
            failed("the tool says that it failed")
        }
        Ok(CallToolResponse::Complete(_)) => Outcome::Done,
        // It goes on elsewhere, or waits for another call.
        Ok(_) => Outcome::Unknown,
        Err(error) => failed(&format!("the server says: {}", error.message)),
    }
}

fn failed(reason: &str) -> Outcome {
    let reason = reason.to_owned();
    Outcome::Failed { reason }
}
