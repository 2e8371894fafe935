use openpass_policy::Direction;

use super::{changes, direction};
use crate::{Profile, Value, agents::WrittenAgent, yaml::Document};

/// What people read.
const DOCUMENT: &str = include_str!("../../../../../docs/direction.md");

/// The cells of the table under `heading`, a row each, without its head.
fn rows(heading: &str) -> Vec<Vec<&'static str>> {
    let (_, section) = DOCUMENT.split_once(heading).unwrap();
    section
        .lines()
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'))
        .skip(2)
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect()
}

/// A profile with one field, `cell` of the table.
fn profile(field: &str, cell: &str) -> Profile {
    let text = match cell {
        "not set" => String::new(),
        cell => format!("{field}: {}\n", cell.trim_matches('`')),
    };
    let document = Document::parse(text.as_bytes()).unwrap();
    Profile::effective("worker", &WrittenAgent::own(document.tree()))
}

fn named(direction: Direction) -> &'static str {
    match direction {
        Direction::Widens => "widens",
        Direction::Narrows => "narrows",
        Direction::Neutral => "neutral",
    }
}

#[test]
fn every_example_of_the_document_is_what_happens() {
    let rows = rows("## Examples");
    assert!(rows.len() >= 60, "the table is not found");
    for row in rows {
        let [field, before, after, expected] = row.as_slice() else {
            panic!("four cells: {row:?}");
        };
        let field = field.trim_matches('`');
        // Not by way of the effective profile, which has a value of its own for
        // some fields that are not set.
        let value = |cell: &&str| match *cell {
            "not set" => Value::Unset,
            cell => profile(field, cell).written(field).clone(),
        };
        let (before, after) = (value(before), value(after));
        let found = direction(field, &before, &after);
        assert_eq!(named(found), *expected, "{row:?}");
    }
}

#[test]
fn every_pair_of_tiers_of_the_document_is_what_happens() {
    let rows = rows("## Tiers");
    assert_eq!(rows.len(), 5);
    for row in rows {
        let targets = ["`read-only`", "`standard`", "`admin`"];
        for (target, expected) in targets.iter().zip(row.iter().skip(1)) {
            let changes = changes(&profile("tier", row[0]), &profile("tier", target));
            let tier = changes.iter().find(|change| change.field == "tier");
            let found = tier.map_or(Direction::Neutral, |change| change.direction);
            assert_eq!(named(found), *expected, "{row:?} to {target}");
        }
    }
}

/// Every field that a profile of the product has.
const FIELDS: &str = "approvalMode allowedPaths redactFields perToolRedactFields canWrite \
    canRunCommands canManageConfig canUseClipboard canUseAutotype canReadValues \
    exposeValueTools autoUnseal requireApproval approvalTimeout allowed_tools \
    max_reads_per_hour max_reads_per_day max_secrets_in_session dynamicProviders \
    allowedEnvVars allowedExecutables promptInjectionMode pre_call_hooks post_call_hooks \
    skillPath skillVersion";

#[test]
fn every_field_of_a_profile_has_an_example_and_a_rule() {
    let examples = rows("## Examples");
    let rules: String = rows("## Rules").iter().map(|row| row[0]).collect();
    for field in FIELDS.split_whitespace() {
        let cell = format!("`{field}`");
        assert!(examples.iter().any(|row| row[0] == cell), "{field}");
        assert!(rules.contains(&cell), "{field}");
    }
}

#[test]
fn a_value_that_is_not_understood_never_narrows() {
    for field in FIELDS.split_whitespace() {
        for odd in ["{a: 1}", "[[a]]", "!!int x", "!x y"] {
            let after = profile(field, odd);
            let found = direction(field, &Value::Unset, after.written(field));
            assert_ne!(found, Direction::Narrows, "{field} to {odd}");
        }
    }
}
