//! The guard of a policy folder, behind the hooks of agents.

use std::{sync::Arc, time::Instant};

use futures_lite::future::block_on;
use openpass_mcp_guard::Refused as _;
use openpass_policy::{Decision, Outcome};
use openpass_vault::{Door, Logged, Prompts};
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
        verdict.unwrap_or_else(|failure| {
            let words = failure.words();
            Verdict::Refused {
                reason: words.message,
                for_the_person: words.for_the_person,
            }
        })
    }
}

impl FolderJudge {
    fn judged(&self, asked: &decide::Asked, until: Instant) -> Result<Verdict, Failure> {
        let vault = self.folder.open()?;
        let caller = self.asker.caller(vault, agent_of(asked.format))?.now();
        caller.opens(&asked.tool)?;
        let hook = hook(asked);
        let door = Door::to_look(caller.vault(), caller.requester()?, Prompts::dialogs())?;
        let let_pass = hook.let_pass(door.request());
        if matches!(door.decide(&let_pass), Decision::Allow { .. }) {
            let called = block_on(door.call(let_pass, Logged::WhereAsked))?;
            let again = hook.let_pass(door.request());
            Door::ended(called.begin(&again)?, Outcome::Done)?;
            return Ok(Verdict::Allowed);
        }
        let elsewhere = Elsewhere::new(
            door.vault().clone().into(),
            caller.name(),
            Asked::Hook(hook.clone()),
            |command| crate::output::say(&format!("A person has to run: {command}")),
        );
        let door = door.or_else_asking(Arc::new(elsewhere)).at_most(until);
        let called = block_on(door.call(hook.allow(door.request()), Logged::Each))?;
        let again = hook.allow(caller.vault().snapshot().request_of(&caller.requester()?));
        Door::ended(called.begin(&again)?, Outcome::Done)?;
        Ok(Verdict::PersonSaidYes)
    }
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
        path: text("file_path").or_else(|| text("path")),
        server: asked.mcp_server.clone(),
        folder: asked.cwd.clone(),
        risk: asked.risk_class.clone(),
        domain: asked.domain.clone(),
        warnings: asked.warnings.clone(),
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
