//! What several documents have in common.

use openpass_policy::{Power, Powers};
use serde_json::{Value, json};

use crate::schema::{
    Member, count, document, flag, has, list, map, may_have, object, or_null, text, time, value,
    words,
};

pub(crate) const TIERS: [&str; 4] = ["read-only", "standard", "admin", "custom"];
const CELLS: [&str; 15] = [
    "allow",
    "y/N",
    "waived",
    "system login",
    "biometry or passphrase",
    "biometry or passphrase, if signed",
    "biometry, or passphrase if signed",
    "passphrase, or biometry if signed",
    "biometry",
    "biometry, if signed",
    "passphrase",
    "passphrase, if signed",
    "another factor",
    "another factor, if signed",
    "deny",
];

pub(crate) fn factor() -> Value {
    words(&[
        "none",
        "confirm",
        "waived",
        "system-login",
        "security-key",
        "passphrase",
        "biometry",
    ])
}

pub(crate) fn cell() -> Value {
    words(&CELLS)
}

pub(crate) fn digest() -> Value {
    text()
}

pub(crate) fn field() -> Value {
    object(vec![
        has("field", text(), "The field, as its file spells it."),
        has(
            "before",
            value(),
            "Its value before; null for none. What may be a secret is described.",
        ),
        has("after", value(), "Its value after."),
        has(
            "direction",
            words(&["widens", "narrows", "neutral"]),
            "Whether it gives power, takes power, or does neither.",
        ),
        may_have(
            "added",
            list(text()),
            "The entries of a list, or the lines of a file, that come.",
        ),
        may_have("removed", list(text()), "Those that go."),
    ])
}

/// What policy says.
pub(crate) fn decision() -> Vec<Member> {
    vec![
        has(
            "decision",
            words(&["allow", "require-biometry", "deny"]),
            "What policy says; `require-biometry` is that a factor of `accepts` is needed.",
        ),
        has(
            "form",
            count(),
            "The version of the form in which a decision is written: 2.",
        ),
        may_have(
            "accepts",
            list(words(&["biometry", "passphrase"])),
            "The factors that are enough, in the order in which to offer them.",
        ),
        may_have(
            "signed_only",
            list(words(&["biometry", "passphrase"])),
            "Those of them that count only with an approver's signature; left out for none.",
        ),
        may_have(
            "policies",
            list(text()),
            "The ids of the policies that decide.",
        ),
        may_have(
            "reason",
            words(&[
                "not-permitted",
                "forbidden",
                "policy-errors",
                "no-time",
                "invalid-request",
            ]),
            "Why it is denied.",
        ),
        may_have(
            "problems",
            list(map(value())),
            "What does not fit the schema of policy, each with its name.",
        ),
    ]
}

/// The document of a command that changes something.
pub(crate) fn change(title: &str, facts: Vec<Member>) -> Value {
    let mut members = facts;
    members.push(has("action", text(), "The action, as policy names it."));
    members.push(has(
        "digest",
        digest(),
        "What is bound: the operation's SHA-256, as on the guard log.",
    ));
    members.extend(decision());
    members.push(has("changes", list(field()), "Every field that changes."));
    members.push(has(
        "outcome",
        words(&["done", "dry-run"]),
        "Whether it was made.",
    ));
    members.push(has(
        "factor",
        or_null(factor()),
        "What vouched for it; null for a dry run.",
    ));
    document(title, members)
}

pub(crate) fn issued() -> Member {
    let token = object(vec![
        has("id", text(), "Its id."),
        has("file", text(), "The file that holds it, below the vault."),
    ]);
    may_have(
        "issued",
        token,
        "The token that was issued, without its secret.",
    )
}

pub(crate) fn matrix_changes() -> Vec<Member> {
    let change = object(vec![
        has("action", text(), "The action, as policy names it."),
        has("what", text(), "What it does, in words."),
        has("principal", text(), "Who asks, in words."),
        has("before", cell(), "The answer before."),
        has("after", cell(), "The answer after."),
        may_have(
            "when",
            text(),
            "At which times and under which settings; left out where it always is.",
        ),
    ]);
    let policy = object(vec![
        has("policy", text(), "Its id."),
        has("file", text(), "Its file."),
        has("line", count(), "The line where it begins."),
        has("added", flag(), "Whether it comes; else it goes."),
        has(
            "why",
            words(&["not-reached", "no-effect", "no-sample", "in-part"]),
            "Why no sample shows what it does.",
        ),
        has("widens", flag(), "Whether it can give power."),
    ]);
    vec![
        has("changes", list(change), "Every answer that differs."),
        has(
            "unshown",
            list(policy),
            "The policies that come or go, and of which no sample shows what they do.",
        ),
        may_have(
            "not_tried",
            text(),
            "What was too much to be tried, in words.",
        ),
        may_have(
            "not_sampled",
            text(),
            "The agents and tokens that no sample is about, in words.",
        ),
        may_have(
            "failing",
            list(text()),
            "The ids of the policies that cannot be evaluated.",
        ),
    ]
}

