//! What is about the program.

use super::{Named, agent};
use crate::schema::{count, document, has, list, may_have, object, or_null, text, time};

pub(super) fn all() -> Vec<Named> {
    let request = object(vec![
        has("code", text(), "The code by which the person names it."),
        agent(),
        has("expires", or_null(time()), "Until when it waits."),
        has(
            "approve",
            text(),
            "What the person runs, in a terminal of their own.",
        ),
    ]);
    vec![
        (
            "completions",
            document(
                "openpass completions",
                vec![
                    has("shell", text(), "The shell."),
                    has("script", text(), "The completions."),
                ],
            ),
        ),
        (
            "man",
            document(
                "openpass man",
                vec![
                    has("folder", text(), "The folder."),
                    has("pages", list(text()), "The files that were written."),
                ],
            ),
        ),
        (
            "error",
            document(
                "Any command that fails",
                vec![
                    has("error", text(), "What happened, for people."),
                    has("hint", or_null(text()), "What to do next, for people."),
                    has(
                        "code",
                        count(),
                        "The exit code, which says what kind of failure it is.",
                    ),
                    may_have("request", request, "What waits for a person, with code 13."),
                ],
            ),
        ),
    ]
}
