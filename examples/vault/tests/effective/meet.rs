//! What two profiles meet in gives no more than either, by what the product's
//! reading of each grants; and no less than both, where they have an order.

use openpass_vault::{EffectiveProfile, InEffect, Profile, Value};
use serde_json::{Map, Value as Json};

use crate::{
    Place,
    oracle::{Oracle, POWERS, QUOTAS},
    rows,
};

/// With how many others each profile is compared.
const OTHERS: usize = 3;

/// One of the 1,500, as ours and as the oracle and the product have it.
struct Known {
    profile: Profile,
    oracle: Oracle,
    product: Map<String, Json>,
}

fn known() -> Vec<Known> {
    let place = Place::new();
    let rows = rows().into_iter();
    let known = rows.filter_map(|row| {
        let profile = place.profile(&row.config).ok()?;
        Some(Known {
            profile,
            oracle: Oracle::of(&row.config, "worker").unwrap(),
            product: row.product,
        })
    });
    known.collect()
}

/// Knuth's generator, so that a failure comes again.
fn next(seed: &mut u64, below: usize) -> usize {
    *seed = seed
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*seed >> 33).unwrap() % below
}

#[test]
fn what_two_profiles_meet_in_is_the_narrower_by_what_the_product_grants() {
    let (known, mut seed) = (known(), 1);
    assert!(known.len() > 1000);
    for a in &known {
        for _ in 0..OTHERS {
            let b = &known[next(&mut seed, known.len())];
            let met = EffectiveProfile::narrower(&a.profile, &b.profile);
            let wrong = wrong(&met, a, b);
            assert!(
                wrong.is_empty(),
                "{wrong:?}\n{:?}\n{:?}\n{met:?}",
                a.profile,
                b.profile
            );
        }
    }
}

#[test]
fn it_is_the_same_in_either_order_and_a_profile_meets_itself_in_itself() {
    let (known, mut seed) = (known(), 2);
    for Known { profile: a, .. } in &known {
        for _ in 0..OTHERS {
            let b = &known[next(&mut seed, known.len())].profile;
            let one = EffectiveProfile::narrower(a, b);
            let other = EffectiveProfile::narrower(b, a);
            assert_eq!(one.fields(), other.fields(), "{a:?}\n{b:?}");
            assert_eq!(one.known_fields(), other.known_fields(), "{a:?}\n{b:?}");
            assert_eq!(one.agent_ref(), other.agent_ref(), "{a:?}\n{b:?}");
        }
        let itself = EffectiveProfile::narrower(a, a);
        let same = a.fields().iter();
        let same = same.map(|(field, value)| (field.clone(), InEffect::Value(value.clone())));
        assert_eq!(itself.fields(), same.collect::<Vec<_>>());
        assert_eq!(itself.stored_tier(), a.stored_tier());
        assert_eq!(itself.agent_ref(), a.agent_ref());
        assert!(itself.not_counted().is_empty(), "{itself:?}");
    }
}

/// Every field that gives more than one of both, or less than both of them do.
fn wrong(met: &EffectiveProfile, a: &Known, b: &Known) -> Vec<&'static str> {
    let mut wrong = Vec::new();
    let mut check = |field, holds: bool| {
        if !holds {
            wrong.push(field);
        }
    };
    let both = |of: fn(&Known) -> &Oracle| (of(a), of(b));
    let (one, other) = both(|it| &it.oracle);
    for power in POWERS {
        let flags = (one.flags[power], other.flags[power]);
        let given = match flags {
            (one, other) if one == other => one.map_or(Value::Unset, Value::Bool),
            _ => Value::Bool(false),
        };
        check(power, *met.get(power) == InEffect::Value(given));
    }
    check("approvalMode", mode_holds(met, one, other));
    check("tier", tier_holds(met, one, other));
    for quota in QUOTAS {
        let limit = |of: &Oracle| of.quotas[quota].filter(|it| *it > 0).unwrap_or(i64::MAX);
        let given = match met.get(quota) {
            InEffect::Value(Value::Int(limit)) if *limit > 0 => *limit,
            InEffect::Value(_) => i64::MAX,
            InEffect::Nothing => 0,
        };
        check(quota, given == limit(one).min(limit(other)));
    }
    for list in ["allowedPaths", "allowedExecutables", "allowedEnvVars"] {
        let lists = (&one.lists[list], &other.lists[list]);
        check(list, allowed_holds(met.get(list), lists));
    }
    let tools = (&one.lists["allowed_tools"], &other.lists["allowed_tools"]);
    check("allowed_tools", tools_hold(met.get("allowed_tools"), tools));
    let hidden = (&one.lists["redactFields"], &other.lists["redactFields"]);
    check(
        "redactFields",
        hidden_holds(met.get("redactFields"), hidden),
    );
    // Nobody can order these: both say the same, or neither counts.
    for (short, field) in [
        ("ptr", "perToolRedactFields"),
        ("pim", "promptInjectionMode"),
    ] {
        let same = a.product[short] == b.product[short];
        check(field, same != (*met.get(field) == InEffect::Nothing));
    }
    wrong
}

