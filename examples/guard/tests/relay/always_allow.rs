//! A relay whose gatekeeper allows everything and asks nobody:
//! `always-allow COMMAND ARGUMENTS…`. It guards nothing.

use std::{process::ExitCode, sync::Arc};

use async_trait::async_trait;
use openpass_guard::proxy::{
    Described, Ended, Gatekeeper, Passed, Refused, ServerCommand, Settings, Standing, ToolCall,
    on_stdio,
};
use serde_json::Value;

struct Always;

struct Allowed;

impl Passed for Allowed {
    fn ended(self: Box<Self>, _: Ended) {}
}

#[async_trait]
impl Gatekeeper for Always {
    fn instructs(&self, _: &Described<'_>) -> bool {
        true
    }

    fn listed(&self, _: &Described<'_>, tools: &[&str]) -> Vec<Standing> {
        tools.iter().map(|_| Standing::Accepted).collect()
    }

    async fn pass(&self, _: &ToolCall) -> Result<Box<dyn Passed>, Refused> {
        Ok(Box::new(Allowed))
    }

    async fn pass_other(&self, _: &str, _: &Value) -> Result<Box<dyn Passed>, Refused> {
        Ok(Box::new(Allowed))
    }
}

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let program = arguments.next().ok_or("which server?")?;
    let command = ServerCommand::new(program, arguments);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let never = core::future::pending();
    let session = on_stdio(&command, Settings::default(), Arc::new(Always), never);
    let ended = runtime.block_on(session);
    runtime.shutdown_background();
    ended?;
    Ok(ExitCode::SUCCESS)
}
