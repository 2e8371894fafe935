//! From every tier to every other: which way it goes, and what is written.

use openpass_policy::{Action, Tier};
use openpass_vault::{Change, Value, VaultError};

use crate::sample::Sample;

const TIERS: [(&str, Tier); 3] = [
    ("read-only", Tier::ReadOnly),
    ("standard", Tier::Standard),
    ("admin", Tier::Admin),
];

/// A vault whose agent `a` has these lines.
fn with_agent(lines: &str) -> Sample {
    let sample = Sample::new();
    let config =
        sample
            .read("config.yaml")
            .replacen("agents:\n", &format!("agents:\n    a:\n{lines}"), 1);
    sample.write("config.yaml", &config);
    sample
}

fn to(tier: Tier) -> Change {
    Change::SetTier {
        agent: "a".to_owned(),
        tier,
    }
}

/// What the change from these lines to `tier` does, or that it is no change.
fn action(lines: &str, tier: Tier) -> Option<Action> {
    match with_agent(lines).propose(&to(tier)) {
        Ok(proposal) => Some(proposal.operation().action().clone()),
        Err(VaultError::AlreadyOnTier { .. }) => None,
        Err(other) => panic!("{lines} to {tier}: {other}"),
    }
}

#[test]
fn up_widens_and_down_narrows_unless_a_field_widens() {
    use Action::{NarrowAgent, WidenAgent};
    let expected = [
        (
            "tier: read-only",
            [None, Some(WidenAgent), Some(WidenAgent)],
        ),
        (
            "tier: standard\n        allowedExecutables: [git]",
            [Some(NarrowAgent), None, Some(WidenAgent)],
        ),
        // The preset of standard lists programs, which admin's leaves open.
        ("tier: admin", [Some(NarrowAgent), Some(WidenAgent), None]),
        (
            "canWrite: true",
            [Some(NarrowAgent), Some(WidenAgent), Some(WidenAgent)],
        ),
        ("tier: safe", [const { Some(WidenAgent) }; 3]),
        // The list of programs that the preset stood for goes, and what none
        // means differs.
        ("tier: standard", [Some(WidenAgent), None, Some(WidenAgent)]),
    ];
    for (line, actions) in expected {
        for ((name, tier), expected) in TIERS.into_iter().zip(actions) {
            let found = action(&format!("        {line}\n"), tier);
            assert_eq!(found, expected, "{line} to {name}");
        }
    }
}

#[test]
fn afterwards_the_agent_has_the_preset_and_what_no_preset_has_stays() {
    let kept = "        allowedPaths:\n            - dev/\n        max_reads_per_hour: 7\n        \
                x-note: mine\n";
    for (before, _) in TIERS {
        for (after, tier) in TIERS {
            if before == after {
                continue;
            }
            let sample = with_agent(&format!("        tier: {before}\n{kept}"));
            let plain = with_agent(&format!("        tier: {after}\n"));
            sample.make(&to(tier)).unwrap();
            let agent = |sample: &Sample| sample.vault.config().unwrap().agent("a").unwrap();
            let (found, preset) = (agent(&sample), agent(&plain));
            assert_eq!(found.stored_tier(), Some(after));
            let mine = Value::List(vec!["dev/".to_owned()]);
            assert_eq!(*found.get("allowedPaths"), mine);
            let set = preset.fields().iter();
            for (field, value) in set.filter(|(field, _)| field != "allowedPaths") {
                assert_eq!(found.get(field), value, "{before} to {after}: {field}");
            }
            assert!(sample.read("config.yaml").contains(kept));
        }
    }
}

#[test]
fn an_agent_that_is_lowered_keeps_its_programs_as_in_the_product() {
    let sample = with_agent("        tier: standard\n        allowedExecutables: [git]\n");
    sample.make(&to(Tier::ReadOnly)).unwrap();
    let agent = sample.vault.config().unwrap().agent("a").unwrap();
    let programs = Value::List(vec!["git".to_owned()]);
    assert_eq!(*agent.get("allowedExecutables"), programs);
}

#[test]
fn a_preset_that_a_tier_took_for_granted_is_written_out_at_the_next() {
    // Only the tier is stored: what it stands for must not outlive it.
    let sample = with_agent("        tier: admin\n");
    sample.make(&to(Tier::ReadOnly)).unwrap();
    let agent = sample.vault.config().unwrap().agent("a").unwrap();
    for (field, value) in agent.fields() {
        assert_ne!(*value, Value::Bool(true), "{field}");
    }
    assert!(
        sample
            .read("config.yaml")
            .contains("    a:\n        tier: read-only\n")
    );
}
