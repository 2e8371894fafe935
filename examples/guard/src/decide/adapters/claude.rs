//! Claude Code's hooks. Source of all that is said here:
//! <https://code.claude.com/docs/en/hooks>, and for `onFailure`
//! <https://github.com/anthropics/claude-code/releases/tag/v2.1.295>.
//!
//! stdout counts as JSON where it begins with `{` and ends with `}`; other text is "no
//! decision". Exit code 2 blocks a `PreToolUse`; on `PermissionRequest` it is not honoured.
//! A hook waits 600 seconds by default; after its time-out the call goes on, and is blocked
//! only with `"onFailure": "block"`. `updatedInput` and `updatedPermissions` are never in an
//! answer: they would change what was decided.

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

/// Before each call of a tool (<https://code.claude.com/docs/en/hooks#pretooluse>).
///
/// What policy merely allows has no decision here, so that Claude's own permissions stay.
/// `allow`, for what a person approved, skips Claude's prompt.
pub(in super::super) const CLAUDE_PRE_TOOL_USE: Adapter = Adapter {
    name: "claude-pre-tool-use",
    waits_by_default: WAITS,
    waits_as_set: WAITS,
    margin: MARGIN,
    read: |adapter, text| hook::read(adapter, text, PRE_TOOL_USE),
    allowed: Answer::silence,
    person_said_yes: || pre_tool_use("allow", "a person approved it"),
    blocked: |reason: &Reason| pre_tool_use("deny", reason.as_str()),
};

/// The adapter for the point at which Claude is about to ask for permission
/// (<https://code.claude.com/docs/en/hooks#permissionrequest>).
///
/// Claude asks here what policy can answer: what policy allows is `allow`.
pub(in super::super) const CLAUDE_PERMISSION_REQUEST: Adapter = Adapter {
    name: "claude-permission-request",
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

fn pre_tool_use(decision: &str, reason: &str) -> Answer {
    Answer::json(&json!({"hookSpecificOutput": {
        "hookEventName": PRE_TOOL_USE,
        "permissionDecision": decision,
        "permissionDecisionReason": reason,
    }}))
}

fn permission_allowed() -> Answer {
    Answer::json(&json!({"hookSpecificOutput": {
        "hookEventName": PERMISSION_REQUEST,
        "decision": {"behavior": "allow"},
    }}))
}