pub(crate) fn guard_settings() -> Value {
    object(vec![
        has(
            "step_up",
            words(&["biometry", "passphrase", "system-login", "confirm"]),
            "As in the guard's settings.",
        ),
        has(
            "unattended",
            words(&["passphrase", "refuse", "waive"]),
            "As in the guard's settings.",
        ),
        has(
            "sealed",
            words(&["none", "logged", "signed"]),
            "What stands behind the approved state: an approver's signature, the guard's log \
             alone, or no seal that fits.",
        ),
    ])
}

pub(crate) fn wall_time() -> Value {
    object(vec![
        has("weekday", count(), "From 1, Monday, to 7."),
        has("minute_of_day", count(), "From 0 to 1439."),
    ])
}

fn asked() -> Value {
    let principal = object(vec![
        has("kind", words(&["user", "agent"]), "A person, or an agent."),
        may_have("name", text(), "The agent's name."),
        may_have("tier", words(&TIERS), "The agent's tier."),
        may_have(
            "can_manage_config",
            flag(),
            "Whether the agent may change configuration.",
        ),
        may_have(
            "powers",
            list(words(
                &Powers::ALL.iter().map(Power::as_str).collect::<Vec<_>>(),
            )),
            "What the agent may do, by the field of its profile that gives it.",
        ),
    ]);
    object(vec![
        has("principal", principal, "Who asks."),
        has("channel", words(&["cli", "mcp"]), "How it is asked for."),
        has("attended", flag(), "Whether somebody is there."),
        has(
            "settings",
            guard_settings(),
            "The settings that policy looks at.",
        ),
        has("vault", text(), "The vault's folder."),
        has(
            "reason",
            or_null(text()),
            "The reason that was given with the request.",
        ),
        may_have("time", or_null(wall_time()), "The time of day."),
    ])
}

/// Which policy, and where it stands.
pub(crate) fn one_policy() -> Vec<Member> {
    vec![
        has("id", text(), "Its id."),
        has("forbids", flag(), "Whether it forbids; else it permits."),
        has("file", text(), "Its file."),
        has("line", count(), "The line where it begins, from 1."),
        has(
            "name",
            or_null(text()),
            "What a rule was called before it was imported.",
        ),
        has("doc", or_null(text()), "What it is for."),
        has("shipped", flag(), "Whether it is part of the program."),
    ]
}

/// A decision with its reasons.
pub(crate) fn explanation() -> Vec<Member> {
    let given = object(vec![
        has("factor", factor(), "The factor that was asked about."),
        may_have(
            "approver",
            words(&["passphrase", "enclave", "security-key", "device"]),
            "The kind of approver that would sign for it; left out for none.",
        ),
        has("allowed", flag(), "Whether it is enough."),
    ]);
    let mut deciding = vec![has(
        "role",
        words(&["permits", "asks-for-a-person", "forbids", "failed"]),
        "What the policy does to the request.",
    )];
    deciding.extend(one_policy());
    let deciding = object(deciding);
    let what_if = object(vec![
        has("change", text(), "What would be otherwise."),
        may_have(
            "to",
            json!({ "anyOf": [{ "type": ["string", "boolean"] }, wall_time()] }),
            "What it would be.",
        ),
    ]);
    let mut members = vec![
        has("summary", text(), "The change in words."),
        has("action", text(), "The action, as policy names it."),
        has("request", asked(), "Who asks, and how."),
    ];
    members.extend(decision());
    members.push(has(
        "with_factor",
        or_null(given),
        "Whether a factor is enough, where one was asked about.",
    ));
    members.push(has("deciding", list(deciding), "The policies that decide."));
    members.push(has(
        "nearest",
        list(list(what_if)),
        "For a denial: what would have to be otherwise, each a way of its own.",
    ));
    members
}

pub(crate) fn waiting() -> Value {
    object(vec![
        has("code", text(), "The code by which a person names it."),
        has("agent", text(), "Who says that it asks."),
        has("channel", words(&["cli", "mcp"]), "How it was asked for."),
        has(
            "wants",
            or_null(text()),
            "What for, in words; null where it cannot be done.",
        ),
        has("action", or_null(text()), "The action, as policy names it."),
        has(
            "digest",
            or_null(digest()),
            "What it comes to now: the operation's SHA-256.",
        ),
        has("problem", or_null(text()), "Why it cannot be done."),
        has("reason", or_null(text()), "Why, as the agent says."),
        has("created", time(), "Since when it waits."),
        has("expires", or_null(time()), "Until when it waits."),
        has(
            "claimed_by",
            or_null(list(process())),
            "The processes that are said to have asked, the nearest first; null where the \
             request does not say.",
        ),
    ])
}

/// A call that waits with openpass-guard.
pub(crate) fn call() -> Value {
    object(vec![
        has("code", text(), "The code by which a person names it."),
        has("agent", text(), "Who says that it asks."),
        has("created", time(), "Since when it waits."),
        has("expires", time(), "Until when it waits."),
        has(
            "command",
            text(),
            "The command that shows it to a person, who signs or denies it.",
        ),
    ])
}

/// A process: the three together tell it from others.
fn process() -> Value {
    object(vec![
        has("pid", count(), "Its number."),
        has(
            "started",
            count(),
            "When it started, in the kernel's ticks since the machine did.",
        ),
        has(
            "executable",
            or_null(text()),
            "The file that it runs; null where that could not be seen.",
        ),
    ])
}
