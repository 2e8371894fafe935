//! The guard: its settings, what was changed outside, its log.

use serde_json::json;

use super::{Named, agent, tier};
use crate::{
    parts::{change, field},
    schema::{count, document, flag, has, list, map, object, or_null, text, time, words},
};

pub(super) fn all() -> Vec<Named> {
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
    let approver = object(vec![
        has("id", text(), "The key's RFC 7638 thumbprint."),
        has(
            "kind",
            words(&["passphrase", "biometry", "security-key", "device"]),
            "What its signature proves.",
        ),
        has("label", or_null(text()), "What a person calls it."),
        has("since", or_null(time()), "Since when it can approve."),
    ]);
    let wrong = object(vec![
        has("line", count(), "The line's number."),
        has("when", text(), "When it was written, as the line says."),
        has("problem", text(), "What is wrong."),
    ]);
    let waiting = object(vec![
        has(
            "kind",
            words(&["setting", "policy"]),
            "A setting; or a policy file, of which only what it forbids counts.",
        ),
        has("name", text(), "The setting with its file, or the file."),
        has(
            "found",
            or_null(text()),
            "The setting's value that is there.",
        ),
        has("counts", or_null(text()), "The one that counts."),
        has("text", text(), "The same in one line, for people."),
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
    let seal = object(vec![
        has("number", count(), "Its number, from 1."),
        has("seal", text(), "The seal: 64 hexadecimal digits."),
        has(
            "grade",
            words(&["signed", "logged"]),
            "Whether an approver signed it, or the log alone has it.",
        ),
        has(
            "signed_number",
            or_null(count()),
            "The number of the last that an approver signed.",
        ),
        has(
            "signed_by",
            or_null(text()),
            "The key's RFC 7638 thumbprint.",
        ),
    ]);
    let head = object(vec![
        has("number", count(), "Its number, from 1."),
        has("seal", text(), "The seal: 64 hexadecimal digits."),
    ]);
    let missing = object(vec![
        has("number", count(), "Its number, from 1."),
        has("seal", text(), "The seal: 64 hexadecimal digits."),
        has("when", text(), "When it was written, as that log says."),
        has("writer", text(), "Who wrote it, as that log says."),
    ]);
    let system_log = object(vec![
        has(
            "state",
            words(&["agrees", "disagrees", "none"]),
            "Whether the history has every seal that the system's log has; `none` where that log has none.",
        ),
        has("present", count(), "How many both have."),
        has(
            "missing",
            list(missing),
            "Those that the history does not have.",
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
                    has("approvers", list(approver.clone()), "Who can approve."),
                    has("seal", or_null(seal), "The last seal of what was approved."),
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
                        list(waiting),
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
        ("guard-seal", change("openpass guard seal", vec![])),
        ("guard-restore", change("openpass guard restore", vec![])),
        ("guard-reset", change("openpass guard reset", vec![])),
        (
            "guard-set-log-aside",
            change("openpass guard set-log-aside", vec![]),
        ),
        (
            "approver-list",
            document(
                "openpass approver list",
                vec![
                    has(
                        "vault_id",
                        or_null(text()),
                        "What names the vault in what is signed: 32 hexadecimal digits.",
                    ),
                    has("approvers", list(approver), "Who can approve."),
                    has("count", count(), "How many."),
                ],
            ),
        ),
        (
            "approver-add",
            change(
                "openpass approver add, and openpass approver remove",
                vec![],
            ),
        ),
        (
            "audit-verify-keys",
            document(
                "openpass audit verify --keys",
                vec![
                    has(
                        "state",
                        words(&["hold", "do-not-hold"]),
                        "Whether every signature holds.",
                    ),
                    has("signed", count(), "How many hold."),
                    has(
                        "unsigned",
                        count(),
                        "How many changes were granted without one.",
                    ),
                    has("problems", list(wrong), "What does not hold."),
                    has("more_problems", count(), "How many more do not."),
                ],
            ),
        ),
        (
            "audit-rotate-key",
            change("openpass audit rotate-key", vec![]),
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
                    has(
                        "closed",
                        count(),
                        "How many files were closed under an earlier key, which are as they were.",
                    ),
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
                        "system_log",
                        system_log,
                        "What the system's log has of the seals.",
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
            "audit-head",
            document(
                "openpass audit head",
                vec![
                    has("number", count(), "The last seal's number, from 1."),
                    has("seal", text(), "The seal: 64 hexadecimal digits."),
                ],
            ),
        ),
        (
            "audit-verify-head",
            document(
                "openpass audit verify --head",
                vec![
                    has(
                        "state",
                        words(&["contained", "not-contained"]),
                        "Whether the history has the seal.",
                    ),
                    has("seal", text(), "The seal that was asked about."),
                    has("number", or_null(count()), "Its number, if it is there."),
                    has("last", or_null(head), "The last seal."),
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
