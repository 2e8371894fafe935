//! Calls of tools.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{
    answers,
    asking::end,
    flights::{Call, Stage, What},
    gatekeeper::{Ended, Refused, Standing, ToolCall},
    id::Id,
    message::INVALID_PARAMS,
    progress::Progress,
    raw::RawObject,
    relay::Relay,
    tools::Tool,
};

/// The members that the params of a call may have. Others could change what
/// the server does, and nobody would have been shown them.
const MEMBERS: &[&str] = &["name", "arguments", "_meta"];

impl Relay {
    /// Takes a call, which waits for a listing if one is on its way.
    pub(super) fn call(&mut self, id: Id, mut params: Map<String, Value>, line: Vec<u8>) {
        if params.contains_key("task") {
            return self.refuse_call(&id, &params, &no_tasks());
        }
        if params.keys().any(|name| !MEMBERS.contains(&name.as_str())) {
            let words = "a call may have `name`, `arguments` and `_meta`, and nothing else";
            return self.fail(&id, INVALID_PARAMS, words);
        }
        let Some(Value::String(name)) = params.remove("name") else {
            return self.fail(&id, INVALID_PARAMS, "a call needs the `name` of a tool");
        };
        let arguments = match params.remove("arguments") {
            None => Map::new(),
            Some(Value::Object(arguments)) => arguments,
            Some(_) => return self.fail(&id, INVALID_PARAMS, "`arguments` must be an object"),
        };
        let meta = params.remove("_meta");
        let token = meta.as_ref().and_then(|meta| meta.get("progressToken"));
        if token.is_some_and(|token| Id::of(token).is_none()) {
            let words = "`progressToken` must be a text or a whole number";
            return self.fail(&id, INVALID_PARAMS, words);
        }
        let token = token.cloned();
        let raw_meta = meta.and_then(|meta| raw_meta(&meta, &line));
        let what = What::Call(Call {
            name,
            arguments,
            raw_meta,
        });
        let mut flight = self.flight(what, line);
        flight.token = token;
        self.flights.begin(id.clone(), flight);
        self.ask_if_listed(&id);
    }

    /// Asks about a call by the last whole listing, once that is there.
    pub(super) fn ask_if_listed(&mut self, id: &Id) {
        if self.tools.is_none() || self.fetch.is_some() {
            return self.fetch_tools();
        }
        let flight = self.flights.get(id);
        // INVARIANT: a call is asked about once: what passed is not asked again.
        let Some((name, number)) = flight.and_then(|flight| match (&flight.what, &flight.stage) {
            (What::Call(call), Stage::Listing) => Some((call.name.clone(), flight.number)),
            _ => None,
        }) else {
            return;
        };
        let tool = match self.accepted(&name) {
            Ok(tool) => tool,
            Err(refused) => return self.drop_refused(id, &refused),
        };
        let progress = Progress::of(number, self.events.clone());
        let Some(flight) = self.flights.get_mut(id) else {
            return;
        };
        let What::Call(call) = &mut flight.what else {
            return;
        };
        let call = ToolCall {
            name,
            definition: Arc::clone(&tool.raw),
            raw_arguments: raw_arguments(&flight.line),
            arguments: core::mem::take(&mut call.arguments),
            raw_meta: call.raw_meta.take(),
            progress,
        };
        self.ask(id, Some(tool), |gate| async move { gate.pass(&call).await });
    }

    /// The tool of this name, if the client may call it now: a person may have
    /// accepted it since the listing.
    fn accepted(&mut self, name: &str) -> Result<Arc<Tool>, Refused> {
        if let Some(Ok(tool)) = self.tools.as_ref().map(|tools| tools.accepted(name)) {
            return Ok(tool);
        }
        self.judge_again();
        match self.tools.as_ref().map(|tools| tools.accepted(name)) {
            Some(Ok(tool)) => Ok(tool),
            Some(Err(standing)) => Err(not_accepted(standing)),
            None => Err(not_accepted(None)),
        }
    }

    /// Sends a call that passed, if its tool is the one that was asked about.
    pub(super) fn send_if_unchanged(&mut self, id: &Id) {
        if self.tools.is_none() || self.fetch.is_some() {
            return self.fetch_tools();
        }
        let Some(flight) = self.flights.get_mut(id) else {
            return;
        };
        let stage = core::mem::replace(&mut flight.stage, Stage::Listing);
        let Stage::Passed(passed, asked) = stage else {
            flight.stage = stage;
            return;
        };
        let now = self.tools.as_ref().map(|tools| tools.accepted(&asked.name));
        if matches!(now, Some(Ok(tool)) if tool.same(&asked)) {
            return self.send(id, passed);
        }
        end(passed, Ended::NotSent);
        self.drop_refused(id, &changed());
    }

    /// Answers a call that was not taken with a refusal.
    pub(super) fn refuse_call(&self, id: &Id, params: &Map<String, Value>, refused: &Refused) {
        let name = params.get("name").and_then(Value::as_str);
        let shaped = name.is_some_and(|name| self.is_shaped(name));
        self.tell_client(answers::refused_call(id, refused, shaped));
    }
}

/// The exact text of `_meta`, where there is more in it than a progress token.
fn raw_meta(meta: &Value, line: &[u8]) -> Option<String> {
    let is_token_alone = |meta: &Map<String, Value>| meta.keys().all(|it| it == "progressToken");
    if meta.as_object().is_some_and(is_token_alone) {
        return None;
    }
    let params = RawObject::at(line, &["params"])?;
    params.get("_meta").map(|raw| raw.get().to_owned())
}

/// The arguments' exact text in a call.
fn raw_arguments(line: &[u8]) -> String {
    let arguments = RawObject::at(line, &["params"]).and_then(|params| params.get("arguments"));
    arguments.map_or_else(|| "{}".to_owned(), |raw| raw.get().to_owned())
}

fn not_accepted(standing: Option<&Standing>) -> Refused {
    match standing {
        Some(Standing::NotAccepted {
            message,
            for_the_person,
        }) => {
            Refused::new("not_accepted", message.clone()).telling_the_person(for_the_person.clone())
        }
        _ => Refused::new(
            "not_accepted",
            "the server has no tool of this name, or two; tools/list has the tools that there are",
        ),
    }
}

fn changed() -> Refused {
    Refused::new(
        "not_accepted",
        "the server changed this tool while the call was decided; nothing was sent to it; list the tools again",
    )
}

fn no_tasks() -> Refused {
    Refused::new(
        "tasks_refused",
        "the proxy passes no calls as tasks; send the call without `task`",
    )
}
