use core::str::FromStr as _;

use super::*;

fn looks(text: &str) -> Looks {
    Looks::of(
        &cedar_policy::Policy::from_str(text)
            .unwrap()
            .to_json()
            .unwrap(),
    )
}

#[test]
fn numbers_belong_to_the_path_beside_them() {
    let looks = looks(
        "forbid (principal, action, resource) when { context.time.weekday > 5 || \
         !(540 <= context.time.minuteOfDay) || [1, 2].contains(context.tier.after) };",
    );
    let numbers = |path: &str| looks.numbers(path).collect::<Vec<i64>>();
    assert_eq!(numbers("context.time.weekday"), [6]);
    assert_eq!(numbers("context.time.minuteOfDay"), [540]);
    assert_eq!(numbers("context.tier.after"), [1, 2, 3]);
    assert!(looks.looks_within("context.time") && !looks.looks_within("context.channel"));
    assert!(!looks.opaque);
}

#[test]
fn what_stands_alone_counts_for_all_of_its_type() {
    let looks = looks(
        "forbid (principal == OpenPass::Agent::\"ci\", action, resource) \
         when { (if principal.canManageConfig then 600 else 700) > context.time.minuteOfDay } \
         unless { resource.name like \"a*b\" || resource.agentName == \"x\" };",
    );
    let numbers: Vec<i64> = looks.numbers("context.time.minuteOfDay").collect();
    assert_eq!(numbers, [600, 601, 700, 701]);
    assert!(
        looks
            .entities
            .contains(&("OpenPass::Agent".into(), "ci".into()))
    );
    let instances = looks.instances();
    for text in ["x", "ab", "axb"] {
        assert!(instances.contains(text), "{text}");
    }
    assert!(looks.means("a--b") && looks.means("ci") && !looks.means("b"));
}

#[test]
fn a_sum_may_be_decided_elsewhere() {
    let looks =
        looks("forbid (principal, action, resource) when { context.time.minuteOfDay + 5 > 600 };");
    let numbers: Vec<i64> = looks.numbers("context.time.minuteOfDay").collect();
    assert!(looks.opaque && numbers.contains(&595), "{numbers:?}");
}

#[test]
fn annotations_are_no_meaning() {
    let bare = looks("forbid (principal, action, resource);");
    let said = looks("@doc(\"x\") forbid (principal, action, resource);");
    assert_eq!(bare.meaning, said.meaning);
    assert_ne!(
        bare.meaning,
        looks("permit (principal, action, resource);").meaning
    );
}

#[test]
fn patterns_are_matched_as_cedar_does() {
    let wild = |parts: &[&str]| -> Vec<Option<String>> {
        let part = |it: &&str| (*it != "*").then(|| (*it).to_owned());
        parts.iter().map(part).collect()
    };
    for (text, parts, fits) in [
        ("ab", &["a", "*"][..], true),
        ("ba", &["a", "*"], false),
        ("ab", &["*", "b"], true),
        ("abxb", &["a", "*", "b"], true),
        ("a", &["a"], true),
        ("ab", &["a"], false),
        ("xay", &["*", "a", "*"], true),
        ("", &["*"], true),
    ] {
        assert_eq!(pattern::fits(text, &wild(parts)), fits, "{text} {parts:?}");
    }
}
