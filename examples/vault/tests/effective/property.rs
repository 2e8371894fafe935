//! Random edits of random profiles: what widens by the product's reading is
//! never decided without a factor.

use std::collections::BTreeMap;

use openpass_policy::{Decision, PolicyEngine, Tier};
use openpass_vault::{Change, FieldEdit};
use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
    strategy::ValueTree as _,
    test_runner::{RngAlgorithm, TestRng, TestRunner},
};

use crate::{
    FIELDS, Place,
    oracle::{Oracle, POWERS},
    rows,
};

/// How many edits are tried; `OPENPASS_PROFILE_EDITS` asks for another number.
const EDITS: u32 = 200;

/// Lines of the rows, by field.
fn pool() -> Vec<(String, Vec<String>)> {
    let mut pool: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows() {
        for line in row
            .config
            .lines()
            .filter_map(|line| line.strip_prefix("        "))
        {
            let Some((field, value)) = line.split_once(':').filter(|(field, _)| *field != "<<")
            else {
                continue;
            };
            let value = match value.trim() {
                "|-" => "\"admin\"",
                value => value,
            };
            let values = pool.entry(field.to_owned()).or_default();
            // What the product does not load is no state to start from.
            if !value.starts_with("!!str false") && !values.iter().any(|known| known == value) {
                values.push(value.to_owned());
            }
        }
    }
    pool.into_iter().collect()
}

/// The entry's fields, and whether they are its own, an alias's or merged.
type Draw = (Vec<(Index, Index)>, u8);

fn config(pool: &[(String, Vec<String>)], (fields, how): &Draw) -> String {
    let chosen: BTreeMap<&str, &str> = fields
        .iter()
        .map(|(field, value)| {
            let (field, values) = field.get(pool);
            (field.as_str(), value.get(values).as_str())
        })
        .collect();
    let indent = if *how < 8 { "        " } else { "    " };
    let lines: String = chosen
        .iter()
        .map(|(field, value)| format!("{indent}{field}: {value}\n"))
        .collect();
    match how {
        8 if !lines.is_empty() => format!("x-shared: &s\n{lines}agents:\n    worker: *s\n"),
        9 if !lines.is_empty() => {
            format!("x-shared: &s\n{lines}agents:\n    worker:\n        <<: *s\n")
        }
        _ if lines.is_empty() => "agents:\n    worker:\n        x: 1\n".to_owned(),
        _ => format!("agents:\n    worker:\n{lines}"),
    }
}

fn value(field: &str) -> BoxedStrategy<String> {
    let words: &[&str] = match field {
        "approvalMode" => &["none", "prompt", "deny"],
        "tier" => &["read-only", "standard", "admin", "safe"],
        "allowedPaths" => &["", "dev/", "dev/,ci/", "*", "ci/", "dev/,*"],
        "allowedExecutables" => &["", "git", "curl,git", "bash"],
        "allowed_tools" => &["", "a", "a,b", "b", "*"],
        "redactFields" => &["", "notes", "notes,card.*", "card.*"],
        field if field.starts_with("max") => &["0", "-1", "5", "7", "60", "1000", "8"],
        _ => &["true", "false"],
    };
    select(words).prop_map(str::to_owned).boxed()
}

fn edit() -> impl Strategy<Value = FieldEdit> {
    let mut fields: Vec<&str> = FIELDS.iter().map(|(_, field)| *field).collect();
    fields.extend(["requireApproval"; 4]);
    fields.extend(POWERS);
    fields.retain(|field| {
        !matches!(
            *field,
            "perToolRedactFields" | "promptInjectionMode" | "allowedEnvVars"
        )
    });
    select(fields).prop_flat_map(|field| {
        let field = field.to_owned();
        value(&field).prop_map(move |value| FieldEdit {
            field: field.clone(),
            value,
        })
    })
}

