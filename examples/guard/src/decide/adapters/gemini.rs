//! Gemini CLI's hook. Sources: <https://geminicli.com/docs/hooks/reference>, and the runner,
//! <https://github.com/google-gemini/gemini-cli/blob/0017a722/packages/core/src/hooks/hookRunner.ts>.
//!
//! Other text on stdout becomes a message, and the tool runs. Exit code 2 blocks, in older
//! versions only if stderr has words. The hook waits 60,000 milliseconds by default; after
//! its time-out, and where it cannot start, the tool runs. `continue` would end the agent's
//! whole loop and `hookSpecificOutput.tool_input` change what was decided: neither is ever
//! in an answer.

use core::time::Duration;

use serde_json::json;

use super::{
    super::{
        answer::{Answer, Reason},
        table::Adapter,
    },
    hook,
};

/// Before each call of a tool (<https://geminicli.com/docs/hooks/reference>, `BeforeTool`).
pub(in super::super) const GEMINI_BEFORE_TOOL: Adapter = Adapter {
    name: "gemini-before-tool",
    waits_by_default: Duration::from_secs(60),
    waits_as_set: Duration::from_secs(600),
    margin: Duration::from_secs(5),
    read: |adapter, text| hook::read(adapter, text, "BeforeTool"),
    allowed: Answer::silence,
    person_said_yes: || answer("allow", "a person approved it"),
    blocked: |reason: &Reason| answer("deny", reason.as_str()),
};

fn answer(decision: &str, reason: &str) -> Answer {
    Answer::json(&json!({"decision": decision, "reason": reason}))
}
