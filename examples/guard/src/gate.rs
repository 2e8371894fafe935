//! The guard of a policy folder, in front of a server's tools.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use openpass_mcp_guard::{
    Refused as _,
    tool::{Fragment, Group, Standing as Of, Tool},
};
use openpass_policy::{AuthFactor, Operation, Outcome, Redeemed};
use openpass_vault::{Caller, Door, Logged, Prompts, Vault};
use serde_json::Value;

use crate::{
    accept,
    asked::Asked,
    elsewhere::Elsewhere,
    failure::Failure,
    folder::{Described as Seen, Server},
    proxy::{Described, Ended, Gatekeeper, Passed, Refused, Standing, ToolCall},
    refused,
};

/// Decides about the calls of one agent to one server.
#[derive(Debug)]
pub(crate) struct FolderGate {
    caller: Caller,
    server: Server,
    command: Vec<String>,
    /// The server's listing that was kept last.
    kept: Mutex<Option<Seen>>,
}

/// A call that was worked out, with the door that it goes through.
struct Opened {
    door: Door,
    asked: Asked,
    accepted: Arc<Fragment>,
    logged: Logged,
}

impl Opened {
    /// The operation, worked out anew.
    fn operation(&self) -> Result<Operation, Failure> {
        let tools = |_: &str| Ok(Some(Arc::clone(&self.accepted)));
        self.asked.operation(tools, self.door.request())
    }
}

impl FolderGate {
    pub(crate) fn new(caller: Caller, server: Server, command: Vec<String>) -> Self {
        Self {
            caller,
            server,
            command,
            kept: Mutex::default(),
        }
    }

    fn standing(&self, tools: &[&str]) -> Result<Vec<Standing>, Failure> {
        let vault: Vault = self.caller.vault().at_one_moment().into();
        let accepted = self.server.accepted(&vault)?;
        let accepted = accepted.filter(|it| it.command() == self.command);
        let token = self.caller.of(vault.clone()).token()?;
        let opens = |tool: &Tool| token.as_ref().is_none_or(|it| it.opens(tool.name()));
        let standing = |tool: &&str| {
            let Ok(tool) = Tool::parse(tool) else {
                let why = "the server describes this tool in a way that cannot be accepted";
                return not_accepted(why, None);
            };
            let is = accepted.as_ref().map(|it| it.standing(&tool));
            let why = match is {
                Some(Of::Accepted) if opens(&tool) => return Standing::Accepted,
                Some(Of::Accepted) => {
                    return not_accepted("the token does not open this tool", None);
                }
                Some(Of::Changed) => {
                    "the server describes this tool otherwise than a person accepted it"
                }
                _ => "nobody has accepted this tool yet",
            };
            let command = accept::command(&vault, &self.server, tool.name());
            not_accepted(why, Some(command))
        };
        Ok(tools.iter().map(standing).collect())
    }

    /// Works the call out, at one moment of the folder.
    fn open(&self, call: &ToolCall) -> Result<Opened, Failure> {
        let now = self.caller.now();
        now.opens(&call.name)?;
        let door = Door::to_look(now.vault(), now.requester()?, Prompts::dialogs())?;
        let accepted = self.server.accepted_at(&door)?;
        let unknown = || {
            let words = "the tool is not accepted any more; list the tools again";
            Failure::NotWorkedOut(words.to_owned())
        };
        let accepted = accepted.filter(|it| it.command() == self.command);
        let accepted = accepted.ok_or_else(unknown)?;
        let tool = Tool::parse(&call.definition)
            .map_err(|error| Failure::NotWorkedOut(error.to_string()))?;
        if accepted.standing(&tool) != Of::Accepted {
            return Err(unknown());
        }
        let group = accepted.tool(tool.name()).map(|(_, group)| group);
        Ok(Opened {
            door,
            asked: Asked::Tool {
                server: self.server.name().to_owned(),
                tool: call.name.clone(),
                arguments: call.raw_arguments.clone(),
                meta: call.raw_meta.clone(),
            },
            logged: match group {
                Some(Group::Routine) => Logged::WhereAsked,
                _ => Logged::Each,
            },
            accepted,
        })
    }
}

#[async_trait]
impl Gatekeeper for FolderGate {
    fn instructs(&self, server: &Described<'_>) -> bool {
        let vault: Vault = self.caller.vault().at_one_moment().into();
        let accepted = self.server.accepted(&vault).ok().flatten();
        accepted.is_some_and(|it| {
            it.instructions() == server.instructions && it.command() == self.command
        })
    }

    fn listed(&self, server: &Described<'_>, tools: &[&str]) -> Vec<Standing> {
        let seen = Seen::of(&self.command, server.instructions, tools);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        // It is for a person to look at: without it `accept` says so.
        if kept.as_ref() != Some(&seen) {
            if let Err(failure) = self.server.keep(self.caller.vault(), &seen) {
                let words = format!("What the server lists could not be kept: {failure}");
                crate::output::say(&words);
            }
            *kept = Some(seen);
        }
        drop(kept);
        self.standing(tools).unwrap_or_else(|failure| {
            let why = failure.words();
            let none = || not_accepted(&why.message, why.for_the_person.clone());
            tools.iter().map(|_| none()).collect()
        })
    }

    async fn pass(&self, call: &ToolCall) -> Result<Box<dyn Passed>, Refused> {
        self.passed(call)
            .await
            .map_err(|failure| refused::of_call(&failure))
    }

    async fn pass_other(&self, method: &str, _: &Value) -> Result<Box<dyn Passed>, Refused> {
        Err(Refused::new(
            "not_accepted",
            format!(
                "this guard passes tools on, and nothing else: {method} does not reach the server"
            ),
        ))
    }
}

impl FolderGate {
    async fn passed(&self, call: &ToolCall) -> Result<Box<dyn Passed>, Failure> {
        let mut opened = self.open(call)?;
        let progress = call.progress.clone();
        let waits = move |command| progress.tell(format!("a person has to run: {command}"));
        let vault = opened.door.vault().clone().into();
        let elsewhere = Elsewhere::new(vault, self.caller.name(), opened.asked.clone(), waits);
        opened.door = opened.door.or_else_asking(Arc::new(elsewhere));
        let called = opened.door.call(opened.operation()?, opened.logged).await?;
        if called.factor() != AuthFactor::None {
            // It may have been revoked, forbidden, or accepted no more, while a person was
            // asked.
            opened = self.open(call)?;
        }
        let again = opened.operation()?;
        Ok(Box::new(Sent(called.begin(&opened.door, &again)?)))
    }
}

/// A call that is on its way.
struct Sent(Redeemed);

impl Passed for Sent {
    fn ended(self: Box<Self>, how: Ended) {
        let outcome = match how {
            Ended::Done => Outcome::Done,
            Ended::NotSent => Outcome::Failed {
                reason: "it was not passed on".to_owned(),
            },
            // What a server says that it did not do, nobody knows.
            _ => Outcome::Unknown,
        };
        if let Err(error) = Door::ended(self.0, outcome) {
            crate::output::say(&format!("How a call ended is not on the log: {error}"));
        }
    }
}

fn not_accepted(why: &str, for_the_person: Option<String>) -> Standing {
    Standing::NotAccepted {
        message: format!("{why}, so it cannot be called; a person accepts it"),
        for_the_person,
    }
}