fn change() -> impl Strategy<Value = Change> {
    let agent = || "worker".to_owned();
    let tier = || select(vec![Tier::ReadOnly, Tier::Standard, Tier::Admin]);
    prop_oneof![
        6 => vec(edit(), 1..4).prop_map(move |edits| Change::EditAgent { agent: agent(), edits }),
        3 => edit().prop_map(|FieldEdit { field, value }| Change::SetConfigKey {
            key: format!("agents.worker.{field}"),
            value,
        }),
        2 => tier().prop_map(move |tier| Change::SetTier { agent: agent(), tier }),
        1 => tier().prop_map(|tier| Change::AddAgent { agent: "other".to_owned(), tier }),
    ]
}

#[test]
fn case_43_and_44_no_edit_that_widens_is_decided_without_a_factor() {
    let edits = std::env::var("OPENPASS_PROFILE_EDITS");
    let edits = edits.map_or(EDITS, |number| number.parse().unwrap());
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let each = edits.div_ceil(u32::try_from(processors).unwrap());
    // One that fails fails the scope.
    std::thread::scope(|scope| {
        for seed in (0..=u8::MAX).take(processors) {
            scope.spawn(move || no_edit_that_widens_is_free(each, seed));
        }
    });
}

fn no_edit_that_widens_is_free(edits: u32, seed: u8) {
    let (mut place, pool) = (Place::new(), pool());
    let engine = PolicyEngine::shipped().unwrap();
    let draw = (vec((any::<Index>(), any::<Index>()), 0..9), 0_u8..10);
    let mut runner = TestRunner::new_with_rng(
        ProptestConfig::default(),
        TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]),
    );
    let (mut free, mut asked) = (0_u32, 0_u32);
    for _ in 0..edits {
        let drawn = (&draw, change()).new_tree(&mut runner).unwrap().current();
        let (draw, change) = drawn;
        let before = config(&pool, &draw);
        let agent = if matches!(change, Change::AddAgent { .. }) {
            "other"
        } else {
            "worker"
        };
        let Some(proposal) = place.propose(&before, &change) else {
            continue;
        };
        let is_free = matches!(engine.decide(proposal.operation()), Decision::Allow { .. });
        if !is_free {
            asked += 1;
            continue;
        }
        free += 1;
        if free % 40 == 0 {
            // A log that grows would slow the commits down.
            place = Place::new();
        }
        let proposal = place.propose(&before, &change).unwrap();
        let after = place.text_after(&proposal);
        let old = Oracle::of(&before, agent).unwrap();
        let new = Oracle::of(&after, agent).unwrap();
        let widened = match &change {
            Change::AddAgent {
                tier: Tier::ReadOnly,
                ..
            } => Vec::new(),
            Change::AddAgent { .. } => vec!["a new agent".to_owned()],
            _ => old.widened(&new),
        };
        assert!(
            widened.is_empty(),
            "{widened:?} unasked\n{before}\n{change:?}\n{after}\n{:?}",
            proposal.operation().changes()
        );
    }
    // Both happen, or the test would say nothing.
    assert!(
        free * 50 > edits && asked * 50 > edits,
        "{free} free, {asked} asked"
    );
}

#[test]
fn the_oracle_reads_every_row_as_the_product_does() {
    for row in rows() {
        let found = Oracle::of(&row.config, "worker");
        assert_eq!(
            found.is_none(),
            row.product.contains_key("err"),
            "{}",
            row.config
        );
        let Some(found) = found else { continue };
        for (short, field) in FIELDS {
            let json: serde_json::Value = match field {
                "tier" => found.tier.clone().into(),
                "approvalMode" => found.mode.into(),
                _ if found.flags.contains_key(field) => found.flags[field].into(),
                _ if found.quotas.contains_key(field) => found.quotas[field].into(),
                _ if found.lists.contains_key(field) => found.lists[field].clone().into(),
                _ => continue,
            };
            assert_eq!(json, row.product[short], "{field}\n{}", row.config);
        }
    }
}
