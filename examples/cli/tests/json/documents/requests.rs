//! Requests that wait.

use super::{Named, agent};
use crate::{
    parts::{call, change, issued, waiting},
    schema::{count, document, has, list, or_null, text, words},
};

pub(super) fn all() -> Vec<Named> {
    let code = || has("code", text(), "The request's code.");
    vec![
        (
            "approve-list",
            document(
                "openpass approve, without a code",
                vec![
                    has("requests", list(waiting()), "What waits for a person."),
                    has("count", count(), "How many."),
                    has(
                        "calls",
                        list(call()),
                        "The calls of others' tools that wait with openpass-guard.",
                    ),
                    has(
                        "not_shown",
                        count(),
                        "How many files beside them are no requests that can be shown.",
                    ),
                ],
            ),
        ),
        (
            "approve",
            change("openpass approve", vec![code(), agent(), issued()]),
        ),
        (
            "deny",
            document(
                "openpass deny",
                vec![
                    code(),
                    has(
                        "outcome",
                        words(&["denied", "dry-run"]),
                        "Whether it was denied.",
                    ),
                    has(
                        "request",
                        or_null(waiting()),
                        "What waits on, for a dry run.",
                    ),
                ],
            ),
        ),
    ]
}
