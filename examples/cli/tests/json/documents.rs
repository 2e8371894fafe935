//! Every command's document.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    parts::{
        TIERS, cell, change, explanation, field, guard_settings, issued, matrix_changes, waiting,
        wall_time,
    },
    schema::{
        Member, count, document, flag, has, list, map, may_have, object, or_null, text, time,
        value, words,
    },
};

/// The schemas by the names of their files.
pub(crate) fn all() -> BTreeMap<&'static str, Value> {
    let mut all = BTreeMap::new();
    all.extend(agents());
    all.extend(vault());
    all.extend(policies());
    all.extend(decisions());
    all.extend(guard());
    all.extend(requests());
    all.extend(others());
    all
}

type Named = (&'static str, Value);

fn agent() -> Member {
    has("agent", text(), "The agent.")
}

fn tier() -> Member {
    has("tier", words(&TIERS), "The tier.")
}

fn agents() -> Vec<Named> {
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

fn vault() -> Vec<Named> {
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

fn policies() -> Vec<Named> {
    let policy = || has("policy", text(), "The file's name in policies/.");
    let matrix = || {
        has(
            "matrix",
            or_null(object(matrix_changes())),
            "What the guard decides otherwise; null for rules that it does not read.",
        )
    };
    let file = object(vec![
        has("name", text(), "Its name in policies/."),
        has("kind", words(&["cedar", "yaml"]), "What it is written in."),
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
            change("openpass policy apply", vec![policy(), matrix()]),
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

fn decisions() -> Vec<Named> {
    let row = object(vec![
        has("action", text(), "The action, as policy names it."),
        has("what", text(), "What it does, in words."),
        has(
            "cells",
            list(cell()),
            "The answers, in the principals' order.",
        ),
    ]);
    let case = object(vec![
        has("name", text(), "The test's name."),
        has(
            "outcome",
            words(&["passed", "refused-too", "refused", "failed", "broken"]),
            "`refused` is by the importer; `refused-too` is by the importer and the product.",
        ),
        may_have("expected", text(), "What the test expects."),
        may_have("got", text(), "What policy says."),
        may_have("why", object(explanation()), "Why policy says that."),
        may_have(
            "problem",
            text(),
            "Why it was refused, or what is wrong with the test.",
        ),
    ]);
    let info = object(vec![
        has("id", text(), "Its id."),
        has("forbids", flag(), "Whether it forbids; else it permits."),
        has("file", text(), "Its file."),
        has("line", count(), "The line where it begins, from 1."),
        has("doc", or_null(text()), "What it is for."),
        has("shipped", flag(), "Whether it is part of the program."),
    ]);
    let statement = object(vec![
        has("id", text(), "Its id."),
        has("doc", text(), "What it says."),
        has(
            "verdict",
            words(&["proved", "refuted", "unknown"]),
            "Whether it holds for every request.",
        ),
        may_have(
            "request",
            list(text()),
            "A request for which it does not hold.",
        ),
        may_have("says", text(), "What policy says to that, in words."),
        may_have("policies", list(info), "The policies that say so."),
        may_have("why", text(), "Why it is not known."),
    ]);
    vec![
        (
            "policy-explain",
            document("openpass policy explain", explanation()),
        ),
        (
            "policy-matrix",
            document(
                "openpass policy matrix",
                vec![
                    has(
                        "settings",
                        guard_settings(),
                        "The settings that it was made under.",
                    ),
                    has(
                        "time",
                        or_null(wall_time()),
                        "The time, where a policy looks at it.",
                    ),
                    has(
                        "principals",
                        list(text()),
                        "Who asks, in words: the columns.",
                    ),
                    has("rows", list(row), "What for."),
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
                ],
            ),
        ),
        (
            "policy-matrix-diff",
            document("openpass policy matrix --diff", matrix_changes()),
        ),
        (
            "policy-test",
            document(
                "openpass policy test",
                vec![
                    has("cases", list(case), "The tests, in the file's order."),
                    has("passed", count(), "How many passed."),
                    has("refused", count(), "How many the importer refused."),
                    has("failed", count(), "How many failed or are broken."),
                ],
            ),
        ),
        (
            "policy-verify",
            document(
                "openpass policy verify",
                vec![has("statements", list(statement), "What was to be proved.")],
            ),
        ),
    ]
}

fn guard() -> Vec<Named> {
    let setting = object(vec![
        has("value", or_null(text()), "The value that counts."),
        has(
            "in_file",
            or_null(text()),
            "The value in guard/settings.yaml.",
        ),
        has(
            "opt_out",
            flag(),
            "Whether it lets a change through without a proof.",
        ),
        has(
            "since",
            or_null(time()),
            "Since when, as the guard log says.",
        ),
        has("by", or_null(text()), "By whom, as the guard log says."),
    ]);
    let in_force = object(vec![
        has(
            "state",
            words(&["in-force", "not-in-force"]),
            "Whether the policies count.",
        ),
        has("problem", or_null(text()), "Why they do not."),
        has(
            "not_read",
            list(text()),
            "What lies in policies/ and is no policy.",
        ),
    ]);
    let outside = object(vec![
        has(
            "name",
            or_null(text()),
            "What it is: a file, an agent, a token.",
        ),
        has(
            "what",
            words(&[
                "added",
                "removed",
                "changed",
                "unreadable",
                "lost",
                "rewritten",
                "damaged",
            ]),
            "What happened to it.",
        ),
        has("text", text(), "The same, for people."),
        has(
            "changes",
            list(field()),
            "From what was approved to what is there.",
        ),
    ]);
    let log = object(vec![
        has(
            "state",
            words(&["whole", "not-whole", "unreadable"]),
            "Whether it is what was written.",
        ),
        has("lines", or_null(count()), "How many lines are genuine."),
        has("problem", or_null(text()), "Why it cannot be read."),
    ]);
    let problem = object(vec![
        has("file", text(), "The file, below the vault."),
        has(
            "first_line",
            or_null(count()),
            "The first line that it is about, from 1.",
        ),
        has("last_line", or_null(count()), "The last."),
        has(
            "flaw",
            text(),
            "What is wrong, in a word such as `altered` or `missing`.",
        ),
        has(
            "count",
            or_null(count()),
            "How many lines or bytes, where it says so.",
        ),
    ]);
    let as_logged = json!({ "type": "object" });
    let setting_name = has("setting", text(), "The setting.");
    vec![
        (
            "guard-status",
            document(
                "openpass guard status",
                vec![
                    has("vault", text(), "The vault's folder."),
                    has(
                        "settings",
                        map(setting),
                        "The guard's settings, by their names.",
                    ),
                    has(
                        "settings_problem",
                        or_null(text()),
                        "Why they cannot be used, so that the strictest hold.",
                    ),
                    has("policies", in_force, "The policies."),
                    has(
                        "record",
                        words(&["known", "in-part", "none"]),
                        "How much is known of what was approved, which all is compared with.",
                    ),
                    has(
                        "outside_the_guard",
                        list(outside),
                        "What was changed outside the guard.",
                    ),
                    has(
                        "outside_problem",
                        or_null(text()),
                        "Why that cannot be told.",
                    ),
                    has(
                        "not_in_effect",
                        list(text()),
                        "What has no effect until a person accepts it.",
                    ),
                    has("log", log, "The guard log."),
                ],
            ),
        ),
        (
            "guard-set",
            change("openpass guard set", vec![setting_name]),
        ),
        ("guard-accept", change("openpass guard accept", vec![])),
        ("guard-restore", change("openpass guard restore", vec![])),
        ("guard-reset", change("openpass guard reset", vec![])),
        (
            "guard-set-log-aside",
            change("openpass guard set-log-aside", vec![]),
        ),
        (
            "audit-list",
            document(
                "openpass audit list",
                vec![
                    has(
                        "lines",
                        list(as_logged.clone()),
                        "The lines, as they are on the guard log: see guard-log.md.",
                    ),
                    has("count", count(), "How many."),
                ],
            ),
        ),
        (
            "audit-list-follow",
            document(
                "openpass audit list --follow, a document a line",
                vec![has(
                    "line",
                    json!({ "type": "object" }),
                    "The line, as it is on the guard log: see guard-log.md.",
                )],
            ),
        ),
        (
            "audit-verify",
            document(
                "openpass audit verify",
                vec![
                    has(
                        "state",
                        words(&["whole", "not-whole"]),
                        "Whether it is what was written.",
                    ),
                    has(
                        "genuine",
                        count(),
                        "How many lines are genuine and in their places.",
                    ),
                    has("unchecked", count(), "How many cannot be checked."),
                    has("torn", count(), "How many were never finished, by a crash."),
                    has(
                        "unrecorded",
                        count(),
                        "How many refusals and outcomes could not be written.",
                    ),
                    has(
                        "problems",
                        list(problem),
                        "What is wrong, in the log's order.",
                    ),
                    has(
                        "more_problems",
                        count(),
                        "How many problems there are beyond those.",
                    ),
                    has(
                        "notice",
                        or_null(text()),
                        "That the identity vouched for itself.",
                    ),
                ],
            ),
        ),
        (
            "demo",
            document(
                "openpass demo",
                vec![
                    agent(),
                    tier(),
                    has("outcome", words(&["done", "refused"]), "How it ended."),
                    has("error", or_null(text()), "Why it was refused."),
                    has(
                        "log",
                        list(as_logged),
                        "The guard log's lines, as they are.",
                    ),
                ],
            ),
        ),
    ]
}

fn requests() -> Vec<Named> {
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

fn others() -> Vec<Named> {
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
