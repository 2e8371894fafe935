use core::str::FromStr as _;

use cedar_policy::{Context, Entities, PolicySet, Request};

use super::{Answer, Evaluated};

/// Of every kind: effect, and whether it is satisfied, is not, or cannot be evaluated.
const POLICIES: [&str; 6] = [
    "permit (principal, action, resource);",
    "permit (principal, action, resource) when { false };",
    "permit (principal, action, resource) when { context.not_there };",
    "forbid (principal, action, resource);",
    "forbid (principal, action, resource) when { false };",
    "forbid (principal, action, resource) when { context.not_there };",
];

/// The policies whose bits are set, each under an id of its own.
fn some(bits: usize, part: &str) -> PolicySet {
    let mut set = PolicySet::new();
    for (number, text) in POLICIES
        .iter()
        .enumerate()
        .filter(|(n, _)| bits >> n & 1 == 1)
    {
        let id = cedar_policy::PolicyId::new(format!("{part}{number}"));
        set.add(cedar_policy::Policy::parse(Some(id), text).unwrap())
            .unwrap();
    }
    set
}

#[test]
fn two_parts_answer_as_cedar_does_of_all_their_policies() {
    let uid = |text: &str| cedar_policy::EntityUid::from_str(text).unwrap();
    let asked = Request::new(
        uid("P::\"p\""),
        uid("Action::\"a\""),
        uid("R::\"r\""),
        Context::empty(),
        None,
    );
    let (asked, entities) = (asked.unwrap(), Entities::empty());
    let answer = |set: &PolicySet| Answer::of(set, &asked, &entities);
    let mut allowed = 0;
    for one in 0..1 << POLICIES.len() {
        for other in 0..1 << POLICIES.len() {
            let (one, other) = (some(one, "a"), some(other, "b"));
            let both = one.policies().chain(other.policies()).cloned();
            let whole = answer(&PolicySet::from_policies(both).unwrap());
            let whole = whole.together_with(&Answer::default());
            assert_eq!(answer(&one).together_with(&answer(&other)), whole);
            allowed += usize::from(matches!(whole, Ok(Evaluated::Allowed(_))));
        }
    }
    // With no satisfied forbid and none that fails, a part can be of 8 kinds: 4 have no
    // satisfied permit.
    assert_eq!(allowed, 8 * 8 - 4 * 4);
}
