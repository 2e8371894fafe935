//! What policy decides: explanations, the matrix, tests, proofs.

use super::Named;
use crate::{
    parts::{cell, explanation, field, guard_settings, matrix_changes, one_policy, wall_time},
    schema::{count, document, has, list, may_have, object, or_null, text, words},
};

pub(super) fn all() -> Vec<Named> {
    let row = object(vec![
        has("action", text(), "The action, as policy names it."),
        has("what", text(), "What it does, in words."),
        has(
            "cells",
            list(cell()),
            "The answers, in the principals' order.",
        ),
    ]);
    let otherwise = object(vec![
        has("when", text(), "At which times and under which settings."),
        has("action", text(), "The action, as policy names it."),
        has("what", text(), "What it does, in words."),
        has("principal", text(), "Who asks, in words."),
        has("answer", cell(), "The answer then."),
    ]);
    let mut difference = matrix_changes();
    difference.push(has(
        "files",
        list(field()),
        "The files that come, go or change, with their lines.",
    ));
    let case = object(vec![
        has("name", text(), "The test's name."),
        has(
            "outcome",
            words(&["passed", "refused-too", "refused", "failed", "broken"]),
            "`refused` is by the importer; `refused-too` is by the importer and the product.",
        ),
        may_have("file", text(), "The test's file."),
        may_have("line", count(), "The line where it begins, from 1."),
        may_have("column", count(), "The character in that line, from 1."),
        may_have(
            "combinations",
            count(),
            "How many combinations of its lists' values it asks for.",
        ),
        may_have(
            "combination",
            text(),
            "The first combination that failed, where there are several.",
        ),
        may_have(
            "others",
            list(text()),
            "The next combinations that failed, each with what policy says.",
        ),
        may_have("more", count(), "How many more combinations failed."),
        may_have("expected", text(), "What the test expects."),
        may_have("got", text(), "What policy says."),
        may_have("why", object(explanation()), "Why policy says that."),
        may_have(
            "problem",
            text(),
            "Why it was refused, or what is wrong with the test.",
        ),
    ]);
    let finding = object(vec![
        has(
            "kind",
            words(&[
                "never-applies",
                "never-true",
                "always-true",
                "pattern-in-id",
                "unknown-name",
                "permit-without-effect",
                "refuses-stronger-proof",
                "no-id",
                "no-doc",
                "not-checked",
            ]),
            "What kind of thing.",
        ),
        has("policy", text(), "The policy's id."),
        has("file", text(), "Its file."),
        has("line", count(), "The line in it, from 1."),
        has(
            "column",
            or_null(count()),
            "The character in that line, from 1; null where it is not known.",
        ),
        has("message", text(), "What it is."),
        has("fix", text(), "What to write instead."),
    ]);
    let info = object(one_policy());
    let file = object(vec![
        has("file", text(), "The file."),
        has("passed", count(), "How many of its tests passed."),
        has("failed", count(), "How many failed or are broken."),
        has(
            "problem",
            or_null(text()),
            "Why it cannot be used, where it cannot.",
        ),
    ]);
    let coverage = object(vec![
        has(
            "policies",
            count(),
            "How many policies of one's own a test can reach.",
        ),
        has(
            "untested",
            list(object(one_policy())),
            "Those that decided in no test.",
        ),
        has(
            "not_testable",
            list(object(one_policy())),
            "Those that no test can reach: rules about reading entries.",
        ),
    ]);
    let mut with_text = one_policy();
    with_text.push(has("text", text(), "The policy, as it is written."));
    let recipe = object(vec![
        has("name", text(), "Its name."),
        has("doc", text(), "What its policy is for."),
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
            "policy-check",
            document(
                "openpass policy check",
                vec![
                    has(
                        "findings",
                        list(finding),
                        "What loads and cannot have been meant, by file and line.",
                    ),
                    has("count", count(), "How many."),
                ],
            ),
        ),
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
                        "otherwise",
                        list(otherwise),
                        "What is answered otherwise at other times or under other settings.",
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
                ],
            ),
        ),
        (
            "policy-matrix-diff",
            document("openpass policy matrix --diff", difference),
        ),
        (
            "policy-test",
            document(
                "openpass policy test",
                vec![
                    has("cases", list(case), "The tests, in the files' order."),
                    may_have("files", list(file), "The files."),
                    may_have(
                        "coverage",
                        coverage,
                        "Which policies of one's own the tests reached.",
                    ),
                    has("passed", count(), "How many passed."),
                    has("refused", count(), "How many the importer refused."),
                    has("failed", count(), "How many failed or are broken."),
                    may_have(
                        "notes",
                        list(text()),
                        "What `policy check` finds in the policies.",
                    ),
                ],
            ),
        ),
        (
            "policy-new",
            document(
                "openpass policy new",
                vec![
                    has(
                        "recipes",
                        list(recipe),
                        "The recipes, or the one that was named.",
                    ),
                    has(
                        "written",
                        list(text()),
                        "The files that were written: the policy and its tests.",
                    ),
                ],
            ),
        ),
        (
            "policy-schema",
            document(
                "openpass policy schema",
                vec![
                    has(
                        "cedarschema",
                        text(),
                        "The schema in Cedar's own syntax, as a `.cedarschema` file has it.",
                    ),
                    has(
                        "test_file",
                        text(),
                        "The JSON schema of a file of tests, as a text.",
                    ),
                ],
            ),
        ),
        (
            "policy-show",
            document(
                "openpass policy show",
                vec![
                    has(
                        "policies",
                        list(object(with_text)),
                        "The policies in force, or the one that was named.",
                    ),
                    has("count", count(), "How many."),
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
