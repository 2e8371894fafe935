//! Policy files, applied, removed and imported.

use super::Named;
use crate::{
    parts::{change, matrix_changes},
    schema::{count, document, flag, has, list, may_have, object, or_null, text, words},
};

pub(super) fn all() -> Vec<Named> {
    let policy = || has("policy", text(), "The file's name in policies/.");
    let matrix = || {
        has(
            "matrix",
            or_null(object(matrix_changes())),
            "What the guard decides otherwise; null for rules that it does not read.",
        )
    };
    let notes = || {
        has(
            "notes",
            list(text()),
            "What `policy check` finds in it; none of it was in the way.",
        )
    };
    let file = object(vec![
        has("name", text(), "Its name in policies/."),
        has(
            "kind",
            words(&["cedar", "cedarschema", "yaml"]),
            "What it is written in.",
        ),
        has(
            "size",
            or_null(count()),
            "Its bytes; null where it cannot be read.",
        ),
        has("problem", or_null(text()), "Why it cannot be read."),
        has("enforced", flag(), "Whether its rules are in force here."),
        has(
            "why_not",
            or_null(words(&["not-imported", "changed"])),
            "Why YAML rules are not.",
        ),
    ]);
    let imported = || {
        vec![
            has("rules", count(), "How many rules were imported."),
            has("notes", list(text()), "What a person should know of it."),
            has(
                "environment",
                list(text()),
                "The variables that the rules look at.",
            ),
        ]
    };
    let printed = has("policies", text(), "The policies, in Cedar.");
    let mut applied = vec![policy()];
    applied.extend(imported());
    applied.push(may_have(
        "matrix",
        object(matrix_changes()),
        "What the guard decides otherwise.",
    ));
    vec![
        (
            "policy-list",
            document(
                "openpass policy list",
                vec![
                    has("policies", list(file), "The policy files."),
                    has("count", count(), "How many."),
                    has(
                        "problem",
                        or_null(text()),
                        "Why the Cedar policies are not in force.",
                    ),
                    has(
                        "not_read",
                        list(text()),
                        "What lies beside them and is no policy.",
                    ),
                ],
            ),
        ),
        (
            "policy-apply",
            change("openpass policy apply", vec![policy(), matrix(), notes()]),
        ),
        (
            "policy-remove",
            change("openpass policy remove", vec![policy(), matrix()]),
        ),
        (
            "policy-import",
            document(
                "openpass policy import",
                core::iter::once(printed).chain(imported()).collect(),
            ),
        ),
        (
            "policy-import-apply",
            change("openpass policy import --apply", applied),
        ),
    ]
}
