//! Policies of a user's own, as many as are asked for.

use std::fmt::Write as _;

/// So many a file, since a file has a limit in bytes.
const IN_A_FILE: usize = 1_000;

/// Rules that each forbid an agent of its own what is critical, from a time of day on.
#[must_use]
pub fn pinned(count: usize) -> Vec<(String, String)> {
    files(count, |number| {
        format!(
            "@id(\"own-{number}\")\nforbid (\n    principal == OpenPass::Agent::\"agent-{number}\",\n    \
             action in OpenPass::Action::\"critical\",\n    resource\n)\nwhen {{ context.time.minuteOfDay > {} }};\n",
            number % 1_000
        )
    })
}

/// Rules about any principal and resource: each has a condition to look at.
#[must_use]
pub fn conditions(count: usize) -> Vec<(String, String)> {
    files(count, |number| {
        format!(
            "@id(\"own-{number}\")\nforbid (\n    principal,\n    \
             action in OpenPass::Action::\"critical\",\n    resource\n)\nwhen {{ context.time.minuteOfDay > {} }};\n",
            number % 1_000 + 1
        )
    })
}

/// Rules that each forbid raising the agent codex.
#[must_use]
pub fn in_the_way(count: usize) -> Vec<(String, String)> {
    files(count, |number| {
        format!(
            "@id(\"own-{number}\")\nforbid (\n    principal,\n    \
             action == OpenPass::Action::\"widenAgent\",\n    \
             resource == OpenPass::AgentProfile::\"codex\"\n)\nwhen {{ context.tier.after > {} }};\n",
            number % 2
        )
    })
}

/// Names and texts of files.
fn files(count: usize, rule: impl Fn(usize) -> String) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut begin = 0;
    while begin < count {
        let end = count.min(begin + IN_A_FILE);
        let text = (begin..end).fold(String::new(), |mut text, number| {
            writeln!(text, "{}", rule(number)).unwrap();
            text
        });
        files.push((format!("own-{begin}.cedar"), text));
        begin = end;
    }
    files
}
