//! What each format takes an answer for, as its documentation says (the addresses are in
//! `tests/hooks/README.md`).

use std::process::Output;

use serde_json::Value;

/// What the agent does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hears {
    Allow,
    Block,
    /// The agent goes on as without the hook.
    Nothing,
}

/// One format.
#[derive(Debug)]
pub(crate) struct Format {
    pub(crate) name: &'static str,
    /// A request of the format's documentation.
    pub(crate) fixture: &'static str,
    /// What the agent hears when policy allows, and when a person does.
    pub(crate) allowed: Hears,
    pub(crate) person_said_yes: Hears,
    /// The place of the decision, of its reason, and the words that they may be.
    decision: &'static str,
    reason: &'static str,
    allows: &'static str,
}

const PRE: [&str; 2] = [
    "/hookSpecificOutput/permissionDecision",
    "/hookSpecificOutput/permissionDecisionReason",
];
const PERMISSION: [&str; 2] = [
    "/hookSpecificOutput/decision/behavior",
    "/hookSpecificOutput/decision/message",
];
const PLAIN: [&str; 2] = ["/decision", "/reason"];

pub(crate) const FORMATS: [Format; 6] = [
    format(
        "claude-pre-tool-use",
        include_str!("../hooks/claude-pre-tool-use.json"),
        PRE,
        Hears::Nothing,
        Hears::Allow,
    ),
    format(
        "claude-permission-request",
        include_str!("../hooks/claude-permission-request.json"),
        PERMISSION,
        Hears::Allow,
        Hears::Allow,
    ),
    format(
        "codex-pre-tool-use",
        include_str!("../hooks/codex-pre-tool-use.json"),
        PRE,
        Hears::Nothing,
        Hears::Nothing,
    ),
    format(
        "codex-permission-request",
        include_str!("../hooks/codex-permission-request.json"),
        PERMISSION,
        Hears::Allow,
        Hears::Allow,
    ),
    format(
        "gemini-before-tool",
        include_str!("../hooks/gemini-before-tool.json"),
        PLAIN,
        Hears::Nothing,
        Hears::Allow,
    ),
    format(
        "symguard",
        include_str!("../hooks/symguard.json"),
        PLAIN,
        Hears::Allow,
        Hears::Allow,
    ),
];

const fn format(
    name: &'static str,
    fixture: &'static str,
    [decision, reason]: [&'static str; 2],
    allowed: Hears,
    person_said_yes: Hears,
) -> Format {
    Format {
        name,
        fixture,
        allowed,
        person_said_yes,
        decision,
        reason,
        allows: "allow",
    }
}

pub(crate) fn named(name: &str) -> &'static Format {
    FORMATS.iter().find(|format| format.name == name).unwrap()
}

impl Format {
    /// What the agent makes of a process that ended so.
    pub(crate) fn hears(&self, output: &Output) -> Hears {
        let stdout = core::str::from_utf8(&output.stdout).unwrap();
        let by_exit_code = match output.status.code() {
            Some(0) => None,
            _ if self.name == "symguard" => Some(Hears::Block),
            Some(2) if self.name != "claude-permission-request" && !output.stderr.is_empty() => {
                Some(Hears::Block)
            }
            _ => Some(Hears::Nothing),
        };
        if let Some(heard) = by_exit_code {
            assert_eq!(stdout, "", "{}: an exit code and an answer", self.name);
            return heard;
        }
        if stdout.is_empty() {
            assert_ne!(self.name, "symguard", "there is no silence in its contract");
            return Hears::Nothing;
        }
        self.heard_in(stdout)
    }

    fn heard_in(&self, stdout: &str) -> Hears {
        let name = self.name;
        assert!(stdout.len() <= 4_096, "{name}: {} bytes", stdout.len());
        let line = stdout.strip_suffix('\n').unwrap_or(stdout);
        assert!(
            line.bytes().all(|b| (0x20..0x7f).contains(&b)),
            "{name}: {stdout:?}"
        );
        let answer: Value = serde_json::from_str(line).unwrap();
        self.has_nothing_unknown(&answer);
        if let Some(event) = answer.pointer("/hookSpecificOutput/hookEventName") {
            let pre = self.decision == PRE[0];
            assert_eq!(
                event,
                if pre {
                    "PreToolUse"
                } else {
                    "PermissionRequest"
                }
            );
        }
        let decision = answer.pointer(self.decision).unwrap().as_str().unwrap();
        if decision == self.allows {
            assert_ne!(name, "codex-pre-tool-use", "Codex takes it for an error");
            return Hears::Allow;
        }
        assert_eq!(decision, "deny", "{name}: {stdout}");
        let reason = self.reason_in(&answer);
        assert!(!reason.trim().is_empty(), "{name}: {stdout}");
        Hears::Block
    }

    /// Codex takes no other members, and in the other formats they would change the call.
    fn has_nothing_unknown(&self, answer: &Value) {
        const KNOWN: [&str; 9] = [
            "hookSpecificOutput",
            "hookEventName",
            "permissionDecision",
            "permissionDecisionReason",
            "decision",
            "behavior",
            "message",
            "decision",
            "reason",
        ];
        for (member, value) in answer.as_object().unwrap() {
            assert!(KNOWN.contains(&member.as_str()), "{}: {answer}", self.name);
            if value.is_object() {
                self.has_nothing_unknown(value);
            }
        }
    }

    fn reason_in<'a>(&self, answer: &'a Value) -> &'a str {
        answer.pointer(self.reason).unwrap().as_str().unwrap()
    }

    /// The reason of a block.
    pub(crate) fn reason(&self, output: &Output) -> String {
        assert_eq!(
            self.hears(output),
            Hears::Block,
            "{}: {output:?}",
            self.name
        );
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        self.reason_in(&answer).to_owned()
    }
}
