//! The guard of a policy folder, behind the hooks of agents.

use std::{sync::Arc, time::Instant};

use futures_lite::future::block_on;
use openpass_auth::AuthError;
use openpass_policy::{Decision, Refusal};
use openpass_vault::{Caller, Door, DoorError, Logged, Prompts};
use serde_json::Value;

use crate::{
    asked::{Asked, Hook},
    decide::{self, Judge, Place, Verdict},
    elsewhere::Elsewhere,
    failure::Failure,
    folder::{Asker, Folder},
};

/// Returns the judge of the policy folder in `place`.
pub(crate) fn of(place: &Place) -> Box<dyn Judge> {
    Box::new(FolderJudge {
        folder: Folder {
            policy: place.policy.clone(),
            vault: None,
        },
        asker: Asker {
            agent: place.agent.clone(),
            token_file: place.token_file.clone(),
        },
    })
}

/// Decides by a policy folder.
#[derive(Debug)]
struct FolderJudge {
    folder: Folder,
    asker: Asker,
}

impl Judge for FolderJudge {
    fn judge(&self, asked: &decide::Asked, until: Instant) -> Verdict {
        let verdict = self.judged(asked, until);
        // A hook's answer has one text, for the agent and its person.
        verdict.unwrap_or_else(|failure| Verdict::Refused {
            reason: failure.to_string(),
            for_the_person: nobody_answered(&failure).then(|| {
                "While the agent asks again, a person can run `openpass-guard approve`, which \
                 lists what waits"
                    .to_owned()
            }),
        })
    }
}

impl FolderJudge {
    fn judged(&self, asked: &decide::Asked, until: Instant) -> Result<Verdict, Failure> {
        let vault = self.folder.open()?;
        let caller = self.asker.caller(vault, agent_of(asked.format))?;
        let hook = hook(asked);
        let door = opened(&caller, asked)?;
        let let_pass = hook.let_pass(door.request());
        if matches!(door.decide(&let_pass), Decision::Allow { .. }) {
            let called = block_on(door.call(let_pass, Logged::WhereAsked))?;
            let again = hook.let_pass(door.request());
            // Nobody here knows what the agent makes of it: no outcome is said.
            drop(called.begin(&door, &again)?);
            return Ok(Verdict::Allowed);
        }
        let vault = door.vault().clone().into();
        let asks = Asked::Hook(hook.clone());
        let elsewhere = Elsewhere::new(vault, caller.name(), asks, drop);
        let door = door.or_else_asking(Arc::new(elsewhere)).at_most(until);
        let called = block_on(door.call(hook.allow(door.request()), Logged::Each))?;
        // It may have been revoked, or forbidden, while a person was asked.
        let now = opened(&caller, asked)?;
        drop(called.begin(&now, &hook.allow(now.request()))?);
        Ok(Verdict::PersonSaidYes)
    }
}

/// The door of now, for an agent whose token opens the tool still.
fn opened(caller: &Caller, asked: &decide::Asked) -> Result<Door, Failure> {
    let now = caller.now();
    now.opens(&asked.tool)?;
    Ok(Door::to_look(
        now.vault(),
        now.requester()?,
        Prompts::dialogs(),
    )?)
}

fn nobody_answered(failure: &Failure) -> bool {
    matches!(
        failure,
        Failure::Door(DoorError::Refused(Refusal::NotAuthenticated(
            AuthError::TimedOut
        )))
    )
}

fn hook(asked: &decide::Asked) -> Hook {
    let text = |name: &str| match asked.input.get(name) {
        Some(Value::String(text)) => Some(text.clone()),
        _ => None,
    };
    Hook {
        format: asked.format.to_owned(),
        tool: asked.tool.clone(),
        input: asked.input_raw.clone(),
        command: asked.command.clone().or_else(|| text("command")),
        path: path(&asked.input),
        server: asked.mcp_server.clone(),
        folder: asked.cwd.clone(),
        risk: asked.risk_class.clone(),
        domain: asked.domain.clone(),
        warnings: asked.warnings.clone(),
    }
}

/// The path that the tool is given, where just one of its arguments can be that: a second
/// one could be what the tool goes by.
fn path(input: &Value) -> Option<String> {
    let members = input.as_object()?;
    let mut paths = members
        .iter()
        .filter(|(name, _)| name.to_ascii_lowercase().contains("path"));
    match (paths.next(), paths.next()) {
        (Some((name, Value::String(path))), None) if name == "path" || name == "file_path" => {
            Some(path.clone())
        }
        _ => None,
    }
}

/// The agent in config.yaml that a format's requests are taken for, where none is named.
fn agent_of(format: &str) -> &'static str {
    match format.split_once('-') {
        Some(("claude", _)) => "claude-code",
        Some(("codex", _)) => "codex",
        _ => "default",
    }
}
