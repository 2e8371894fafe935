//! Codex' hooks. Sources: <https://developers.openai.com/codex/hooks>, and the parser of
//! answers,
//! <https://github.com/openai/codex/blob/0ea83813/codex-rs/hooks/src/engine/output_parser.rs>.
//!
//! Unknown members of an answer, and values that Codex does not support, are failures of
//! the hook, and then the tool runs; so do other exit codes than 0 and 2, signals, invalid
//! JSON and the time-out (600 seconds by default). Exit code 2 blocks if stderr has words.

use core::time::Duration;

use serde_json::json;

use super::{
    super::{
        answer::{Answer, Reason},
        table::Adapter,
    },
    hook,
};

const PRE_TOOL_USE: &str = "PreToolUse";
const PERMISSION_REQUEST: &str = "PermissionRequest";
const WAITS: Duration = Duration::from_secs(600);
const MARGIN: Duration = Duration::from_secs(10);

/// Before each call of a tool (<https://developers.openai.com/codex/hooks>, `PreToolUse`).
///
/// `allow` is an error here, so a person's yes is silence too: Codex' own approval stays. A
/// block needs a reason that is not empty.
pub(in super::super) const CODEX_PRE_TOOL_USE: Adapter = Adapter {
    name: "codex-pre-tool-use",
    waits_by_default: WAITS,
    waits_as_set: WAITS,
    margin: MARGIN,
    read: |adapter, text| hook::read(adapter, text, PRE_TOOL_USE),
    allowed: Answer::silence,
    person_said_yes: Answer::silence,
    blocked: |reason: &Reason| {
        Answer::json(&json!({"hookSpecificOutput": {
            "hookEventName": PRE_TOOL_USE,
            "permissionDecision": "deny",
            "permissionDecisionReason": reason.as_str(),
        }}))
    },
};

/// The adapter for the point at which Codex is about to ask for approval
/// (<https://developers.openai.com/codex/hooks>, `PermissionRequest`). `updatedInput`,
/// `updatedPermissions` and `interrupt` are reserved there: an answer with one is invalid.
pub(in super::super) const CODEX_PERMISSION_REQUEST: Adapter = Adapter {
    name: "codex-permission-request",
    waits_by_default: WAITS,
    waits_as_set: WAITS,
    margin: MARGIN,
    read: |adapter, text| hook::read(adapter, text, PERMISSION_REQUEST),
    allowed: permission_allowed,
    person_said_yes: permission_allowed,
    blocked: |reason: &Reason| {
        Answer::json(&json!({"hookSpecificOutput": {
            "hookEventName": PERMISSION_REQUEST,
            "decision": {"behavior": "deny", "message": reason.as_str()},
        }}))
    },
};

fn permission_allowed() -> Answer {
    Answer::json(&json!({"hookSpecificOutput": {
        "hookEventName": PERMISSION_REQUEST,
        "decision": {"behavior": "allow"},
    }}))
}
