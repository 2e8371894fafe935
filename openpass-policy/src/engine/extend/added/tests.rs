use core::str::FromStr as _;
use std::collections::BTreeSet;

use cedar_policy::{PolicySet, Schema, Validator};

use super::{Added, COMMON_CONTEXT, schema};
use crate::{
    PolicyEngine,
    engine::{extend, shipped},
};

/// A fragment that reaches into OpenPass's namespace in every way that it can.
const FRAGMENT: &str = r#"
namespace Flags {
    entity Person in [Team];
    entity Team;
    entity Flag in [Team] = { owner: Person };
    action changes in [OpenPass::Action::"config"];
    action set, drop in [changes, OpenPass::Action::"guardrails"] appliesTo {
        principal: [Person, OpenPass::User, OpenPass::Agent],
        resource: [Flag, Team],
        context: { percentAfter: Long }
    };
}"#;

/// The principal, the action and the resource of every request.
fn requests(schema: &Schema) -> BTreeSet<[String; 3]> {
    let each = schema.request_envs().map(|it| {
        [
            it.principal().to_string(),
            it.action().to_string(),
            it.resource().to_string(),
        ]
    });
    each.collect()
}

#[test]
fn a_load_holds_the_shipped_policies_against_every_request_that_no_test_can_know() {
    for channels in [vec![], vec!["web".to_owned()]] {
        let mut parts = PolicyEngine::builder().host(FRAGMENT);
        parts.channels.clone_from(&channels);
        let whole = extend::declared(&parts).unwrap();
        let (fragments, _) = extend::fragments(&parts).unwrap();
        let added = requests(&schema(&channels, &fragments).unwrap());
        let shipped = Schema::from_schema_fragments([extend::shipped(&channels).unwrap()]);
        let shipped = requests(&shipped.unwrap());
        assert_eq!(added.len(), 12);
        assert!(added.is_disjoint(&shipped));
        let both: BTreeSet<_> = added.union(&shipped).cloned().collect();
        assert_eq!(requests(&whole.schema), both);
    }
}

/// What the loader relies on, of declarations that no fragment can make: those in which the
/// common part was not put.
#[test]
fn an_added_request_that_a_shipped_policy_does_not_fit_is_found() {
    let of = |context: &str| {
        let text = format!(
            "namespace Flags {{
                 entity Flag;
                 action set in [OpenPass::Action::\"config\"] appliesTo {{
                     principal: [OpenPass::User], resource: [Flag], context: {context}
                 }};
             }}"
        );
        let (fragment, _) = cedar_policy::SchemaFragment::from_cedarschema_str(&text).unwrap();
        Added::of(&[], &[fragment]).unwrap().unwrap()
    };
    let all = shipped::FILES.map(|(_, text)| text).concat();
    let shipped = PolicySet::from_str(&all).unwrap();
    let whole = of("OpenPass::Context");
    whole.has_common_context().unwrap();
    whole.fits_shipped(&shipped).unwrap();
    let bare = of("{ requester: OpenPass::Requester, channel: OpenPass::Channel }");
    let missing = bare.has_common_context().unwrap_err().to_string();
    assert!(missing.contains("lacks a part"), "{missing}");
    let unfit = bare.fits_shipped(&shipped).unwrap_err().to_string();
    assert!(unfit.contains("a shipped policy does not fit"), "{unfit}");
}

/// A load asks this of the added requests alone.
#[test]
fn each_of_openpasss_own_requests_has_the_common_context() {
    let shipped = Schema::from_schema_fragments([extend::shipped(&[]).unwrap()]).unwrap();
    let added = Added(Validator::new(shipped));
    added.has_common_context().unwrap();
    assert!(COMMON_CONTEXT.contains("context.guard.sealed"));
}
