//! The vault itself: how it is made and unlocked, config.yaml.

use super::Named;
use crate::{
    parts::change,
    schema::{document, flag, has, list, map, object, or_null, text, value, words},
};

pub(super) fn all() -> Vec<Named> {
    let method = || words(&["passphrase", "touchid"]);
    let cache = object(vec![
        has("backend", words(&["none"]), "Where answers are remembered."),
        has("persistent", flag(), "Whether that outlives the command."),
        has("message", text(), "The same, for people."),
    ]);
    vec![
        (
            "init",
            document(
                "openpass init",
                vec![
                    has("vault", text(), "The vault's folder."),
                    has(
                        "outcome",
                        words(&["done", "dry-run"]),
                        "Whether it was made.",
                    ),
                    has(
                        "recipient",
                        or_null(text()),
                        "The age recipient of the new identity.",
                    ),
                ],
            ),
        ),
        (
            "auth-status",
            document(
                "openpass auth status",
                vec![
                    has("vault", text(), "The vault's folder."),
                    has("method", method(), "How the vault is unlocked."),
                    has(
                        "touch_id_available",
                        flag(),
                        "Whether Touch ID can ask now.",
                    ),
                    has("touch_id_unavailable", or_null(text()), "Why it cannot."),
                    has("cache", cache, "What is remembered of an answer: nothing."),
                ],
            ),
        ),
        (
            "auth-set",
            change(
                "openpass auth set",
                vec![has("method", method(), "The method.")],
            ),
        ),
        (
            "auth-rotate-passphrase",
            change("openpass auth rotate-passphrase", vec![]),
        ),
        (
            "config-get",
            document(
                "openpass config get",
                vec![has(
                    "values",
                    map(value()),
                    "The keys that were asked for, by config.yaml's spelling with dots between the parts.",
                )],
            ),
        ),
        (
            "config-set",
            change("openpass config set", vec![has("key", text(), "The key.")]),
        ),
        (
            "config-validate",
            document(
                "openpass config validate",
                vec![
                    has(
                        "valid",
                        flag(),
                        "Whether the product loads all of it as it is meant.",
                    ),
                    has(
                        "problems",
                        list(text()),
                        "What it does not, each with its line.",
                    ),
                    has(
                        "warnings",
                        list(text()),
                        "Keys that the product passes over.",
                    ),
                ],
            ),
        ),
    ]
}
