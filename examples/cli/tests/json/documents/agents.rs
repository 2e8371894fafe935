//! Agents: their tiers, their profiles, their tokens.

use super::{Named, agent, tier};
use crate::{
    parts::{change, issued},
    schema::{
        Member, count, document, flag, has, list, map, may_have, object, or_null, text, time,
        value, words,
    },
};

/// What an agent's entry says beyond what counts.
fn not_in_effect() -> Member {
    let field = object(vec![
        has("field", text(), "The field, by config.yaml's spelling."),
        has(
            "approved",
            value(),
            "What a person approved; null where that is no value, or nobody knows it.",
        ),
        has("found", value(), "What config.yaml comes to."),
        has(
            "counts",
            value(),
            "What counts; `(nothing)` where the field gives nothing at all.",
        ),
    ]);
    may_have(
        "not_in_effect",
        list(field),
        "What was changed in config.yaml outside the guard, and has no effect until a person accepts it.",
    )
}

pub(super) fn all() -> Vec<Named> {
    let listed = object(vec![
        has("name", text(), "Its name."),
        tier(),
        has(
            "approval_mode",
            or_null(text()),
            "As config.yaml's approvalMode.",
        ),
        has("can_write", flag(), "As config.yaml's canWrite."),
        has(
            "can_manage_config",
            flag(),
            "As config.yaml's canManageConfig.",
        ),
        not_in_effect(),
    ]);
    let token = object(vec![
        has("id", text(), "Its id."),
        agent(),
        has("label", or_null(text()), "What it is called."),
        has(
            "allowed_tools",
            list(text()),
            "The tools that it opens; `*` is every one.",
        ),
        has("created_at", time(), "When it was issued."),
        has(
            "expires_at",
            or_null(time()),
            "When it expires; null is never.",
        ),
        has("last_used_at", or_null(time()), "When it was last used."),
        has(
            "state",
            words(&["live", "revoked", "expired"]),
            "Whether it opens anything.",
        ),
    ]);
    vec![
        (
            "agent-list",
            document(
                "openpass agent list",
                vec![
                    has(
                        "agents",
                        list(listed),
                        "The agents of config.yaml, in its order.",
                    ),
                    has("count", count(), "How many."),
                    has(
                        "built_in",
                        list(text()),
                        "The product's own agents that config.yaml does not list.",
                    ),
                ],
            ),
        ),
        (
            "agent-show",
            document(
                "openpass agent show",
                vec![
                    has("name", text(), "Its name."),
                    tier(),
                    has("stored_tier", or_null(text()), "The tier as it is written."),
                    has(
                        "fields",
                        map(value()),
                        "The fields that are set, by config.yaml's spelling.",
                    ),
                    has(
                        "effective",
                        map(value()),
                        "Every field that the product knows, as it makes it out.",
                    ),
                    not_in_effect(),
                    may_have(
                        "lost",
                        text(),
                        "Why it is not known what was approved. Nothing counts then.",
                    ),
                ],
            ),
        ),
        (
            "agent-add",
            change("openpass agent add", vec![agent(), tier()]),
        ),
        (
            "agent-upgrade",
            change("openpass agent upgrade", vec![agent(), tier()]),
        ),
        (
            "agent-profile-edit",
            change("openpass agent profile edit", vec![agent()]),
        ),
        (
            "agent-remove",
            change("openpass agent remove", vec![agent()]),
        ),
        (
            "agent-token-list",
            document(
                "openpass agent token list",
                vec![
                    has("tokens", list(token), "The tokens."),
                    has("count", count(), "How many."),
                ],
            ),
        ),
        (
            "agent-token-new",
            change("openpass agent token new", vec![agent(), issued()]),
        ),
        (
            "agent-token-rotate",
            change("openpass agent token rotate", vec![agent(), issued()]),
        ),
        (
            "agent-token-revoke",
            change(
                "openpass agent token revoke",
                vec![has("token", text(), "The token's id.")],
            ),
        ),
    ]
}