/// A mode that nobody wrote is `none` to one version of the product, and `deny`
/// to another: what counts is neither's laxer.
fn mode_holds(met: &EffectiveProfile, a: &Oracle, b: &Oracle) -> bool {
    let modes = ["deny", "prompt", "none"];
    let place = |word: &str| modes.iter().position(|mode| *mode == word).unwrap();
    let InEffect::Value(Value::Text(given)) = met.get("approvalMode") else {
        return false;
    };
    if a.mode_is_written == b.mode_is_written {
        return place(given) == place(a.mode).min(place(b.mode));
    }
    given == "deny"
}

fn tier_holds(met: &EffectiveProfile, a: &Oracle, b: &Oracle) -> bool {
    // `custom` is the word for none.
    let is_named = |tier: &str| !tier.is_empty() && tier != "custom";
    let name = |of: &Oracle| of.tier.clone().filter(|it| is_named(it));
    let (a, b) = (name(a), name(b));
    // What the product bars by the name of the tier: it knows these alone.
    let lower = |one: &Option<String>, other: &Option<String>| {
        matches!(
            (one.as_deref(), other.as_deref()),
            (Some("read-only"), None | Some("standard" | "admin"))
                | (Some("standard"), Some("admin"))
        )
    };
    let given = met.stored_tier().filter(|it| is_named(it));
    let is_nothing = met.known_fields()[0].1 == InEffect::Nothing;
    if a == b {
        !is_nothing && given == a.as_deref()
    } else if lower(&a, &b) {
        given == a.as_deref()
    } else if lower(&b, &a) {
        given == b.as_deref()
    } else {
        is_nothing && met.agent_ref().standing().tier.rank() == 0
    }
}

type List = Option<Vec<String>>;

/// The entries that both have; `None` where it is not surely some.
fn in_both(a: &List, b: &List) -> Option<Vec<String>> {
    let (a, b) = (a.as_ref()?, b.as_ref()?);
    let mut both: Vec<String> = a.iter().filter(|it| b.contains(it)).cloned().collect();
    both.sort();
    (!both.is_empty()).then_some(both)
}

fn sorted(field: &InEffect) -> Option<Vec<String>> {
    match field {
        InEffect::Value(Value::List(entries)) => {
            let mut entries = entries.clone();
            entries.sort();
            Some(entries)
        }
        _ => None,
    }
}

fn allowed_holds(met: &InEffect, (a, b): (&List, &List)) -> bool {
    if a == b {
        let same = a.clone().map_or(Value::Unset, Value::List);
        return *met == InEffect::Value(same);
    }
    match in_both(a, b) {
        Some(both) => sorted(met) == Some(both),
        None => *met == InEffect::Nothing,
    }
}

fn tools_hold(met: &InEffect, (a, b): (&List, &List)) -> bool {
    let every = |list: &List| list.as_ref().is_none_or(Vec::is_empty);
    match (every(a), every(b)) {
        (true, true) => *met == InEffect::Value(Value::Unset),
        (true, false) => sorted(met) == in_both(b, b),
        (false, true) => sorted(met) == in_both(a, a),
        (false, false) => match in_both(a, b) {
            Some(both) => sorted(met) == Some(both),
            None => *met == InEffect::Nothing,
        },
    }
}

fn hidden_holds(met: &InEffect, (a, b): (&List, &List)) -> bool {
    let mut either: Vec<String> = a.iter().chain(b).flatten().cloned().collect();
    either.sort();
    either.dedup();
    let given = match met {
        InEffect::Value(Value::Unset) => Some(Vec::new()),
        met => sorted(met),
    };
    given == Some(either)
}
